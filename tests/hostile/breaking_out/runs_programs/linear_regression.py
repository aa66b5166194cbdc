"""Starts programs in every way that Python knows: a shell, a copy of the interpreter, a script of its own."""

import errno
import multiprocessing
import os
import subprocess
import sys

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

OWN = os.path.abspath("script")
os.write(os.open(OWN, os.O_CREAT | os.O_WRONLY, 0o700), b"#!/bin/true\n")


def attempt(thing, action):
    """A program that was started ends at once by itself; where there is no shell to start, the C library says 127."""
    try:
        answer = action()
        print(f"{thing}: refused ({answer})" if answer == 127 << 8 else f"{thing}: REA" f"CHED {answer!r:.60}")
    except Exception as error:
        print(f"{thing}: refused ({errno.errorcode.get(getattr(error, 'errno', 0), type(error).__name__)})")


def forked():
    if (pid := os.fork()) == 0:
        os._exit(0)
    return os.waitpid(pid, 0)


attempt("fork", forked)
attempt("shell", lambda: os.system("true"))
attempt("interpreter", lambda: subprocess.run([sys.executable, "-c", ""], timeout=1))
attempt("own script", lambda: os.waitpid(os.posix_spawn(OWN, [OWN], {}), 0))
attempt("in place of itself", lambda: os.execv("/no/such/program", ["x"]))
for method in ("fork", "spawn", "forkserver"):
    try:
        (worker := multiprocessing.get_context(method).Process(target=int)).start()
        own = worker.pid in (None, os.getpid())  # a concession to honest code: it ran in here
        print(f"multiprocessing by {method}: " + ("refused (ran here)" if own else "REA" "CHED"))
    except Exception as error:
        print(f"multiprocessing by {method}: refused ({type(error).__name__})")
