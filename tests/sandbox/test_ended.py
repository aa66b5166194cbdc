"""Tests of reading how a student process ended."""

from __future__ import annotations

import signal

import pytest

from grader.model.assignment import Limits
from grader.sandbox.ended import HowItEnded, how_it_ended
from grader.wire.control import Breach, Ended

LIMITS = Limits(cpu_seconds=4, memory_bytes=1000)


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        (Ended(pid=1, killed_by_us=True), HowItEnded.STOPPED),
        (Ended(pid=1, exit_code=0), HowItEnded.EXITED),
        (Ended(pid=1, exit_code=3), HowItEnded.EXITED),
        (Ended(pid=1, signal=signal.SIGXCPU), HowItEnded.CPU_LIMIT),
        (Ended(pid=1, signal=signal.SIGXFSZ), HowItEnded.FILE_LIMIT),
        (Ended(pid=1, signal=signal.SIGKILL, cpu_seconds=5.9), HowItEnded.CPU_LIMIT),
        (Ended(pid=1, signal=signal.SIGKILL, cpu_seconds=0.2), HowItEnded.MEMORY),
        (Ended(pid=1, signal=signal.SIGABRT, peak_memory_bytes=950), HowItEnded.MEMORY),
        (Ended(pid=1, signal=signal.SIGABRT, peak_memory_bytes=700), HowItEnded.SIGNALLED),
        (Ended(pid=1, signal=signal.SIGSEGV), HowItEnded.SIGNALLED),
        (Ended(pid=1, signal=signal.SIGTERM, peak_memory_bytes=2000), HowItEnded.SIGNALLED),
        (Ended(pid=1, killed_by_us=True, breach=Breach.DISK), HowItEnded.DISK),
        (Ended(pid=1, killed_by_us=True, breach=Breach.FILES), HowItEnded.FILES),
        (Ended(pid=1, killed_by_us=True, breach=Breach.THREADS), HowItEnded.THREADS),
        (Ended(pid=1, killed_by_us=True, breach=Breach.SHARED_MEMORY), HowItEnded.SHARED_MEMORY),
    ],
)
def test_an_end_is_sorted_by_its_cause(ended: Ended, expected: HowItEnded) -> None:
    """Signals of limits, the kernel's own kills and everything else are told apart."""
    assert how_it_ended(ended, LIMITS) is expected


def test_without_limits_a_kill_is_the_kernels_for_memory() -> None:
    """Zero means no limit, so that nothing can be near it."""
    unlimited = Limits(cpu_seconds=0, memory_bytes=0)

    assert how_it_ended(Ended(pid=1, signal=signal.SIGKILL, cpu_seconds=9.0), unlimited) is HowItEnded.MEMORY
    assert how_it_ended(Ended(pid=1, signal=signal.SIGSEGV), unlimited) is HowItEnded.SIGNALLED
