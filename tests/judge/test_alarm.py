"""The case's alarm: breaks off in the main thread, and leaves no trace."""

from __future__ import annotations

import signal
import threading

import pytest

from grader.judge.alarm import CaseAlarm, held_back
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


def test_what_holds_the_alarm_back_is_finished_first() -> None:
    """Otherwise a process that is being stopped would be forgotten half-way; the case is broken off right after it."""
    finished: list[bool] = []

    def stop_a_process() -> None:
        with held_back():
            finished.append(not threading.Event().wait(0.2))
        threading.Event().wait(20)

    with pytest.raises(CaseOverran), CaseAlarm(0.05).armed():
        stop_a_process()

    assert finished == [True]
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_alarm_that_did_not_ring_while_it_was_held_back_rings_in_its_time() -> None:
    """Holding it back takes nothing of the case's time and adds nothing."""
    with CaseAlarm(60).armed():
        with held_back():
            pass
        remaining, _ = signal.getitimer(signal.ITIMER_REAL)

    assert 1 < remaining <= 60
