"""One submission's student processes: what one hand-in did is nothing that the next one sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

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
