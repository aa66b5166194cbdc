"""The single home of points: per exercise and per submission."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from grader.model.result import CaseResult


class Status(StrEnum):
    """What became of a submission as a whole."""

    GRADED = "graded"
    INVALID = "invalid"
    INTERNAL_ERROR = "internal_error"


class ScoredCase(msgspec.Struct, frozen=True, kw_only=True):
    """A case result with the points it earned."""

    result: CaseResult
    points: float


class ExerciseGrade(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one exercise."""

    exercise_id: str
    points: float
    max_points: float
    cases: tuple[ScoredCase, ...]


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one submission."""

    points: float
    max_points: float
    exercises: tuple[ExerciseGrade, ...]
