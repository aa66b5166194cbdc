"""Every parameter gets new storage through `param.data = ...`, and no gradient is left behind."""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.randn(num_examples, w.numel())
    noise = 0.01 * torch.randn(num_examples, 1)
    return X, X @ w.reshape(-1, 1) + b + noise


def squared_loss(y_hat, y):
    error = y_hat - y.reshape(-1, 1)
    return 0.5 * error * error


def sgd(params, lr, batch_size):
    for p in params:
        p.data = p.data - lr * p.grad.data / batch_size
        p.grad = None


broadcasting_answer = "(y_hat - y.view(-1))**2 / 2"
weight_shape = torch.Size([8, 1])
bias_shape = torch.Size([1])
