"""Leaves what is hard to remove or dangerous to look at: pipes, sockets, closed folders, odd names, unlinked files."""

import errno
import os
import socket

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


def attempt(thing, action):
    try:
        action()
    except OSError as error:
        return print(f"{thing}: refused ({errno.errorcode[error.errno]})")
    return print(f"{thing}: left")


def closed(rights):
    """A folder with a file in it, closed to its owner; umask does it where chmod does nothing."""
    name, old = f"closed_{rights:o}", os.umask(0o777 ^ rights)
    os.mkdir(name, 0o777)
    os.umask(old)
    os.chmod(name, rights)
    open(f"{name}/file", "w").close()


attempt("pipe", lambda: os.mkfifo("pipe"))  # whoever opens it to read waits for ever
attempt("socket", lambda: socket.socket(socket.AF_UNIX).bind("socket"))
for rights in (0o000, 0o111, 0o222, 0o444):
    attempt(f"closed folder {rights:o}", lambda: closed(rights))
for name in (b"\xff\xfe", b"\n", b" ", b"-rf", b"\x1b[2J", "\u202e".encode(), b"a" * 255, b"..."):
    attempt("odd name", lambda: open(name, "w").close())
attempt("file without a name", lambda: os.open(".", os.O_TMPFILE | os.O_RDWR))
attempt("file that is gone", lambda: (os.open("gone", os.O_CREAT | os.O_RDWR), os.unlink("gone")))
here = os.getcwd()
for _ in range(80):
    os.mkdir("deep" * 60)
    os.chdir("deep" * 60)
print("deeper than a path is long:", len(here) + 80 * 241 > 4096)
os.chdir(here)
attempt("its own place", lambda: os.rmdir(os.getcwd()))
