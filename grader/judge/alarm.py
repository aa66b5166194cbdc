"""The single home of a case's own time limit: an alarm that breaks off whatever the case is doing."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from typing import TYPE_CHECKING

from grader.judge.faults import CaseOverran

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_LEAST_SECONDS = 0.05


class CaseAlarm:
    """Time for one case, spent in phases; pytest's own work between the phases is never interrupted."""

    def __init__(self, seconds: float) -> None:
        """Start the clock."""
        self._deadline = time.monotonic() + seconds

    @contextlib.contextmanager
    def armed(self) -> Iterator[None]:
        """Raise `CaseOverran` inside the block when the time is up.

        Only a main thread can be interrupted; elsewhere the limit per call has to do.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        previous = signal.signal(signal.SIGALRM, _overrun)
        try:
            signal.setitimer(signal.ITIMER_REAL, max(_LEAST_SECONDS, self._deadline - time.monotonic()))
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, previous)


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Keep the alarm away from what must not be broken off half-way; if it rings, it rings again right afterwards."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    rang: list[int] = []
    previous = signal.signal(signal.SIGALRM, lambda number, _frame: rang.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, previous)
        if rang:
            signal.setitimer(signal.ITIMER_REAL, _LEAST_SECONDS)


def _overrun(_signal: int, _frame: FrameType | None) -> None:
    """What the alarm does."""
    raise CaseOverran
