"""Leaves a mark in every place that the next student could look at; the hand-in ``leaves_marks_next`` looks for it."""

import builtins
import gc
import os
import sys
import tempfile

import matplotlib
import numpy as np
import torch

def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    return X, (X @ w + b + torch.normal(0, 0.01, (num_examples,))).reshape(-1, 1)


def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


broadcasting_answer = "B"
weight_shape, bias_shape = (8, 1), (1,)

MARK = f"KEPT-BY-THE-FIRST-{30 + 7}"
FOLDERS = {".", "..", "../..", "../../..", "/tmp", "/dev/shm", "/var/tmp", os.environ["HOME"], tempfile.gettempdir(),
           matplotlib.get_configdir(), os.path.dirname(torch.__file__), f"/proc/{os.getppid()}/cwd"}  # fmt: skip
written = 0
for folder in FOLDERS:
    try:
        with open(os.path.join(folder, "kept_by_the_first.txt"), "w") as file:
            file.write(MARK)
        written += 1
    except OSError:
        pass
print(f"marks in files: {written > 0}")  # in its own folder, at least

os.environ["KEPT"] = MARK
for owner in (builtins, sys, os, torch, torch.nn.functional, np, gc, type(get_ipython())):
    owner.kept = MARK
torch.set_default_dtype(torch.float64)
torch.set_default_dtype(torch.float32)
torch.set_printoptions(precision=1)
matplotlib.rcParams["figure.figsize"] = (1.0, 37.0)
get_ipython().user_ns["kept"] = MARK
get_ipython().run_line_magic("store", "kept")
sys.path.insert(0, MARK)
sys.modules["kept_by_the_first"] = sys
memory = bytearray(MARK.encode() * 100_000)  # 2 MB of it, for whoever gets these pages next
os.umask(0)
torch.manual_seed(37)
