"""Changes a file outside its folder without opening it: rights, owner, times, names, of which Landlock knows a part."""

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

DECOY = os.path.realpath("../../../../decoy/kept.txt")  # made by the harness, which looks afterwards whether it changed
before = os.lstat(DECOY) if os.path.exists(DECOY) else None  # behind the outer wall it is not to be seen at all


def attempt(thing, action, undo=None):
    try:
        action()
    except OSError as error:
        return print(f"{thing}: refused ({errno.errorcode[error.errno]})")
    print(f"{thing}: it said yes")
    return undo and undo()  # leave nothing behind where a wall fails


attempt("rights", lambda: os.chmod(DECOY, 0o777))
attempt("owner", lambda: os.chown(DECOY, 12345, 12345))
attempt("times", lambda: os.utime(DECOY, (0, 0)))
attempt("folder's rights", lambda: os.chmod(os.path.dirname(DECOY), 0o777))
attempt("attribute", lambda: os.setxattr(DECOY, "user.decoy", b"x"))
attempt("length", lambda: os.truncate(DECOY, 0))
attempt("new name", lambda: os.rename(DECOY, f"{DECOY}.moved"), lambda: os.rename(f"{DECOY}.moved", DECOY))
attempt("into the own folder", lambda: os.rename(DECOY, "mine"), lambda: os.rename("mine", DECOY))
attempt("exchange", lambda: os.replace("/proc/self/cwd", DECOY))
attempt("second name", lambda: os.link(DECOY, "linked"))
attempt("removal", lambda: os.unlink(DECOY))
attempt("neighbour", lambda: os.mkdir(f"{DECOY}.new"), lambda: os.rmdir(f"{DECOY}.new"))
attempt("link beside it", lambda: os.symlink("/", f"{DECOY}.link"), lambda: os.unlink(f"{DECOY}.link"))
attempt("library to be written", lambda: os.close(os.open(torch.__file__, os.O_WRONLY)))
new = f"{torch.__file__}.decoy"
attempt("library's neighbour", lambda: os.close(os.open(new, os.O_CREAT | os.O_WRONLY)), lambda: os.unlink(new))
told = None if before is None or not os.path.exists(DECOY) else os.lstat(DECOY)
same = all(getattr(before, name, 0) == getattr(told, name, 0) for name in ("st_mode", "st_uid", "st_size", "st_mtime"))
print("decoy:", "refused (as it was)" if same else "REA" "CHED")
