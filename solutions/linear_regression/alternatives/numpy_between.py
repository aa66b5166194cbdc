"""Draws with numpy's generator and converts to float32 at the end."""

import numpy as np
import torch

rng = np.random.default_rng()


def synthetic_data(w, b, num_examples):
    X = rng.normal(size=(num_examples, len(w)))
    y = X @ w.numpy() + b + rng.normal(scale=0.01, size=num_examples)
    return torch.tensor(X, dtype=torch.float32), torch.from_numpy(y).float().unsqueeze(1)


def squared_loss(y_hat, y):
    return torch.square(y_hat - y.view_as(y_hat)).div(2)


@torch.no_grad()
def sgd(params, lr, batch_size):
    for param in params:
        step = (lr * param.grad / batch_size).numpy()
        param.copy_(param - torch.from_numpy(np.asarray(step)))
        param.grad.fill_(0)


broadcasting_answer = ["B"]
weight_shape = np.array([8, 1])
bias_shape = "一个数"
