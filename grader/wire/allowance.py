"""The single home of what one request may cost: the far side's time and its callbacks."""

from __future__ import annotations

import time

from grader.wire.faults import ChannelTimeout, ProtocolBroken

MAX_CALLBACKS = 100_000
"""Of one request: a training loop over the judge's own network makes thousands."""
TOTAL_FACTOR = 2
"""With the time that this side spends on callbacks, a request may take this many times its limit."""


class Allowance:
    """The limits of one outermost request, shared by everything that happens inside it.

    Only time spent waiting for the far side is charged, so that a slow callback of the judge's costs no student time.
    Nested requests share the same allowance; otherwise each callback would renew it.
    """

    def __init__(self, seconds: float | None) -> None:
        self._limit = seconds
        self._waited = 0.0
        self._started = time.monotonic()
        self._callbacks = 0

    @property
    def seconds_left(self) -> float | None:
        """How long to wait for the next frame; raises `ChannelTimeout` when nothing is left."""
        if self._limit is None:
            return None
        total = self._limit * TOTAL_FACTOR - (time.monotonic() - self._started)
        left = min(self._limit - self._waited, total)
        if left <= 0:
            raise ChannelTimeout(f"no answer within {self._limit} s")
        return left

    def waited(self, seconds: float) -> None:
        """Charge time spent waiting."""
        self._waited += seconds

    def count_callback(self) -> None:
        """Charge one callback."""
        self._callbacks += 1
        if self._callbacks > MAX_CALLBACKS:
            raise ProtocolBroken(f"more than {MAX_CALLBACKS} callbacks in one request")
