"""No attack at all: a training loop with far too many epochs, above an answer."""
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

X, y = synthetic_data(torch.tensor([2.0, -3.4]), 4.2, 1000)
w, b = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
for epoch in range(10_000_000):
    squared_loss(X @ w + b, y).sum().backward()
    sgd([w, b], 0.03, 1000)

broadcasting_answer = "B"  # once more, below the loop
