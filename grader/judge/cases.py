"""The single home of reading cases off collected pytest items: exercise, points, texts."""

from __future__ import annotations

import inspect
import math
from collections import Counter
from typing import TYPE_CHECKING

from grader.errors import CourseError
from grader.model.result import Case
from grader.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pytest

    from grader.model.assignment import Assignment


def read_cases(items: Sequence[pytest.Item], assignment: Assignment, visible_suite: Path | None) -> tuple[Case, ...]:
    """A case for each item, numbered within its exercise in the order of collection.

    Raises:
        CourseError: for a marker that says nothing usable, at the file and line of the test.
    """
    counted: Counter[str] = Counter()
    cases = []
    for item in items:
        exercise = exercise_of(item, assignment)
        counted[exercise] += 1
        cases.append(
            Case(
                id=f"{exercise}.{counted[exercise]}",
                exercise=exercise,
                number=counted[exercise],
                node=item.nodeid,
                points=_points(item),
                visible=visible_suite is not None and item.path == visible_suite,
                doc=_doc(item),
                title=_text(item, "title"),
                hint=_text(item, "hint"),
                reveal_inputs=item.get_closest_marker("reveal") is not None,
            )
        )
    return tuple(cases)


def expect_every_exercise(cases: Sequence[Case], assignment: Assignment, *, place: str) -> None:
    """Each exercise has points that can be earned.

    Raises:
        CourseError: naming the exercise that has no case, or none that is worth something.
    """
    for exercise in assignment.exercises:
        worth = sum(case.points for case in cases if case.exercise == exercise.id)
        if worth <= 0:
            hint = f"write test_{exercise.id}.py with a case that is worth points"
            raise CourseError(f"no case is worth points for exercise `{exercise.id}`", place=place, hint=hint)


def exercise_of(item: pytest.Item, assignment: Assignment) -> str:
    """The exercise of an item: its marker's, or its file's.

    Raises:
        CourseError: if the assignment has no such exercise.
    """
    marker = item.get_closest_marker("exercise")
    if marker is None:
        name = item.path.stem.removeprefix("test_")
        hint = f"name the file test_<exercise>.py, or mark the test: @pytest.mark.exercise({_ids(assignment)[0]!r})"
    elif len(marker.args) == 1 and isinstance(marker.args[0], str):
        name = marker.args[0]
        hint = f"the exercises are {', '.join(_ids(assignment))}"
    else:
        raise _fault(item, f"expected @pytest.mark.exercise(id), got {_written(marker)}")
    if name not in _ids(assignment):
        raise _fault(item, f"no exercise `{name}` in assignment `{assignment.id}`", hint=hint)
    return name


def _ids(assignment: Assignment) -> list[str]:
    """The exercises' ids."""
    return [exercise.id for exercise in assignment.exercises]


def _points(item: pytest.Item) -> float:
    """The points of an item, 1 unless marked."""
    marker = item.get_closest_marker("points")
    if marker is None:
        return 1.0
    value = marker.args[0] if len(marker.args) == 1 and not marker.kwargs else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise _fault(item, f"expected @pytest.mark.points(number), got {_written(marker)}", hint="write points(2)")
    return float(value)


def _text(item: pytest.Item, name: str) -> Text | None:
    """A text marker of an item, in both languages."""
    marker = item.get_closest_marker(name)
    if marker is None:
        return None
    texts = marker.kwargs
    if marker.args or set(texts) != {"en", "zh"} or not all(isinstance(text, str) and text for text in texts.values()):
        raise _fault(item, f"expected {name}(en=text, zh=text), got {_written(marker)}", hint="write both languages")
    return Text(en=texts["en"], zh=texts["zh"])


def _doc(item: pytest.Item) -> str:
    """The first line of the test's docstring."""
    doc = inspect.getdoc(getattr(item, "obj", None)) or ""
    return doc.strip().split("\n", 1)[0]


def _written(marker: pytest.Mark) -> str:
    """A marker as its author wrote it."""
    arguments = [repr(argument) for argument in marker.args]
    arguments += [f"{name}={value!r}" for name, value in marker.kwargs.items()]
    return f"{marker.name}({', '.join(arguments)})"


def _fault(item: pytest.Item, finding: str, *, hint: str = "") -> CourseError:
    """A fault of the suite at the place of ``item``."""
    _, line, _ = item.reportinfo()
    place = f"{item.path}:{line + 1}" if line is not None else str(item.path)
    return CourseError(finding, place=place, hint=hint)
