"""Dies in more statements than a hand-in is loaded again for."""
import os

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


broadcasting_answer = "B"
weight_shape, bias_shape = (8, 1), (1,)

os._exit(1)
os._exit(2)
os._exit(3)
os._exit(4)
os._exit(5)
os._exit(6)
os._exit(7)
os._exit(8)
os._exit(9)
os._exit(10)
