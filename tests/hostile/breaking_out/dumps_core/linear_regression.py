"""Crashes with a core file: a copy of all its memory, hidden inputs included, which outlives the process."""

import os
import resource
import signal

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

soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
print("core limit: " + (f"REA" f"CHED {soft}" if soft > 1 else "refused"))
try:
    resource.setrlimit(resource.RLIMIT_CORE, (2**20, 2**20))
    print("more core: REA" "CHED")
except (ValueError, OSError) as error:
    print(f"more core: refused ({type(error).__name__})")
for place in ("/proc/sys/kernel/core_pattern", "/proc/self/coredump_filter"):
    try:
        os.close(os.open(place, os.O_WRONLY))
        print(f"{place}: REA" "CHED")
    except OSError as error:
        print(f"{place}: refused ({error.strerror})")
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGQUIT)  # ends it here, and on the way would write the core
left = [name for name in os.listdir(".") if name.startswith("core")]
print("core file: " + (f"REA" f"CHED {left}" if left else "refused (none)"))
