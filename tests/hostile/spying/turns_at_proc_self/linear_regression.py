"""Leaves its folder by the links that /proc/self holds: root, cwd, descriptors, tasks, mapped files."""

import errno
import os

import torch

import grader

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

COURSE = os.path.dirname(grader.__path__[0]) + "/solutions/linear_regression/test_sgd.py"


def attempt(thing, path):
    try:
        got = os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(20)
        print(f"{thing}: REA" f"CHED {got!r:.60}")
    except OSError as error:
        print(f"{thing}: refused ({errno.errorcode[error.errno]})")


def held(path):
    """A descriptor of a folder that may be walked through but not be read."""
    return os.open(path, os.O_PATH | os.O_DIRECTORY)


attempt("root", "/proc/self/root")
attempt("passwords", "/proc/self/root/etc/passwd")
attempt("shadow", "/proc/thread-self/root/etc/shadow")
attempt("course by root", f"/proc/self/root{COURSE}")
attempt("course by task", f"/proc/self/task/{os.getpid()}/root{COURSE}")
attempt("above", "/proc/self/cwd/../..")
attempt("far above", "/proc/self/cwd/../../../..")
attempt("descriptor", f"/proc/self/fd/{held('/')}")
attempt("descriptor and on", f"/proc/self/fd/{held('/')}/etc/passwd")
attempt("course by descriptor", f"/proc/self/fd/{held('/')}{COURSE}")
os.chdir("/")
attempt("working folder /", ".")
attempt("course from /", COURSE.lstrip("/"))
for name in ("net/tcp", "net/unix", "net/fib_trie"):
    attempt(f"connections {name}", f"/proc/self/{name}")
