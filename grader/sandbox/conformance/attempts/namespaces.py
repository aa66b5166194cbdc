"""The single home of the probes of the wall ``namespaces``: what only the outer wall can hide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import Refused

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here


def ask_whether_a_file_exists(here: Here) -> str:
    """Ask whether a file of another folder exists.

    查询别的文件夹中的文件是否存在。
    """
    return f"{Path(here.secret).stat().st_size} bytes"


def share_users(here: Here) -> str:
    """Share users with the machine.

    与机器共用用户空间。
    """
    return _share("user", here)


def share_processes(here: Here) -> str:
    """Share process numbers with the machine.

    与机器共用进程号。
    """
    return _share("pid", here)


def share_the_network(here: Here) -> str:
    """Share network interfaces with the machine.

    与机器共用网络接口。
    """
    return _share("net", here)


def share_memory_objects(here: Here) -> str:
    """Share message queues and shared memory with the machine.

    与机器共用消息队列和共享内存。
    """
    return _share("ipc", here)


def share_the_host_name(here: Here) -> str:
    """Share the host's name with the machine.

    与机器共用主机名。
    """
    return _share("uts", here)


def share_mounts(here: Here) -> str:
    """Share mounted disks with the machine.

    与机器共用挂载的磁盘。
    """
    return _share("mnt", here)


def _share(kind: str, here: Here) -> str:
    own = str(Path(f"/proc/self/ns/{kind}").readlink())
    if own != here.namespaces.get(kind):
        raise Refused(f"it has {own} of its own")
    return own
