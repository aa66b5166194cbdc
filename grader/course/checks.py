"""The single home of what an assignment must fulfil beyond the types of its keys."""

from __future__ import annotations

import keyword
import math
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from grader.course.nearest import suggestion
from grader.errors import CourseError
from grader.model.assignment import Assignment, Exercise, ExerciseKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.text import Text


class Fault(NamedTuple):
    """One thing that is wrong: where, what, and what to do about it."""

    path: str
    finding: str
    hint: str = ""


def check_assignment(assignment: Assignment, *, folder_name: str | None, place: str) -> None:
    """Accept a sound assignment; a ``folder_name`` of None says that its folder may have any name.

    Raises:
        CourseError: for the first fault, in the order of the file.
    """
    for fault in _faults(assignment, folder_name):
        raise CourseError(f"{fault.path}: {fault.finding}", place=place, hint=fault.hint)


def _faults(assignment: Assignment, folder_name: str | None) -> Iterator[Fault]:
    if folder_name is not None and assignment.id != folder_name:
        finding = f'expected "{folder_name}", the name of its folder, got "{assignment.id}"'
        yield Fault("$.id", finding, "rename one of them")
    yield from _identifier_faults("$.id", assignment.id)
    if not assignment.version.strip():
        yield Fault("$.version", "expected text, got an empty one", 'write version = "1"')
    yield from _list_faults("$.accepts", assignment.accepts)
    yield from _text_faults("$.title", assignment.title)
    yield from _limit_faults(assignment)
    if not assignment.exercises:
        yield Fault("$.exercise", "expected at least one exercise, found none", "add a table [[exercise]]")
    for index, exercise in enumerate(assignment.exercises):
        yield from _exercise_faults(f"$.exercise[{index}]", exercise)
    yield from _uniqueness_faults(assignment)


def _limit_faults(assignment: Assignment) -> Iterator[Fault]:
    for name, value in msgspec.structs.asdict(assignment.limits).items():
        smallest = 0 if name == "reloads" else 1e-3
        if not (math.isfinite(value) and value >= smallest):
            finding = f"expected a positive number, got {value}"
            yield Fault(f"$.limits.{name}", finding, f"remove {name} for the default")


def _exercise_faults(path: str, exercise: Exercise) -> Iterator[Fault]:
    yield from _identifier_faults(f"{path}.id", exercise.id)
    if not (math.isfinite(exercise.points) and exercise.points > 0):
        yield Fault(f"{path}.points", f"expected a positive number, got {exercise.points}", "write points = 3")
    yield from _text_faults(f"{path}.title", exercise.title)
    yield from _list_faults(f"{path}.names", exercise.names)
    for index, name in enumerate(exercise.names):
        yield from _identifier_faults(f"{path}.names[{index}]", name)
    yield from _parameter_faults(path, exercise)
    for name, aliases in exercise.aliases.items():
        if name not in exercise.names:
            hint = suggestion(name, exercise.names)
            yield Fault(f"{path}.aliases.{name}", "expected one of the exercise's names", hint)
        for index, alias in enumerate(aliases):
            yield from _identifier_faults(f"{path}.aliases.{name}[{index}]", alias)


def _parameter_faults(path: str, exercise: Exercise) -> Iterator[Fault]:
    if exercise.parameters and exercise.kind is not ExerciseKind.FUNCTION:
        finding = f"expected none for an exercise of kind `{exercise.kind}`, got {len(exercise.parameters)}"
        yield Fault(f"{path}.parameters", finding, 'remove them or write kind = "function"')
    for index, name in enumerate(exercise.parameters):
        yield from _identifier_faults(f"{path}.parameters[{index}]", name)
        if name in exercise.parameters[:index]:
            yield Fault(f"{path}.parameters[{index}]", f'expected each parameter once, got "{name}" again')


def _uniqueness_faults(assignment: Assignment) -> Iterator[Fault]:
    """Exercise ids must differ, and every name and alias must belong to one exercise and be written once."""
    ids: dict[str, str] = {}
    owners: dict[str, str] = {}
    for index, exercise in enumerate(assignment.exercises):
        path = f"$.exercise[{index}]"
        if exercise.id in ids:
            finding = f'expected an id of its own, got "{exercise.id}", the id of {ids[exercise.id]}'
            yield Fault(f"{path}.id", finding, "rename one of them")
        ids[exercise.id] = path
        for name_path, name in _bound_names(path, exercise):
            if name in owners:
                yield Fault(name_path, f'expected a name of its own, got "{name}", which is {owners[name]}')
            owners[name] = name_path


def _bound_names(path: str, exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Every name that the hand-in may define for the exercise, with its place."""
    for index, name in enumerate(exercise.names):
        yield f"{path}.names[{index}]", name
    for name, aliases in exercise.aliases.items():
        for index, alias in enumerate(aliases):
            yield f"{path}.aliases.{name}[{index}]", alias


def _identifier_faults(path: str, name: str) -> Iterator[Fault]:
    if not name.isidentifier() or keyword.iskeyword(name):
        yield Fault(path, f'expected a Python name, got "{name}"', "use letters, digits and _, no keyword")
    elif name.startswith("_"):
        yield Fault(path, f'expected a public Python name, got "{name}"', "remove the leading _")


def _list_faults(path: str, items: tuple[str, ...]) -> Iterator[Fault]:
    if not items:
        yield Fault(path, "expected at least one entry, found none")
    for index, item in enumerate(items):
        if item in items[:index]:
            yield Fault(f"{path}[{index}]", f'expected each entry once, got "{item}" again', "remove one of them")


def _text_faults(path: str, text: Text) -> Iterator[Fault]:
    for language, words in (("en", text.en), ("zh", text.zh)):
        if not words.strip():
            yield Fault(f"{path}.{language}", "expected text, got an empty one", "write it in both languages")
