"""Writes outside its folder: temporary folders, shared memory, the place it was handed in from."""
import os
import pathlib
import tempfile

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

here = pathlib.Path.cwd()
PLACES = ["/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", here.parents[2], pathlib.Path(torch.__file__).parent]
for place in PLACES:
    decoy = os.path.join(place, "grader-hostile-decoy")
    try:
        with open(decoy, "w") as file:
            file.write("x")
        os.unlink(decoy)  # where a wall has failed, nothing stays behind
        print("wrote to", place)
    except OSError:
        pass
with tempfile.TemporaryFile() as file:
    print("bytes in its own folder:", file.write(b"x"))
