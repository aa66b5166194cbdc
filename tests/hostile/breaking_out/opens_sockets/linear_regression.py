"""Opens a socket of every family and kind, and where it gets one, sends or connects to the loopback."""

import errno
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

KINDS = {
    "tcp": (socket.AF_INET, socket.SOCK_STREAM, 0, ("127.0.0.1", 9)),
    "udp": (socket.AF_INET, socket.SOCK_DGRAM, 0, ("127.0.0.1", 9)),
    "tcp over ipv6": (socket.AF_INET6, socket.SOCK_STREAM, 0, ("::1", 9)),
    "udp over ipv6": (socket.AF_INET6, socket.SOCK_DGRAM, 0, ("::1", 9)),
    "ping": (socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP, ("127.0.0.1", 0)),
    "sctp": (socket.AF_INET, socket.SOCK_STREAM, 132, ("127.0.0.1", 9)),
    "mptcp": (socket.AF_INET, socket.SOCK_STREAM, 262, ("127.0.0.1", 9)),
    "raw": (socket.AF_INET, socket.SOCK_RAW, 255, None),
    "packet": (socket.AF_PACKET, socket.SOCK_RAW, 0, None),
    "netlink": (socket.AF_NETLINK, socket.SOCK_RAW, 0, (0, 0)),
    "vsock": (getattr(socket, "AF_VSOCK", 40), socket.SOCK_STREAM, 0, None),
    "crypto": (getattr(socket, "AF_ALG", 38), socket.SOCK_SEQPACKET, 0, None),
    "bluetooth": (31, socket.SOCK_RAW, 0, None),
    "xdp": (44, socket.SOCK_RAW, 0, None),
    "kernel's own": (41, socket.SOCK_DGRAM, 0, None),
}
for thing, (family, kind, protocol, address) in KINDS.items():
    try:
        with socket.socket(family, kind, protocol) as made:
            made.settimeout(0.1)
            if address is not None:
                made.connect(address)
        answer = "open"
    except OSError as error:  # ECONNREFUSED would mean that it got as far as the machine
        answer = errno.errorcode.get(error.errno, str(error))
    print(f"{thing}: refused ({answer})" if answer in ("EPERM", "EACCES") else f"{thing}: REA" f"CHED ({answer})")
