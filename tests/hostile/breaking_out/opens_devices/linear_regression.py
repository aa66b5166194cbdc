"""Opens or makes device files: memory, disks, terminals, virtual machines; and plays with what devices can do."""

import ctypes
import errno
import fcntl
import os
import stat

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
        answer = f"REA" f"CHED {action()!r:.60}"
    except OSError as error:
        answer = f"refused ({errno.errorcode[error.errno]})"
    print(f"{thing}: {answer}")


def opened(path):
    os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY))
    return path


for name in ("mem", "kmsg", "port", "tty", "console", "ptmx", "fuse", "kvm", "net/tun", "loop-control", "vsock", "hpet",
             "vda", "sda", "nvme0n1", "mapper/control", "dri/card0", "nvidia0", "input/event0", "snd/seq", "uinput",
             "cpu/0/msr", "vhost-net", "userfaultfd", "udmabuf", "vcs"):  # fmt: skip
    attempt(f"device {name}", lambda name=name: opened(f"/dev/{name}"))
CHARACTERS, BLOCKS = stat.S_IFCHR | 0o600, stat.S_IFBLK | 0o600
for name, kind, major, minor in (("memory", CHARACTERS, 1, 1), ("disk", BLOCKS, 8, 0), ("nothing", CHARACTERS, 0, 0)):
    attempt(f"making {name}", lambda: os.mknod(f"my_{name}", kind, os.makedev(major, minor)))
own = os.open("own", os.O_CREAT | os.O_RDWR)
move = (ctypes.c_long(316 if os.uname().machine == "x86_64" else 276), -100, b"own", -100, b"moved", 4)
print("node left by moving: " + ("REA" "CHED" if ctypes.CDLL(None).syscall(*move) == 0 else "refused"))
for name, request, argument in (("typing for others", 0x5412, b"\n"), ("taking a terminal", 0x540E, b"\0" * 8),
                                ("immutable file", 0x40086602, b"\x10" + b"\0" * 7)):  # fmt: skip
    attempt(name, lambda: fcntl.ioctl(own, request, argument))
try:
    fcntl.ioctl(own, 0x40086602, b"\0" * 8)  # mutable again, where a wall failed
except OSError:
    pass
