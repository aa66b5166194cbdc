"""Plants links where the trusted side will clean up as another user: to a decoy, to the root, in its own place."""

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

# A cleaner, a watch or a copier that followed one of these would empty, count or change what is not the student's.
# The harness looks afterwards whether the decoy is as it was.
DECOY = os.path.realpath("../../../../decoy")


def attempt(thing, action):
    try:
        action()
    except OSError as error:
        return print(f"{thing}: refused ({errno.errorcode[error.errno]})")
    return print(f"{thing}: planted")


os.makedirs("deep/deeper")
attempt("link to the decoy", lambda: os.symlink(DECOY, "decoy"))
attempt("link to its file", lambda: os.symlink(f"{DECOY}/kept.txt", "deep/deeper/kept.txt"))
attempt("link upwards", lambda: os.symlink("../../../../decoy", "deep/up"))
attempt("link to everything", lambda: os.symlink("/", "deep/root"))
attempt("link to its own descriptors", lambda: os.symlink("/proc/self/fd", "deep/descriptors"))
attempt("link named as a file of the grader", lambda: os.symlink(f"{DECOY}/kept.txt", "../held"))
attempt("link named as a new file", lambda: os.symlink(f"{DECOY}/new.txt", "../held.new"))
attempt("link as the data of the next", lambda: os.symlink(DECOY, "../data"))
attempt("hard link to the decoy", lambda: os.link(f"{DECOY}/kept.txt", "hard"))


def swap():
    """The folder that will be emptied becomes a link, and what it was moves aside."""
    os.rename("../work", "../aside")
    os.symlink(DECOY, "../work")


attempt("link in the place of the working folder", swap)
attempt("its parent's place", lambda: os.rename(os.path.realpath(".."), os.path.realpath("..") + ".moved"))
