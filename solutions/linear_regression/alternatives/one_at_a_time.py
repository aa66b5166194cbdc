"""Slow but right: an example, a prediction and a parameter at a time."""

import torch


def synthetic_data(w, b, num_examples):
    rows, labels = [], []
    for _ in range(num_examples):
        row = torch.normal(torch.zeros(len(w)), torch.ones(len(w)))
        rows.append(row)
        labels.append(torch.dot(row, w) + b + torch.normal(torch.tensor(0.0), torch.tensor(0.01)))
    return torch.stack(rows), torch.stack(labels)[:, None]


def squared_loss(y_hat, y):
    losses = [(prediction - target) ** 2 / 2 for prediction, target in zip(y_hat.flatten(), y.flatten())]
    return torch.stack(losses).reshape(y_hat.shape)


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for i in range(len(params)):
            params[i] -= lr * params[i].grad / batch_size
    for i in range(len(params)):
        params[i].grad.zero_()


broadcasting_answer = "(B) (y_hat - y.view(-1)) ** 2 / 2"
weight_shape = "8 x 1"
bias_shape = "(1,)"
