"""Becomes another user, takes capabilities back, and turns on what would let it: for root and everybody else."""

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


def control(thing, option, *arguments):
    attempt(thing, 157, 167, option, *(ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4]))


header = (ctypes.c_uint32 * 2)(0x20080522, 0)
attempt("every capability", 126, 91, header, (ctypes.c_uint32 * 6)(*[0xFFFFFFFF, 0xFFFFFFFF, 0] * 2))
control("ambient capability", 47, 2, 21)
control("capabilities kept", 8, 1)
control("secure bits", 28, 1)
control("new privileges", 38, 0)
control("reaping others", 36, 1)
control("to be traced by all", 0x59616D61, 2**64 - 1)
attempt("filter of its own", 317, 277, 1, 8, ctypes.create_string_buffer(16))
attempt("groups", 116, 159, 1, (ctypes.c_uint32 * 1)(0))
attempt("group 0", 119, 149, -1, 0, -1)
attempt("file system's user", 122, 151, 1) == os.getuid() and libc.setfsuid(os.getuid())
attempt("user 0", 105, 146, 0)
with open("/proc/self/status") as status:
    told = dict(line.split() for line in status if line.startswith(("Cap", "NoNewPrivs", "Seccomp:")))
capable = [name for name in ("CapInh", "CapPrm", "CapEff", "CapAmb") if int(told[f"{name}:"], 16)]
print("capabilities: " + (f"REA" f"CHED {capable}" if capable else "refused (none)"))
print("walls: " + ("refused" if told["NoNewPrivs:"] == "1" and told["Seccomp:"] == "2" else "REA" "CHED"))
