"""One submission's student processes: what one hand-in did is nothing that the next one sees."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from grader.judge.process import Zygotes
from grader.model.assignment import Limits
from grader.model.result import Wall
from grader.model.verdict import Verdict
from grader.sandbox.walls import NAMESPACES, REQUIRED, WeakSandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model.submission import Submission

RIGHT = "letter = 'b'\ndef power(base, exponent):\n    return base ** exponent\n"
SUITE = """\
import pytest
import torch

from grader.suite import check_close

BASE = torch.tensor([1.5, 2.0])


def test_constant(student):
    check_close(student.power(BASE, 2), torch.tensor([2.25, 4.0]))


@pytest.mark.parametrize("base", [torch.tensor([3.0])])
def test_parameter(student, base):
    check_close(student.power(base, 2), torch.tensor([9.0]))
"""


@pytest.mark.parametrize("ending", ["return base ** exponent", "raise ValueError", "die()"])
def test_a_hand_in_that_spoils_the_suites_tensors_spoils_only_its_own_case(
    in_judge: Any, submission: Callable[[str], Submission], ending: str
) -> None:
    """A suite is collected once; its constants and parameters are what they were for each case and each hand-in."""
    poison = f"letter = 'b'\ndef power(base, exponent):\n    base.data.zero_()\n    {ending}\n"

    def judge_both(judge: Any) -> Any:
        return [judge.judge(submission(source)).results for source in (poison, RIGHT)]

    _, results = in_judge(judge_both, test_power=SUITE)

    assert {result.verdict for result in results} == {Verdict.PASSED}


def test_a_process_that_takes_longer_to_stop_than_its_case_has_left_costs_its_case_only(
    judge_source: Any, fake_zygote: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of ten thousand folders within each other is not removed in a moment; the case's alarm waits for it."""
    start_student = fake_zygote.start_student

    def start_one_that_is_slow_to_stop(zygote: Any, limits: Limits) -> Any:
        process = start_student(zygote, limits)
        stop = process.stop
        process.stop = lambda: stop() if not threading.Event().wait(1.0) else None
        return process

    monkeypatch.setattr(fake_zygote, "start_student", start_one_that_is_slow_to_stop)
    limits = Limits(load_seconds=20, call_seconds=0.7, case_seconds=1.4, reloads=3)
    hangs = "letter = 'B'\ndef power(base, exponent):\n    return hang() if exponent == 3 else base ** exponent\n"

    results = {result.case.id: result.verdict for result in judge_source(hangs, limits=limits).results}

    assert results == {"power.1": Verdict.TIMED_OUT, "power.2": Verdict.PASSED, "letter.1": Verdict.PASSED}


def _zygote_without(missing: tuple[str, ...], stopped: list[bool]) -> Any:
    """A zygote whose student processes lack some walls; says when one is stopped."""
    walls = tuple(Wall(id=wall, stood=wall not in missing, detail="old") for wall in (*REQUIRED, NAMESPACES))
    process = SimpleNamespace(walls=walls, stop=lambda: stopped.append(True))
    return SimpleNamespace(environment={}, start_student=lambda _limits: process, close=lambda: None)


@pytest.mark.parametrize("missing", [("network",), ("filesystem", NAMESPACES)])
def test_a_process_without_a_required_wall_is_stopped_and_not_given_away(missing: tuple[str, ...]) -> None:
    """No student code has run in it; whoever asked hears which walls are missing, and why."""
    stopped: list[bool] = []
    zygotes = Zygotes(lambda: _zygote_without(missing, stopped), allow_weak=False)

    with pytest.raises(WeakSandbox, match=rf"{missing[0]} \(old\)") as caught:
        zygotes.start_student(Limits())

    assert [wall.id for wall in caught.value.fallen] == [wall for wall in missing if wall != NAMESPACES]
    assert stopped == [True]


@pytest.mark.parametrize(("missing", "allow"), [((), False), (("filesystem",), False), (("network",), True)])
def test_a_process_is_given_away_where_the_walls_stand_or_need_not(*, missing: tuple[str, ...], allow: bool) -> None:
    """The outer wall stands in for Landlock."""
    stopped: list[bool] = []

    Zygotes(lambda: _zygote_without(missing, stopped), allow_weak=allow).start_student(Limits())

    assert stopped == []
