# Exceptions with messages, names, notes, causes and tracebacks of megabytes.
import torch

LONG = "passed " * 300_000


def chained(depth):
    error = ValueError(LONG)
    for _ in range(depth):
        wrapped = type("Passed" * 50_000, (ValueError,), {})(LONG, LONG, [LONG])
        wrapped.__cause__ = wrapped.__context__ = error
        wrapped.__notes__ = [LONG] * 10
        error = wrapped
    return error


def fall(depth):
    if depth:
        fall(depth - 1)
    raise chained(5)


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    fall(500)


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()

broadcasting_answer = "B"
weight_shape = (8, 1)
bias_shape = (1,)

fall(100)
