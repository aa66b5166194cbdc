"""One submission's student processes: what one hand-in did is nothing that the next one sees."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from grader.model.assignment import Limits
from grader.model.verdict import Verdict

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
