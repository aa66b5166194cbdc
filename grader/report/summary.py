"""The single home of one hand-in's line in an overview: what the index page and the terminal need of a `Feedback`.

A class of hundreds keeps these lines, not the feedbacks with all their pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.model.grade import Status
from grader.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.feedback.view import Feedback


class ExercisePoints(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one exercise."""

    id: str
    title: Text
    points: float
    max_points: float


class IndexRow(msgspec.Struct, frozen=True, kw_only=True):
    """One hand-in in an overview."""

    student_id: str
    submission: str
    status: Status
    points: float
    max_points: float
    exercises: tuple[ExercisePoints, ...] = ()
    problem: Text | None = None
    weak_sandbox: bool = False
    report: str = ""
    """The report's path below the index page, with ``/`` between its parts, not yet percent-encoded."""

    @property
    def points_by_exercise(self) -> dict[str, ExercisePoints]:
        """The exercises by their ids."""
        return {exercise.id: exercise for exercise in self.exercises}


def summarise(feedback: Feedback, *, report: str = "") -> IndexRow:
    """The line of one hand-in, whose report lies at ``report``."""
    return IndexRow(
        student_id=feedback.student_id,
        submission=feedback.submission,
        status=feedback.status,
        points=feedback.points,
        max_points=feedback.max_points,
        exercises=tuple(
            ExercisePoints(id=one.id, title=one.title, points=one.points, max_points=one.max_points)
            for one in feedback.exercises
        ),
        problem=feedback.problem,
        weak_sandbox=feedback.weak_sandbox,
        report=report,
    )


def exercises_of(rows: Iterable[IndexRow]) -> tuple[ExercisePoints, ...]:
    """Every exercise that any of the rows has, in the assignment's order; a hand-in without a grade may have none."""
    seen = {exercise.id: exercise for row in rows for exercise in row.exercises}
    return tuple(seen.values())
