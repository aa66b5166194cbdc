"""The gate, for hand-ins that have no grade: what is wrong, whose fault it is, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.feedback import show_internal_error, show_unreadable
from grader.model.grade import Status
from grader.model.submission import Unreadable
from grader.model.text import Language, Text

if TYPE_CHECKING:
    from grader.model.assignment import Assignment
    from grader.model.submission import Submission


@pytest.mark.parametrize(
    ("kind", "values", "en", "zh"),
    [
        (
            "empty",
            {},
            (
                "ana.ipynb is empty. Expected a notebook (.ipynb) or a Python module (.py) with your solution in it."
                " Save your work, look into the file, and hand it in again."
            ),
            (
                "ana.ipynb 是空文件。应提交写有解答的笔记本（.ipynb）或 Python 模块（.py）。"
                "请保存后打开文件确认，再重新提交。"
            ),
        ),
        (
            "notebook_broken",
            {"line": 3, "column": 14},
            (
                "ana.ipynb is damaged or was cut off: it stops being a notebook at line 3, column 14. Expected a whole"
                " notebook (.ipynb). Open it in Jupyter, save it, and hand it in again."
            ),
            (
                "ana.ipynb 已损坏或不完整：从第 3 行第 14 列起不再是笔记本的内容。应提交完整的笔记本（.ipynb）。"
                "请在 Jupyter 中打开并保存，再重新提交。"
            ),
        ),
        (
            "too_large",
            {"size_mb": 200.0, "limit_mb": 64.0},
            (
                "ana.ipynb has 200 MB. Expected at most 64 MB. Clear the outputs (in Jupyter: Clear Outputs of All"
                " Cells), save, and hand it in again."
            ),
            ("ana.ipynb 有 200 MB。最多允许 64 MB。请清除输出（Jupyter 中的“清除所有单元格输出”），保存后重新提交。"),
        ),
    ],
)
def test_an_unreadable_hand_in_is_told_what_to_do(
    assignment: Assignment, kind: str, values: dict[str, str | int | float], en: str, zh: str
) -> None:
    """Place, finding, expectation, next step."""
    unreadable = Unreadable(student_id="ana", file_name="ana.ipynb", digest="sha256:0", kind=kind, values=values)
    feedback = show_unreadable(unreadable, assignment=assignment, language=Language.ZH)

    assert feedback.problem == Text(en=en, zh=zh)
    assert (feedback.status, feedback.points, feedback.max_points) == (Status.INVALID, 0.0, 10.0)
    assert (feedback.exercises, feedback.format) == ((), "")


def test_a_failure_of_the_grader_costs_nothing_and_has_a_reference(
    assignment: Assignment, submission: Submission
) -> None:
    """The student learns that it is not their fault, and what to quote."""
    feedback = show_internal_error(submission, assignment=assignment, language=Language.EN, reference="slot-2/ana")

    assert feedback.status is Status.INTERNAL_ERROR
    assert feedback.problem == Text(
        en="ana.ipynb could not be graded, because the grader failed. This is not your fault and costs you nothing: it"
        " will be graded again. If you ask about it, give the reference slot-2/ana.",
        zh="评分程序出了故障，ana.ipynb 未能评分。这不是你的问题，也不会影响成绩，作业会重新评分。"
        "如需询问，请提供编号 slot-2/ana。",
    )
