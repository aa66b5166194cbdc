"""Defined twice, the later definition being right, as notebooks are when their author learns on the way."""

import torch


def synthetic_data(w, b, num_examples):
    return torch.randn(num_examples, 2), None


def synthetic_data(w, b, num_examples):
    shape = (num_examples, len(w))
    X = torch.normal(torch.zeros(shape), 1)
    y = (X * w).sum(1, keepdim=True) + b
    return X, torch.normal(y, 0.01)


def squared_loss(y_hat, y):
    if y.dim() == 1:
        y = y[:, None]
    return (y_hat - y) ** 2 / 2


def sgd(params, lr, batch_size):
    for param in params:
        param.detach().add_(-lr / batch_size * param.grad)
        param.grad.detach_()
        param.grad.zero_()


broadcasting_answer = ("b",)
weight_shape = "八行一列"
bias_shape = (1, 1)
