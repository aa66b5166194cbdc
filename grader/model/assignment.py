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
    load_grace_seconds: float = 10.0
    """How much later a load is ended from outside; by itself it cannot end what C code holds."""
    call_seconds: float = 10.0
    case_seconds: float = 30.0
    cpu_seconds: float = 300.0
    memory_bytes: int = 2 * 1024**3
    output_bytes: int = 4 * 1024**2
    file_bytes: int = 64 * 1024**2
    frame_bytes: int = 64 * 1024**2
    disk_bytes: int = 256 * 1024**2
    """In its own folder, all files together; `file_bytes` is for each."""
    disk_files: int = 2_000
    open_files: int = 256
    threads: int = 64
    reloads: int = 8

    @property
    def load_deadline_seconds(self) -> float:
        """When loading is ended from outside."""
        return self.load_seconds + self.load_grace_seconds

    def task_seconds(self, case_count: int) -> float:
        """The longest that judging a hand-in may take: each load to its deadline, each case to its limit, twice.

        A case may run a second time, with its arguments passed by name; before each run the two sides agree on a seed,
        which is a call.
        """
        loads = (self.reloads + 1) * self.load_deadline_seconds
        return loads + case_count * 2 * (self.case_seconds + self.call_seconds)


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
    files: tuple[str, ...] = ()
    """Data files beside the manifest that a hand-in may read by the same relative path."""

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
