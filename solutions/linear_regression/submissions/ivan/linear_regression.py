from math import sqrt
from numpy import *
import torch
from torch.utils.data import DataLoader, TensorDataset

def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X.matmul(w) + b
    return X, y + torch.normal(0, 0.01, y.shape)

def square_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2

@torch.no_grad()
def sgd(params, lr, batch_size):
    for p in params:
        p -= lr * p.grad / batch_size
        p.grad.zero_()

X, y = synthetic_data(torch.tensor([2., -3.4]), 4.2, 640)
loader = DataLoader(TensorDataset(X, y), batch_size=64, shuffle=True)
w, b = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
for xb, yb in loader:
    square_loss(xb @ w + b, yb).sum().backward()
    sgd([w, b], .1, 64)
print w, b

broadcasting_answer = "b"
weight_shape = (8, 1)
bias_shape = (7, 1)
