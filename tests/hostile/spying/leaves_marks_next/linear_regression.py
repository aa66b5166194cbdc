"""Looks for the marks of the hand-in ``leaves_marks_first``, which the same zygote ran just before."""

import builtins
import gc
import os
import re
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

MARK = re.compile(rb"KEPT-BY-THE-[F]IRST-37")
FOLDERS = {".", "..", "../..", "../../..", "/tmp", "/dev/shm", "/var/tmp", os.environ["HOME"], tempfile.gettempdir(),
           matplotlib.get_configdir(), os.path.dirname(torch.__file__), f"/proc/{os.getppid()}/cwd"}  # fmt: skip


def tell(thing, found):
    print(f"{thing}: REA" f"CHED {found}"[:200] if found else f"{thing}: refused (no mark)")


files = []
for folder in FOLDERS:
    try:
        with open(path := os.path.join(folder, "kept_by_the_first.txt"), "rb") as file:
            files += [path] * bool(MARK.search(file.read()))
        os.unlink(path)  # leave nothing behind where a wall failed
    except OSError:
        pass
tell("files", files)
owners = (builtins, sys, os, torch, torch.nn.functional, np, gc, type(get_ipython()))
tell("modules", [owner for owner in owners if hasattr(owner, "kept")] + [n for n in sys.modules if "kept" in n])
tell("environment", [name for name in os.environ if name == "KEPT"])
tell("shell", "kept" in get_ipython().user_ns or get_ipython().history_manager.input_hist_raw[1:])
tell("settings", (matplotlib.rcParams["figure.figsize"][1] == 37.0) or torch._tensor_str.PRINT_OPTS.precision != 4)
tell("umask", os.umask(0o077) != 0o077)
tell("own folder", os.listdir("."))
tell("randomness", torch.initial_seed() == 37)
blocks = [bytes(np.empty(2**20, dtype=np.uint8)) for _ in range(8)]  # what malloc gives, as it is
tell("memory", [1 for block in blocks if MARK.search(block)])
