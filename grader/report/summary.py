"""The single home of one hand-in's line in an overview: what the index page and the terminal need of a `Feedback`.

A class of hundreds keeps these lines, not the feedbacks with all their pictures.
"""

from __future__ import annotations

import msgspec

from grader.feedback.view import Feedback
from grader.model.grade import Status
from grader.model.text import Text


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
    report: str = ""
    """The report's path below the index page, with ``/`` between its parts, not yet percent-encoded."""


def summarise(feedback: Feedback, *, report: str = "") -> IndexRow:
    """The line of one hand-in, whose report lies at ``report``."""
    return IndexRow(
        student_id=feedback.student_id,
        submission=feedback.submission,
        status=feedback.status,
        points=feedback.points,
        max_points=feedback.max_points,
        exercises=tuple(
            ExercisePoints(
                id=exercise.id, title=exercise.title, points=exercise.points, max_points=exercise.max_points
            )
            for exercise in feedback.exercises
        ),
        problem=feedback.problem,
        report=report,
    )
