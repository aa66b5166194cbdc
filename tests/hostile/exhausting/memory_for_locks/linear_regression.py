"""Locks every second byte of a file, fifty thousand times.

Each lock is two hundred bytes of the kernel's, which count for no limit of the process; with as many files as may be
open this was half a gigabyte within the time for loading.
"""

import fcntl
import os
import struct

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, (y + torch.normal(0, 0.01, y.shape)).reshape(-1, 1)


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


broadcasting_answer = "B"
weight_shape = (8, 1)
bias_shape = (1,)

file = os.open("locked", os.O_RDWR | os.O_CREAT)
for number in range(50_000):
    fcntl.lockf(file, fcntl.LOCK_EX, 1, 2 * number)
lock = struct.pack("hhxxxxqqixxxx", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0)
found = struct.unpack("hhxxxxqqixxxx", fcntl.fcntl(file, 36, lock))  # F_OFD_GETLK: seen from another owner
print("locks" + ":", int(found[0] != fcntl.F_UNLCK))
try:
    fcntl.fcntl(file, 37, lock)  # F_OFD_SETLK
except PermissionError:
    print("locks of the file" + ": refused")
