"""The style of older course material: `.data` for the update, gradients zeroed through `.data`, too."""

import random

import numpy as np
import torch


def synthetic_data(w, b, num_examples):
    X = torch.zeros(size=(num_examples, len(w))).normal_()
    y = torch.matmul(X, w) + b
    y += torch.zeros(size=y.shape).normal_(std=0.01)
    return X, y.reshape((-1, 1))


def squared_loss(y_hat, y):
    return (y_hat - y.view(y_hat.size())) ** 2 / 2


def sgd(params, lr, batch_size):
    for param in params:
        param.data.sub_(lr * param.grad / batch_size)
        param.grad.data.zero_()


broadcasting_answer = "b"
weight_shape = [8, 1]
bias_shape = 1
