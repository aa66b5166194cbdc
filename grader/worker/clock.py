"""The single home of the time limit while a hand-in loads: an exception in the running statement, again and again."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

AGAIN_SECONDS = 0.2
"""How soon a statement that swallowed the exception gets the next one."""


class OutOfTime(BaseException):
    """The time for loading is used up. Not an `Exception`, so that ``except Exception`` does not swallow it."""


class LoadClock:
    """Raises `OutOfTime` in a statement that runs when the time is used up.

    Two timers, because a hand-in may use one of them: ``SIGALRM`` counts wall time (and so ends a sleep), ``SIGPROF``
    processor time (and so ends a loop even after the hand-in took ``SIGALRM`` for itself). What C code holds for long
    is beyond both; the judge's limit from outside is for that.
    """

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._rings_at = self._ends_at
        self._running = False

    @property
    def is_over(self) -> bool:
        """Whether the time is used up."""
        return time.monotonic() >= self._ends_at

    def extend(self, seconds: float) -> None:
        """Give that many seconds from now on."""
        self._ends_at = time.monotonic() + seconds

    def start(self, *, share: float = 1.0) -> None:
        """Limit what runs from now on to a ``share`` of the time that is left.

        Sets the timers anew, whatever the statement before did to them.
        """
        now = time.monotonic()
        left = max(share * (self._ends_at - now), 1e-3)
        self._rings_at = min(now + left, self._ends_at)
        signal.signal(signal.SIGALRM, self._ring)
        signal.signal(signal.SIGPROF, self._ring)
        self._running = True
        signal.setitimer(signal.ITIMER_REAL, left, AGAIN_SECONDS)
        signal.setitimer(signal.ITIMER_PROF, left, AGAIN_SECONDS)

    def pause(self) -> None:
        """Raise nothing until the next statement."""
        self._running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _ring(self, _signal: int, _frame: FrameType | None) -> None:
        if self._running and time.monotonic() >= self._rings_at:
            raise OutOfTime
