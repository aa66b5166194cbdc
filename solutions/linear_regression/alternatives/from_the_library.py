"""Leans on the library where it offers the same: mse_loss without reduction, optim.SGD, distributions."""

import torch
from torch import nn
from torch.nn import functional as F


def synthetic_data(w, b, num_examples):
    X = torch.distributions.Normal(0.0, 1.0).sample((num_examples, len(w)))
    y = F.linear(X, w[None], torch.as_tensor([b], dtype=w.dtype))
    return X, torch.distributions.Normal(y, 0.01).sample()


def squared_loss(y_hat, y):
    return F.mse_loss(y_hat, y.reshape(y_hat.shape), reduction="none") / 2


def sgd(params, lr, batch_size):
    optimizer = torch.optim.SGD(params, lr=lr / batch_size)
    optimizer.step()
    optimizer.zero_grad()


broadcasting_answer = "选B"
weight_shape = tuple(nn.Linear(8, 1).weight.t().shape)
bias_shape = nn.Linear(8, 1).bias.shape
