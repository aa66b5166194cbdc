"""Callable objects instead of functions, einsum instead of matmul, and a result where none is asked for."""

import torch


class Data:
    noise = 0.01

    def __call__(self, w, b, num_examples):
        X = torch.normal(0.0, 1.0, size=(num_examples, len(w)))
        y = torch.einsum("nd,d->n", X, w).unsqueeze(-1) + b
        return [X, y + torch.normal(0.0, self.noise, size=y.shape)]


class Loss(torch.nn.Module):
    def forward(self, y_hat, y):
        return (y.reshape(y_hat.shape) - y_hat).abs() ** 2 / 2


synthetic_data = Data()
squared_loss = Loss()


def sgd(params, lr, batch_size):
    grads = [param.grad / batch_size for param in params]
    with torch.no_grad():
        torch._foreach_sub_(list(params), grads, alpha=lr)
        for param in params:
            param.grad *= 0
    return params


broadcasting_answer = "答案：B"
weight_shape = "torch.Size([8, 1])"
bias_shape = ()
