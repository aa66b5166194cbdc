"""The single home of ``result.json``: one submission's feedback for programs, schema ``grader/result/v1``.

The structs below are the format; ``result.schema.json`` is generated from them by `grader.export.schema`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from grader.export.points import clean_points
from grader.model.grade import Status
from grader.model.result import Frame, Snapshot
from grader.model.text import Language, Text
from grader.model.verdict import Blame, Verdict

if TYPE_CHECKING:
    from grader.feedback.view import CaseView, CellView, ExerciseView, Feedback


class ResultWall(msgspec.Struct, frozen=True, kw_only=True):
    """One wall between student code and the rest, and whether it stood."""

    id: str
    stood: bool
    text: Text


class ResultDifference(msgspec.Struct, frozen=True, kw_only=True):
    """How far a numeric result is from the expected one; what is not finite is null."""

    largest_absolute: float | None
    largest_relative: float | None
    index: tuple[int, ...]
    mismatched: int
    total: int
    atol: float
    rtol: float
    factor: float | None


class ResultError(msgspec.Struct, frozen=True, kw_only=True):
    """An exception of the student's own code."""

    type_name: str
    message: str
    frames: tuple[Frame, ...]


class ResultCase(msgspec.Struct, frozen=True, kw_only=True):
    """One case; what the audience may not see is null."""

    id: str
    title: Text
    verdict: Verdict
    blame: Blame
    points: float
    max_points: float
    visible: bool
    message: Text
    hint: Text | None
    seconds: float | None
    call: str
    expected: Snapshot | None
    got: Snapshot | None
    difference: ResultDifference | None
    error: ResultError | None


class ResultExercise(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise with its cases."""

    id: str
    title: Text
    points: float
    max_points: float
    cases: tuple[ResultCase, ...]


class ResultCellError(msgspec.Struct, frozen=True, kw_only=True):
    """The first statement of a cell that ended in an error."""

    line: int
    type_name: str
    message: Text


class ResultCell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the hand-in as it ran here."""

    index: int
    status: str
    error: ResultCellError | None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One submission. Two runs of the same hand-in differ in ``seconds`` only."""

    schema: Literal["grader/result/v1"] = "grader/result/v1"
    assignment: str
    student_id: str
    submission: str
    digest: str
    format: str
    language: Language
    status: Status
    problem: Text | None
    points: float
    max_points: float
    walls: tuple[ResultWall, ...]
    weak_sandbox: bool
    """Whether a required wall was missing when the hand-in ran (``--allow-weak-sandbox``)."""
    environment: dict[str, str]
    notices: tuple[Text, ...]
    exercises: tuple[ResultExercise, ...]
    cells: tuple[ResultCell, ...]


def result_json(feedback: Feedback) -> bytes:
    """``result.json`` for what one audience may see."""
    return msgspec.json.format(msgspec.json.encode(_result(feedback)), indent=2) + b"\n"


def _result(feedback: Feedback) -> Result:
    return Result(
        assignment=feedback.assignment,
        student_id=feedback.student_id,
        submission=feedback.submission,
        digest=feedback.digest,
        format=feedback.format,
        language=feedback.language,
        status=feedback.status,
        problem=feedback.problem,
        points=clean_points(feedback.points),
        max_points=clean_points(feedback.max_points),
        walls=tuple(ResultWall(id=wall.id, stood=wall.stood, text=wall.text) for wall in feedback.walls),
        weak_sandbox=feedback.weak_sandbox,
        environment=dict(sorted(feedback.environment.items())),
        notices=feedback.notices,
        exercises=tuple(map(_exercise, feedback.exercises)),
        cells=tuple(map(_cell, feedback.cells)),
    )


def _exercise(view: ExerciseView) -> ResultExercise:
    return ResultExercise(
        id=view.id,
        title=view.title,
        points=clean_points(view.points),
        max_points=clean_points(view.max_points),
        cases=tuple(map(_case, view.cases)),
    )


def _case(view: CaseView) -> ResultCase:
    return ResultCase(
        id=view.id,
        title=view.title,
        verdict=view.verdict,
        blame=view.blame,
        points=clean_points(view.points),
        max_points=clean_points(view.max_points),
        visible=view.visible,
        message=view.message,
        hint=view.hint,
        seconds=None if view.seconds is None else round(view.seconds, 3),
        call=view.call,
        expected=view.expected,
        got=view.got,
        difference=_difference(view),
        error=_error(view),
    )


def _difference(view: CaseView) -> ResultDifference | None:
    difference = view.difference
    if difference is None:
        return None
    values: dict[str, Any] = msgspec.structs.asdict(difference)
    for name in ("largest_absolute", "largest_relative", "factor"):
        number = values[name]
        values[name] = number if number is not None and math.isfinite(number) else None
    return ResultDifference(**values)


def _error(view: CaseView) -> ResultError | None:
    if view.error is None:
        return None
    return ResultError(type_name=view.error.type_name, message=view.error.message, frames=view.error.frames)


def _cell(view: CellView) -> ResultCell:
    if not view.failures:
        return ResultCell(index=view.index, status=view.status, error=None)
    first = view.failures[0]
    error = ResultCellError(line=first.line, type_name=first.error.type_name, message=first.message)
    return ResultCell(index=view.index, status=view.status, error=error)
