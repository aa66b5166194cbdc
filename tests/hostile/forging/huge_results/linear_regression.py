# Results far beyond what a frame may hold: as a tensor, as text, as bytes, as a list, as an expanded view of one number.
import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    squared_loss.calls = getattr(squared_loss, "calls", 0) + 1
    return (
        torch.zeros(5_000_000),  # 20 MB, where a frame holds 16 MB
        "passed " * 2_500_000,
        b"passed " * 2_500_000,
        [2.0] * 300_000,
        torch.zeros(1).expand(10**12),  # four terabytes, if anybody wrote it down
        {i: i for i in range(100_000)},
        torch.zeros(1, 1).expand(10**9, 10**9),
    )[squared_loss.calls % 7]


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()

broadcasting_answer = "B"
weight_shape = (8, 1)
bias_shape = (1,)
