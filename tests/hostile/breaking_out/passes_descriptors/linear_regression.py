"""Hands descriptors over the socket to the judge, which would hold what it opened, and asks for some of the judge's."""

import array
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

judge = socket.socket(fileno=os.dup(3))
handed = array.array("i", [os.open("/dev/null", os.O_RDONLY), os.open(".", os.O_RDONLY), 3])


def attempt(thing, action):
    try:
        print(f"{thing}: REA" f"CHED {action()!r:.60}")
    except OSError as error:
        print(f"{thing}: refused ({errno.errorcode[error.errno]})")


def to_itself():
    """Through a pair, where descriptors in flight count against nobody's limit."""
    left, right = socket.socketpair()
    return left.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handed)])


rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handed)]
attempt("to the judge, without data", lambda: judge.sendmsg([b""], rights))
attempt("to the judge, in a batch", lambda: socket.send_fds(judge, [b""], list(handed)))
attempt("to itself", to_itself)
attempt("credentials", lambda: judge.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1))
attempt("from the judge", lambda: socket.recv_fds(judge, 1, 4, socket.MSG_DONTWAIT))
