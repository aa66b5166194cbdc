# What a student process may send at all, in the middle of a call: questions about things that the judge never gave,
# tensors that cannot be, numbers that name nothing.
import os

import msgspec
import torch

from grader.wire import frames

NOTHING = frames.TensorUpdate(12345, "float32", [1], b"\0\0\0\0")
FRAMES = (
    frames.Get(1, "__globals__", 1),
    frames.Get(1, "reference"),
    frames.Call(1, 1, [], {}, "__class__"),
    frames.Backward(1, [1, 2], [None, b""], [NOTHING]),
    frames.Reply(1, frames.TensorValue(1, "float32", [2**40, 2**40], b"", sources=[7])),
    frames.Reply(1, frames.ArrayValue("O", [1], b"\0" * 8)),
    frames.Reply(1, frames.OwnHandle(1)),
)


def send(frame):
    data = msgspec.msgpack.encode(frame)
    os.write(3, len(data).to_bytes(4, "big") + data)


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    send(FRAMES[torch.initial_seed() // 17 % len(FRAMES)])  # each case has a seed of its own, and so each frame a case
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()

broadcasting_answer = "B"
weight_shape = (8, 1)
bias_shape = (1,)
