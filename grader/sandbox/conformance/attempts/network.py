"""The single home of the probes of the wall ``network``: each aims at somebody who listens on this machine."""

from __future__ import annotations

import errno
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_SECONDS = 2.0
_PACKET_OF_ANY_PROTOCOL = 0x0300
_KERNEL_CRYPTOGRAPHY = 38
_VIRTUAL_MACHINES = 40


def connect_by_tcp(here: Here) -> str:
    """Connect by TCP.

    建立 TCP 连接。
    """
    return _connect(socket.AF_INET, ("127.0.0.1", here.ports["tcp"]))


def connect_by_tcp_over_ipv6(here: Here) -> str:
    """Connect by TCP over IPv6.

    通过 IPv6 建立 TCP 连接。
    """
    if "tcp6" not in here.ports:
        raise OSError(errno.EADDRNOTAVAIL, "this machine has no IPv6")
    return _connect(socket.AF_INET6, ("::1", here.ports["tcp6"]))


def send_by_udp(here: Here) -> str:
    """Send a datagram by UDP, as a question for a name server is.

    发送 UDP 数据报（域名查询即如此）。
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"sent", ("127.0.0.1", here.ports["udp"]))
    return "sent"


def connect_to_a_socket_file(here: Here) -> str:
    """Connect to a program that listens at a file.

    连接到监听套接字文件的程序。
    """
    return _connect(socket.AF_UNIX, here.sockets["stream"])


def connect_to_an_abstract_name(here: Here) -> str:
    """Connect to a program that listens at a name which is no file.

    连接到监听抽象套接字名称的程序。
    """
    return _connect(socket.AF_UNIX, f"\0{here.sockets['abstract_stream']}")


def send_to_a_socket_file(here: Here) -> str:
    """Send a datagram to a program that listens at a file.

    向监听套接字文件的程序发送数据报。
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"sent", here.sockets["datagram"])
    return "sent"


def send_from_one_of_a_pair(here: Here) -> str:
    """Send from one of two connected sockets to a third one.

    从一对已连接的套接字之一向第三方发送。
    """
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        one.sendto(b"sent", f"\0{here.sockets['abstract_datagram']}")
    return "sent"


def reconnect_one_of_a_pair(here: Here) -> str:
    """Turn one of two connected sockets to somebody else.

    把一对已连接的套接字之一改连到别处。
    """
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        one.connect(f"\0{here.sockets['abstract_datagram']}")
        one.send(b"sent")
    return "sent"


def wait_for_connections(here: Here) -> str:
    """Wait for connections from outside.

    等待来自外部的连接。
    """
    del here
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        return f"port {listener.getsockname()[1]}"


def wait_at_an_abstract_name(here: Here) -> str:
    """Wait for other programs of this machine at a name.

    在抽象名称上等待本机其他程序。
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(f"\0{here.name}")
        listener.listen()
    return here.name


def ask_the_kernel_about_the_network(here: Here) -> str:
    """Ask the kernel about addresses and routes.

    向内核查询地址和路由。
    """
    del here
    return _open(socket.AF_NETLINK, socket.SOCK_RAW, 0)


def listen_to_the_wire(here: Here) -> str:
    """Read every packet of the machine.

    读取机器收发的所有数据包。
    """
    del here
    return _open(socket.AF_PACKET, socket.SOCK_RAW, _PACKET_OF_ANY_PROTOCOL)


def send_raw_packets(here: Here) -> str:
    """Send packets of any form.

    发送任意形式的数据包。
    """
    del here
    return _open(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)


def use_the_kernels_cryptography(here: Here) -> str:
    """Open a socket to the kernel's cryptography.

    打开通往内核加密接口的套接字。
    """
    del here
    return _open(_KERNEL_CRYPTOGRAPHY, socket.SOCK_SEQPACKET, 0)


def reach_the_host_of_a_virtual_machine(here: Here) -> str:
    """Open a socket to the host of a virtual machine.

    打开通往虚拟机宿主的套接字。
    """
    del here
    return _open(_VIRTUAL_MACHINES, socket.SOCK_STREAM, 0)


def _connect(family: int, address: tuple[str, int] | str) -> str:
    with socket.socket(family, socket.SOCK_STREAM) as caller:
        caller.settimeout(_SECONDS)
        caller.connect(address)
        caller.sendall(b"sent")
    return "connected"


def _open(family: int, kind: int, protocol: int) -> str:
    with socket.socket(family, kind, protocol):
        return f"a socket of family {family}"
