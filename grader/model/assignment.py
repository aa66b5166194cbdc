"""The single home of what an assignment is: its exercises, their points and the limits its hand-ins run under."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from grader.model.text import Language, Text


class ExerciseKind(StrEnum):
    """What a student writes for an exercise."""

    FUNCTION = "function"
    CLASS = "class"
    QUIZ = "quiz"


class SubmissionFormat(StrEnum):
    """The two forms a hand-in may have."""

    NOTEBOOK = "notebook"
    MODULE = "module"


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one student process may use. Seconds are wall time unless the name says CPU."""

    load_seconds: float = 60.0
    call_seconds: float = 10.0
    case_seconds: float = 30.0
    cpu_seconds: float = 300.0
    memory_bytes: int = 2 * 1024**3
    output_bytes: int = 4 * 1024**2
    file_bytes: int = 64 * 1024**2
    frame_bytes: int = 64 * 1024**2
    open_files: int = 256
    reloads: int = 8


class Exercise(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to solve: a function, a class, or quiz values."""

    id: str
    kind: ExerciseKind
    points: float
    title: Text
    names: tuple[str, ...]
    """What the hand-in must define; ``(id,)`` unless the manifest says otherwise."""
    parameters: tuple[str, ...] = ()
    """The contract's parameter names in order, for a function."""
    aliases: dict[str, tuple[str, ...]] = {}
    """Per name, other spellings that count."""


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """One hand-in with several exercises."""

    id: str
    title: Text
    language: Language
    accepts: tuple[SubmissionFormat, ...]
    exercises: tuple[Exercise, ...]
    limits: Limits
    version: str = "1"

    @property
    def max_points(self) -> float:
        """The points of all exercises."""
        return sum(exercise.points for exercise in self.exercises)

    def exercise(self, exercise_id: str) -> Exercise:
        """The exercise with that id.

        Raises:
            KeyError: if there is none.
        """
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise KeyError(exercise_id)
