"""Tests of limits."""

from __future__ import annotations

from grader.model.assignment import Limits


def test_a_hand_in_that_is_slow_everywhere_is_given_the_time_to_be_judged() -> None:
    """Every load runs to its deadline and every case twice to its limit, with a call to begin each."""
    limits = Limits(load_seconds=60, load_grace_seconds=10, case_seconds=30, call_seconds=7, reloads=2)

    assert limits.task_seconds(case_count=5) == 3 * 70 + 5 * 2 * (30 + 7)


def test_loading_is_ended_from_outside_after_its_own_limit() -> None:
    """The student process has some time to end what runs by itself."""
    assert Limits(load_seconds=60, load_grace_seconds=10).load_deadline_seconds == 70
