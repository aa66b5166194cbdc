"""The case's alarm: breaks off in the main thread, and leaves no trace."""

from __future__ import annotations

import signal
import threading

import pytest

from grader.judge.alarm import CaseAlarm
from grader.judge.faults import CaseOverran


def test_a_case_that_overruns_is_broken_off_and_the_old_handler_comes_back() -> None:
    """No suite can swallow it with ``except Exception``."""
    before = signal.getsignal(signal.SIGALRM)

    with pytest.raises(CaseOverran), CaseAlarm(0.05).armed():
        threading.Event().wait(20)

    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
    assert not issubclass(CaseOverran, Exception)


def test_a_case_in_time_is_left_alone() -> None:
    """The timer is off afterwards."""
    with CaseAlarm(60).armed():
        remaining, _ = signal.getitimer(signal.ITIMER_REAL)

    assert remaining > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_another_thread_than_the_main_one_is_not_interrupted() -> None:
    """Signals reach the main thread only, so no alarm is set for another."""
    seen: list[tuple[float, float]] = []

    def run() -> None:
        with CaseAlarm(60).armed():
            seen.append(signal.getitimer(signal.ITIMER_REAL))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert seen == [(0.0, 0.0)]
