"""Looks for what the environment of the grader holds: tokens, pytest's own variables, the user, paths."""

import os
import re

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

NONE_OF_OURS = re.compile(r"PYTEST|TOKEN|SECRET|PASSW|_KEY|SSH|GIT|SUDO|USER|LOGNAME|VIRTUAL_ENV|DISPLAY|PYTHONPATH")
libc_environ = open("/proc/self/environ", "rb").read().decode("utf-8", "replace").split("\0")
python_environ = [f"{name}={value}" for name, value in os.environ.items()]
for thing, variables in (("environment", python_environ), ("first environment", libc_environ)):
    found = [each for each in variables if NONE_OF_OURS.search(each.partition("=")[0]) and "student" not in each]
    print(f"{thing}: " + (f"REA" f"CHED {found}" if found else f"refused (of {len(variables)} variables, none)"))
arguments = open("/proc/self/cmdline", "rb").read().split(b"\0")
found = [word for word in arguments if b"solutions" in word or b"assignment" in word or b"submission" in word]
print("command line: " + (f"REA" f"CHED {found}" if found else "refused (names no course)"))
