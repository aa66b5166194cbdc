"""The single home of what an assignment asks a hand-in to define, seen from a name."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from grader.model.assignment import ExerciseKind

if TYPE_CHECKING:
    from grader.model.assignment import Assignment, Exercise


class Contract:
    """The names that an assignment asks for, with their exercises, other spellings and parameters."""

    def __init__(self, assignment: Assignment) -> None:
        """Index the assignment's exercises by the names that they ask for."""
        self.assignment = assignment
        self._exercises = {name: exercise for exercise in assignment.exercises for name in exercise.names}

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that a hand-in may be asked for, other spellings included."""
        spelled = [spelling for name in self._exercises for spelling in self.spellings(name)]
        return tuple(dict.fromkeys(spelled))

    def exercise_of(self, name: str) -> Exercise | None:
        """The exercise that asks for ``name``, if one does."""
        return self._exercises.get(name)

    def spellings(self, name: str) -> tuple[str, ...]:
        """``name`` itself and the other spellings of it that count."""
        exercise = self._exercises.get(name)
        return (name, *exercise.aliases.get(name, ())) if exercise is not None else (name,)

    def parameters(self, name: str) -> tuple[str, ...]:
        """The contract's parameter names of the function ``name``, in order; empty where there is no contract."""
        exercise = self._exercises.get(name)
        return exercise.parameters if exercise is not None and exercise.kind is ExerciseKind.FUNCTION else ()

    def is_callable(self, name: str) -> bool:
        """Whether what the hand-in defines under ``name`` has to be a function or a class."""
        exercise = self._exercises.get(name)
        return exercise is not None and exercise.kind in (ExerciseKind.FUNCTION, ExerciseKind.CLASS)

    def seed(self, node: str) -> int:
        """The seed of the case with pytest's node id ``node``; where the course lies does not matter."""
        return int.from_bytes(hashlib.sha256(f"{self.assignment.id}\n{node.rsplit('/', 1)[-1]}".encode()).digest()[:4])
