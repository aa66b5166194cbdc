"""Mounts something over its own folder, by the old calls and by the new ones, and changes its root."""

import ctypes
import errno
import os

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

libc = ctypes.CDLL(None, use_errno=True)
X86 = os.uname().machine == "x86_64"


def attempt(thing, x86_64, aarch64, *arguments):
    result = libc.syscall(x86_64 if X86 else aarch64, *arguments)
    name = errno.errorcode[ctypes.get_errno()] if result < 0 else result
    print(f"{thing}: refused ({name})" if name in ("EPERM", "EACCES", "ENOSYS") else f"{thing}: REA" f"CHED ({name})")
    return result


os.mkdir("decoy")
HERE, DETACH, BIND = -100, 2, 4096
for thing, source, kind, flags in (("memory", b"none", b"tmpfs", 0), ("processes", b"none", b"proc", 0),
                                   ("the root", b"/", None, BIND), ("again", b"none", None, 32)):  # fmt: skip
    if attempt(f"mounting {thing}", 165, 40, source, b"decoy", kind, flags, None) == 0:
        libc.umount2(b"decoy", DETACH)
attempt("unmounting", 166, 39, b"decoy", DETACH)
attempt("pivoting", 155, 41, b"decoy", b"decoy")
attempt("changing the root", 161, 51, b"/")
attempt("opening a tree", 428, 428, HERE, b"/", 0)
attempt("cloning a tree", 428, 428, HERE, b"/", 1)
attempt("opening a file system", 430, 430, b"tmpfs", 0)
attempt("configuring one", 431, 431, 0, 6, None, None, 0)
attempt("making a mount", 432, 432, 0, 0, 0)
attempt("moving a mount", 429, 429, HERE, b"decoy", HERE, b"decoy", 0)
attempt("picking a mount", 433, 433, HERE, b"/", 0)
attempt("changing a mount", 442, 442, HERE, b"decoy", 0, (ctypes.c_uint64 * 4)(), 32)
attempt("looking at a mount", 457, 457, None, None, 0, 0)
attempt("listing mounts", 458, 458, None, None, 0, 0)
attempt("swapping", 167, 224, b"decoy", 0)
attempt("quotas", 179, 60, 0x800001 << 8, b"decoy", 0, None)
