"""Builders of the facts that feedback is made from; a test names only what matters to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from grader.feedback import show_to
from grader.feedback.view import Audience
from grader.model.assignment import Assignment, Exercise, ExerciseKind, Limits, SubmissionFormat
from grader.model.grade import ExerciseGrade, Grade, ScoredCase
from grader.model.result import Case, CaseResult, Wall
from grader.model.submission import Cell, CellKind, Submission
from grader.model.text import Language, Text
from grader.model.verdict import Verdict
from grader.wire.evidence import LoadReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.feedback.view import Feedback

SOURCE = '''import torch

def squared_loss(y_hat, y):
    """Half the squared error."""
    if y.ndim > 2:
        raise ValueError(str(y))
    return (y_hat @ y) ** 2 / 2
'''


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What the gate needs of a judgement."""

    results: tuple[CaseResult, ...] = ()
    load: LoadReport | None = None
    walls: tuple[Wall, ...] = ()
    environment: dict[str, str] = {}


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    """Two functions and a quiz."""

    def title(words: str) -> Text:
        return Text(en=words, zh=f"{words}（中文）")

    return Assignment(
        id="linear_regression",
        title=title("Linear regression"),
        language=Language.EN,
        accepts=(SubmissionFormat.NOTEBOOK, SubmissionFormat.MODULE),
        limits=Limits(),
        exercises=(
            Exercise(
                id="squared_loss",
                kind=ExerciseKind.FUNCTION,
                points=4,
                title=title("Squared loss"),
                names=("squared_loss",),
                parameters=("y_hat", "y"),
            ),
            Exercise(
                id="sgd",
                kind=ExerciseKind.FUNCTION,
                points=4,
                title=title("SGD"),
                names=("sgd",),
                parameters=("params", "lr", "batch_size"),
            ),
            Exercise(
                id="shapes",
                kind=ExerciseKind.QUIZ,
                points=2,
                title=title("Shapes"),
                names=("weight_shape", "bias_shape"),
            ),
        ),
    )


@pytest.fixture(scope="session")
def submission() -> Submission:
    """A notebook: a text cell, then the code."""
    return Submission(
        student_id="ana",
        file_name="ana.ipynb",
        digest="sha256:00",
        format=SubmissionFormat.NOTEBOOK,
        cells=(
            Cell(index=0, kind=CellKind.MARKDOWN, source="# Title"),
            Cell(index=1, kind=CellKind.CODE, source=SOURCE),
        ),
    )


@pytest.fixture(scope="session")
def make_result() -> Callable[..., CaseResult]:
    """A hidden case that went wrong, unless told otherwise."""

    def make(*, exercise: str = "squared_loss", verdict: Verdict = Verdict.WRONG, **fields: Any) -> CaseResult:
        of_case = {name: fields.pop(name) for name in list(fields) if name in Case.__struct_fields__}
        defaults: dict[str, Any] = {"number": 3, "node": "", "points": 2.0, "visible": False, "doc": ""}
        case = Case(id=f"{exercise}.3", exercise=exercise, **{**defaults, **of_case})
        return CaseResult(case=case, verdict=verdict, seconds=0.5, **fields)

    return make


@pytest.fixture(scope="session")
def show(assignment: Assignment, submission: Submission) -> Callable[..., Feedback]:
    """The gate, with a grade around the results."""

    def through_the_gate(
        *results: CaseResult,
        audience: Audience = Audience.STUDENT,
        submission: Submission | None = submission,
        load: LoadReport | None = None,
        walls: tuple[Wall, ...] = (),
    ) -> Feedback:
        assert submission is not None
        scored = tuple(ScoredCase(result=one, points=one.case.points * one.verdict.earns) for one in results)
        by_exercise = {exercise.id: exercise for exercise in assignment.exercises}
        grades = tuple(
            ExerciseGrade(
                exercise_id=exercise.id,
                points=sum(case.points for case in scored if case.result.case.exercise == exercise.id),
                max_points=exercise.points,
                cases=tuple(case for case in scored if case.result.case.exercise == exercise.id),
            )
            for exercise in by_exercise.values()
        )
        judged: Any = Judged(results=results, load=load, walls=walls, environment={"torch": "2.13.0"})
        return show_to(
            audience,
            assignment=assignment,
            submission=submission,
            judgement=judged,
            grade=Grade(points=sum(one.points for one in scored), max_points=10, exercises=grades),
            language=Language.EN,
        )

    return through_the_gate
