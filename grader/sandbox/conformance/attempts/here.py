"""The single home of what every probe finds where it runs: the decoys, raw system calls, and how it answers.

This file and those beside it run on the far side: in a student process, where nothing of grader's sandbox can be
imported, and in a bare child process. So they need the standard library only, and travel as text.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LIBC: Final = ctypes.CDLL(None, use_errno=True)
NUMBERS: Final = {  # in the kernel: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h
    "x86_64": {
        "add_key": 248, "bpf": 321, "clone": 56, "clone3": 435, "execve": 59, "fanotify_init": 300,
        "io_uring_setup": 425, "kcmp": 312, "keyctl": 250, "memfd_create": 319, "mount": 165, "mq_open": 240,
        "mq_unlink": 241, "msgget": 68, "name_to_handle_at": 303, "open_by_handle_at": 304, "perf_event_open": 298,
        "personality": 135, "pidfd_getfd": 438, "pidfd_open": 434, "pidfd_send_signal": 424, "pivot_root": 155,
        "prctl": 157, "process_vm_readv": 310, "ptrace": 101, "rt_sigqueueinfo": 129, "semget": 64, "setns": 308,
        "shmget": 29, "tgkill": 234, "unshare": 272, "userfaultfd": 323,
    },
    "aarch64": {
        "add_key": 217, "bpf": 280, "clone": 220, "clone3": 435, "execve": 221, "fanotify_init": 262,
        "io_uring_setup": 425, "kcmp": 272, "keyctl": 219, "memfd_create": 279, "mount": 40, "mq_open": 180,
        "mq_unlink": 181, "msgget": 186, "name_to_handle_at": 264, "open_by_handle_at": 265, "perf_event_open": 241,
        "personality": 92, "pidfd_getfd": 438, "pidfd_open": 434, "pidfd_send_signal": 424, "pivot_root": 41,
        "prctl": 167, "process_vm_readv": 270, "ptrace": 117, "rt_sigqueueinfo": 138, "semget": 190, "setns": 268,
        "shmget": 194, "tgkill": 131, "unshare": 97, "userfaultfd": 282,
    },
}  # fmt: skip
NOT_LET_THROUGH: Final = (errno.ENOSYS, errno.EPERM, errno.EACCES)


class Refused(Exception):  # noqa: N818 - what happened
    """What was tried had no effect, although nothing raised."""


class Here:
    """The decoys that stand around, as the trusted side describes them; all there is to attack."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.token: str = given["token"]
        """Stands in everything that must not be read."""
        self.folder: str = given["folder"]
        """Of the trusted side: not the probe's own."""
        self.secret: str = given["secret"]
        """A file in it."""
        self.spare: str = given["spare"]
        """Another one, which may go."""
        self.source: str = given["source"]
        """A file of the installation that does not concern student code."""
        self.home: str = given["home"]
        self.name: str = given["name"]
        """For what can only be made in a common place; nothing has this name yet."""
        self.key: int = given["key"]
        """The same, for what has numbers for names."""
        self.victim: int = given["victim"]
        """Another process of the same user."""
        self.ports: dict[str, int] = given["ports"]
        self.sockets: dict[str, str] = given["sockets"]
        """Paths and abstract names at which somebody listens."""
        self.namespaces: dict[str, str] = given["namespaces"]
        """Those of the trusted side."""
        self.descriptors: int = given["descriptors"]
        """How many the probe has for itself, the standard streams included."""
        self.hold_seconds: float = given["hold_seconds"]
        """How long to keep what is more than allowed, so that somebody can notice."""

    def quote(self, text: str | bytes) -> str:
        """Say that a secret was read, if it was."""
        if self.token not in (text if isinstance(text, str) else text.decode(errors="replace")):
            raise Refused("the secret was not in it")
        return "read the secret"


def call(name: str, *arguments: int | bytes | ctypes.Array[Any] | ctypes.Structure | None) -> int:
    """Make a system call, past everything in the C library; raises `OSError` as the kernel says."""
    number = NUMBERS.get(platform.machine(), {}).get(name)
    if number is None:
        raise OSError(errno.ENOSYS, f"no number is known for {name} on {platform.machine()}")
    ctypes.set_errno(0)
    result: int = LIBC.syscall(ctypes.c_long(number), *map(_as_argument, arguments))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def knock(name: str, *arguments: int | bytes | ctypes.Array[Any] | ctypes.Structure | None) -> str:
    """Make a system call that cannot work; if the kernel complains of its arguments, the way to it is open."""
    try:
        result = call(name, *arguments)
    except OSError as error:
        if error.errno in NOT_LET_THROUGH:
            raise
        return f"the kernel read the arguments of {name} ({errno.errorcode.get(error.errno or 0, error.errno)})"
    return f"{name} returned {result}"


def set_limit(kind: int, soft: int, hard: int) -> None:
    """Set a limit of this process; raises `Refused` where it stays what it was."""
    try:
        resource.setrlimit(kind, (soft, hard))
    except ValueError as error:  # which is how Python says EPERM here
        raise Refused(str(error)) from error
    if resource.getrlimit(kind) != (soft, hard):
        raise Refused(f"the kernel said yes and left it at {resource.getrlimit(kind)}")


def answer(attempt: Callable[[Here], str], given: Mapping[str, Any]) -> str:
    """What came of an attempt: ``reached: …``, ``refused: …`` or, where it is at fault itself, ``failed: …``."""
    try:
        return f"reached: {attempt(Here(given))}"
    except OSError as error:
        return f"refused: {errno.errorcode.get(error.errno or 0, type(error).__name__)} {error.strerror or error}"
    except MemoryError:
        return "refused: no more memory"
    except Refused as error:
        return f"refused: {error}"
    except Exception as error:  # noqa: BLE001 - the border of the far side: whatever went wrong is to be told
        return f"failed: {type(error).__name__}: {error}"


def _as_argument(value: int | bytes | ctypes.Array[Any] | ctypes.Structure | None) -> Any:
    """As wide as a register, also where C would pass less of a number."""
    if value is None or isinstance(value, int):
        return ctypes.c_long(value or 0)
    return ctypes.c_char_p(value) if isinstance(value, bytes) else ctypes.byref(value)
