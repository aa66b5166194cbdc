"""The single home of reading how a student process ended; what that costs a case is the judge's to say."""

from __future__ import annotations

import signal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model.assignment import Limits
    from grader.wire.control import Ended

_NEAR_MEMORY = 0.9
_NEAR_CPU = 0.75
"""The kernel counts ticks for the limit and nanoseconds for what it tells afterwards; on a busy machine they differ."""


class HowItEnded(StrEnum):
    """The ways a student process can end."""

    STOPPED = "stopped"
    """It was alive until it was stopped."""
    EXITED = "exited"
    """It ended itself with an exit code."""
    CPU_LIMIT = "cpu_limit"
    FILE_LIMIT = "file_limit"
    MEMORY = "memory"
    """The kernel took it for its memory, or it gave up near its limit."""
    DISK = "disk"
    FILES = "files"
    THREADS = "threads"
    SHARED_MEMORY = "shared_memory"
    """The zygote's watch ended it, for the limit of that name."""
    SIGNALLED = "signalled"
    """Any other signal: a segmentation fault, an abort, or one that it sent itself."""


_LIMIT_SIGNALS = {signal.SIGXCPU: HowItEnded.CPU_LIMIT, signal.SIGXFSZ: HowItEnded.FILE_LIMIT}
_GIVES_UP = {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS}


def how_it_ended(ended: Ended, limits: Limits) -> HowItEnded:
    """Sort an end by its cause.

    SIGKILL that we did not send has two likely senders: the kernel at the hard CPU limit, which the CPU seconds show,
    and the kernel when memory ran out, which takes a student process before any other.
    """
    if ended.breach is not None:
        return HowItEnded(ended.breach)
    if ended.killed_by_us or ended.signal is None:
        return HowItEnded.STOPPED if ended.killed_by_us else HowItEnded.EXITED
    if ended.signal in _LIMIT_SIGNALS:
        return _LIMIT_SIGNALS[signal.Signals(ended.signal)]
    if ended.signal == signal.SIGKILL:
        return HowItEnded.CPU_LIMIT if _cpu_used_up(ended, limits) else HowItEnded.MEMORY
    if (
        ended.signal in _GIVES_UP
        and limits.memory_bytes
        and ended.peak_memory_bytes >= _NEAR_MEMORY * limits.memory_bytes
    ):
        return HowItEnded.MEMORY
    return HowItEnded.SIGNALLED


def _cpu_used_up(ended: Ended, limits: Limits) -> bool:
    return bool(limits.cpu_seconds) and ended.cpu_seconds >= _NEAR_CPU * limits.cpu_seconds
