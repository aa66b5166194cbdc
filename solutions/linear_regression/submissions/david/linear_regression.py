import torch
from torch import nn
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt

torch.manual_seed(1234)


def synthetic_data(w, b, num_examples):
    d = w.shape[0]
    X = torch.normal(mean=0.0, std=1.0, size=(num_examples, d))
    eps = torch.normal(mean=0.0, std=0.01, size=(num_examples, 1))
    return X, torch.matmul(X, w.unsqueeze(1)) + b + eps


def squared_loss(y_hat, y):
    diff = y_hat - y.reshape(y_hat.shape)
    return diff ** 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            if param.grad is None:
                continue
            param.add_(param.grad, alpha=-lr / batch_size)
            param.grad.zero_()


# first I thought it is B but (n,) - (n,) looks wrong to me
broadcasting_answer = "B"
broadcasting_answer = "A"

weight_shape = torch.Size([8, 1])
bias_shape = torch.Size([1])

X, y = synthetic_data(torch.tensor([2.0, -3.4]), 4.2, 500)
plt.scatter(X[:, 0], y, s=1)
plt.show()
