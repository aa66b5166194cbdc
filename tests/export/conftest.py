"""What the tests of the exporters share: a feedback with everything in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.feedback.view import (
    Audience,
    CaseView,
    CellView,
    ErrorView,
    ExerciseView,
    FailureView,
    Feedback,
    WallView,
)
from grader.model.grade import Status
from grader.model.result import Difference, Frame, Snapshot
from grader.model.text import Language, Text
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable


def _case(number: int, verdict: Verdict, *, points: float, **fields: Any) -> CaseView:
    return CaseView(
        id=f"sgd.{number}",
        number=number,
        title=Text(en=f"Title {number}", zh=f"标题 {number}"),
        verdict=verdict,
        blame=verdict.blame,
        points=points,
        max_points=1.0,
        visible=number == 1,
        message=Text(en=f"Message {number}", zh=f"消息 {number}"),
        seconds=0.12345,
        **fields,
    )


@pytest.fixture
def make_feedback() -> Callable[..., Feedback]:
    """Makes a graded hand-in of two exercises; ``fields`` replace its own."""

    def make(**fields: Any) -> Feedback:
        error = ErrorView(
            type_name="ValueError", message="bad", frames=(Frame(cell=1, line=2, function="sgd", source="x"),)
        )
        cases = (
            _case(1, Verdict.PASSED, points=1.0),
            _case(
                2,
                Verdict.WRONG,
                points=0.1 + 0.2,
                hint=Text(en="Look", zh="看"),
                expected=Snapshot(kind="tensor", type_name="Tensor", shape=(2, 1), minimum=float("nan")),
                got=Snapshot(kind="tensor", type_name="Tensor", shape=(2, 2), values=("NaN", 1.0)),
                difference=Difference(
                    largest_absolute=float("inf"),
                    largest_relative=float("nan"),
                    index=(0, 1),
                    mismatched=1,
                    total=4,
                    atol=1e-5,
                    rtol=1e-6,
                ),
            ),
            _case(3, Verdict.RAISED, points=0.0, error=error),
            _case(4, Verdict.SKIPPED, points=0.0),
            _case(5, Verdict.SUITE_ERROR, points=1.0),
        )
        failure = FailureView(
            cell=1, line=3, source="import d2l", message=Text(en="No d2l", zh="没有 d2l"), error=error
        )
        values: dict[str, Any] = {
            "audience": Audience.STUDENT,
            "language": Language.EN,
            "assignment": "linear_regression",
            "assignment_title": Text(en="Linear regression", zh="线性回归"),
            "student_id": "ana",
            "submission": "ana.ipynb",
            "format": "notebook",
            "digest": "sha256:00",
            "status": Status.GRADED,
            "points": 2.0 + 0.1 + 0.2,
            "max_points": 6.0,
            "exercises": (
                ExerciseView(id="sgd", title=Text(en="SGD", zh="梯度"), points=2.1 + 0.2, max_points=5.0, cases=cases),
                ExerciseView(id="quiz", title=Text(en="Quiz", zh="测验"), points=0.0, max_points=1.0, cases=()),
            ),
            "cells": (
                CellView(index=0, kind="markdown", source="# A", status="text"),
                CellView(index=1, kind="code", source="import d2l", status="failed", failures=(failure,)),
            ),
            "walls": (WallView(id="rlimits", stood=True, text=Text(en="Limits", zh="限制")),),
            "environment": {"torch": "2.13.0", "python": "3.11.7"},
        }
        return Feedback(**(values | fields))

    return make


@pytest.fixture
def make_invalid(make_feedback: Callable[..., Feedback]) -> Callable[..., Feedback]:
    """Makes a hand-in without a grade."""

    def make(**fields: Any) -> Feedback:
        values: dict[str, Any] = {
            "status": Status.INVALID,
            "problem": Text(en="The file is empty.", zh="文件是空的。"),
            "points": 0.0,
            "exercises": (),
            "cells": (),
            "walls": (),
            "environment": {},
        }
        return make_feedback(**(values | fields))

    return make
