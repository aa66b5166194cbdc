"""The single home of the kernel calls that Python has no name for."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path

SET_DEATH_SIGNAL = 1
_GET_SECCOMP = 21
_SET_CHILD_SUBREAPER = 36
_GET_CHILD_SUBREAPER = 37
_SET_NO_NEW_PRIVS = 38
_GET_NO_NEW_PRIVS = 39

_EXITING = 0x4  # PF_EXITING in the kernel's include/linux/sched.h
_KILLED = 1 << (signal.SIGKILL - 1)

_libc = ctypes.CDLL(None, use_errno=True)
_FUNCTIONS = {"capget": 2, "capset": 2, "prctl": 5, "syscall": 7}
"""Functions of the C library that are called by name, with the number of their arguments."""
for _name, _count in _FUNCTIONS.items():
    getattr(_libc, _name).argtypes = (ctypes.c_long,) * _count


def die_with_parent(death_signal: signal.Signals) -> None:
    """Ask the kernel for ``death_signal`` when the thread that forked this process ends."""
    prctl(SET_DEATH_SIGNAL, int(death_signal))


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that none can slip away to init."""
    prctl(_SET_CHILD_SUBREAPER, 1)


def adopts_orphans() -> bool:
    """Whether `adopt_orphans` holds for this process."""
    answer = ctypes.c_int(0)
    prctl(_GET_CHILD_SUBREAPER, ctypes.addressof(answer))
    return bool(answer.value)


def forbid_new_privileges() -> None:
    """No program that this process starts may give it rights; nothing takes that back."""
    prctl(_SET_NO_NEW_PRIVS, 1)


def forbids_new_privileges() -> bool:
    """Whether `forbid_new_privileges` holds for this process."""
    return prctl(_GET_NO_NEW_PRIVS) == 1


def is_filtered() -> bool:
    """Whether a filter for system calls is on this process."""
    return prctl(_GET_SECCOMP) == 2  # noqa: PLR2004 - SECCOMP_MODE_FILTER


def prctl(option: int, *arguments: int) -> int:
    """The kernel's drawer for everything that concerns one process.

    Raises:
        OSError: with what the kernel answered.
    """
    return call("prctl", option, *arguments)


def system_call(number: int, *arguments: int) -> int:
    """A call that the C library has no name for.

    Raises:
        OSError: with what the kernel answered.
    """
    return call("syscall", number, *arguments)


def call(name: str, *arguments: int) -> int:
    """One of `_FUNCTIONS`, what is not given being zero.

    Raises:
        OSError: if it answers -1, which is how they fail.
    """
    answer: int = getattr(_libc, name)(*arguments, *(0,) * (_FUNCTIONS[name] - len(arguments)))
    if answer == -1:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), f"{name}{arguments}")
    return answer


def thread_count() -> int:
    """How many threads this process has, those of native libraries included."""
    return sum(1 for _ in Path("/proc/self/task").iterdir())


def mapped_bytes() -> tuple[int, int]:
    """What this process has mapped, as RLIMIT_AS and as RLIMIT_DATA count it."""
    fields = _read("/proc/self/statm").split()
    return int(fields[0]) * resource.getpagesize(), int(fields[5]) * resource.getpagesize()


def be_first_when_memory_runs_out() -> None:
    """Have the kernel end this process before any other of the machine."""
    descriptor = os.open("/proc/self/oom_score_adj", os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, b"1000")
    finally:
        os.close(descriptor)


def open_files() -> set[str]:
    """The regular files that this process holds open."""
    found = {str(entry.resolve()) for entry in Path("/proc/self/fd").iterdir()}
    return {path for path in found if Path(path).is_file()}


def parents() -> dict[int, int]:
    """Of every process that is alive (no zombies), its parent."""
    found = {}
    for name in (entry.name for entry in Path("/proc").iterdir()):
        fields = _stat(int(name)) if name.isdecimal() else None
        if fields is not None and fields[0] != "Z":
            found[int(name)] = int(fields[1])
    return found


def is_ending(pid: int) -> bool:
    """Whether that process or thread is on its way out already, so that nothing can change how it ends."""
    fields = _stat(pid)
    if fields is None or fields[0] == "Z" or int(fields[6]) & _EXITING:
        return True
    return bool(int(fields[28]) & _KILLED)  # whatever ends a process, the kernel sends each of its threads this one


def _stat(pid: int) -> list[str] | None:
    """The fields of ``/proc/<pid>/stat`` after the command (state, parent, …); None where there is no such process."""
    try:
        line = _read(f"/proc/{pid}/stat")
    except OSError:
        return None
    return line.rpartition(b")")[2].decode("ascii").split()


def _read(path: str) -> bytes:
    """A small file of the kernel's; in a freshly forked process a tenth of what Python's file objects cost."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)
