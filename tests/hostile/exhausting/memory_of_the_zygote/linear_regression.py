"""Writes to every page that it shares with the process it was forked from."""
import ctypes
import mmap

import numpy
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

touched = 0
with open("/proc/self/maps") as maps:
    regions = [line.split() for line in maps]
for region in regions:
    if region[1] == "rw-p" and region[-1] != "[stack]":
        begin, end = (int(address, 16) for address in region[0].split("-"))
        memory = numpy.ctypeslib.as_array((ctypes.c_ubyte * (end - begin)).from_address(begin))
        memory[:: mmap.PAGESIZE] |= 0  # the same values, but the pages are ours now
        touched += (end - begin) // mmap.PAGESIZE
print("pages touched:", touched > 1000)
