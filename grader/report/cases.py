"""The single home of the order in which a report tells its story: what failed first, with its evidence beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from grader.feedback.view import CaseView, CellView, ErrorView, ExerciseView, Feedback
from grader.model.result import Frame, Snapshot
from grader.model.text import Text
from grader.model.verdict import Blame, Verdict
from grader.report.matrix import Comparison, Panel, compare, panel
from grader.report.notebook import Line, excerpt
from grader.report.pictures import Picture, picture

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_PLACES = 4
"""Places of one error that are shown, innermost first."""
_BAR = 100.0


class Place(msgspec.Struct, frozen=True):
    """One place of an error in the hand-in, with the code around it."""

    frame: Frame
    number: int
    """The cell's number, counted from 1."""
    anchor: str
    lines: tuple[Line, ...]


class ShownError(msgspec.Struct, frozen=True):
    """An exception with the places it came through, innermost first."""

    type_name: str
    message: str
    explanation: Text | None
    places: tuple[Place, ...]


class Input(msgspec.Struct, frozen=True):
    """One argument of the call."""

    name: str
    value: Panel


class ShownCase(msgspec.Struct, frozen=True, kw_only=True):
    """One case with its evidence, ready to be drawn."""

    view: CaseView
    anchor: str
    tone: str
    """``good``, ``bad``, ``idle`` (not run) or ``fault`` (nobody loses points)."""
    has_body: bool
    unfolded: bool
    comparison: Comparison | None = None
    inputs: tuple[Input, ...] = ()
    error: ShownError | None = None
    pictures: tuple[Picture, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """A case to begin with, and the exercise it belongs to."""

    exercise: Text
    case: ShownCase


class Segment(msgspec.Struct, frozen=True):
    """One case in an exercise's bar, as wide as its share of the points."""

    x: float
    width: float
    earned: float


class ShownExercise(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise: what did not pass first, then what passed."""

    view: ExerciseView
    anchor: str
    bar: tuple[Segment, ...]
    open_cases: tuple[ShownCase, ...]
    passed_cases: tuple[ShownCase, ...]


def shown_exercises(feedback: Feedback) -> tuple[ShownExercise, ...]:
    """Every exercise in the assignment's order."""
    cells = {cell.index: cell for cell in feedback.cells}
    return tuple(_exercise(exercise, cells) for exercise in feedback.exercises)


def first_steps(exercises: Sequence[ShownExercise]) -> tuple[Step, ...]:
    """Per exercise that lost points, its first case that failed: suites go from the simple to everything together.

    What is missing comes first: a name that is spelled otherwise costs most and is repaired fastest.
    """
    steps = []
    for exercise in exercises:
        lost = [case for case in exercise.open_cases if case.view.blame is Blame.STUDENT]
        if lost:
            steps.append(Step(exercise.view.title, lost[0]))
    return tuple(sorted(steps, key=lambda step: step.case.view.verdict is not Verdict.MISSING))


def shown_error(error: ErrorView, cells: Mapping[int, CellView]) -> ShownError:
    """An exception with its innermost places."""
    places = (
        Place(frame, frame.cell + 1, f"cell-{frame.cell + 1}" if frame.cell in cells else "", excerpt(cells, frame))
        for frame in reversed(error.frames[-_MOST_PLACES:])
    )
    return ShownError(error.type_name, error.message, error.explanation, tuple(places))


def slug(name: str) -> str:
    """``name`` as a part of an anchor."""
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()


def _exercise(exercise: ExerciseView, cells: Mapping[int, CellView]) -> ShownExercise:
    said: set[str] = set()
    shown = [_case(case, exercise, cells, said) for case in exercise.cases]
    return ShownExercise(
        view=exercise,
        anchor=f"exercise-{slug(exercise.id)}",
        bar=_bar(exercise),
        open_cases=tuple(case for case in shown if case.view.verdict is not Verdict.PASSED),
        passed_cases=tuple(case for case in shown if case.view.verdict is Verdict.PASSED),
    )


def _case(view: CaseView, exercise: ExerciseView, cells: Mapping[int, CellView], said: set[str]) -> ShownCase:
    """One case; it lies open where it has something to say that no case of the exercise ``said`` before it."""
    passed = view.verdict is Verdict.PASSED
    comparison = None if _is_told(view) else compare(view.expected, view.got, view.difference)
    own_evidence = (view.inputs, view.exhibits, comparison)
    error = view.error and (view.error.type_name, view.error.message, view.error.frames[-1:])
    story = repr((view.message.en, error))
    repeated = story in said
    said.add(story)
    return ShownCase(
        view=view,
        anchor=f"case-{slug(exercise.id)}-{view.number}",
        tone=_tone(view),
        has_body=not passed or any((*own_evidence, view.error, view.printed, view.detail, view.node, view.doc)),
        unfolded=not passed and (any(own_evidence) or not repeated),
        comparison=comparison,
        inputs=tuple(Input(argument.name, panel(argument.value)) for argument in view.inputs),
        error=None if view.error is None or repeated else shown_error(view.error, cells),
        pictures=tuple(picture(exhibit) for exhibit in view.exhibits),
    )


def _is_told(view: CaseView) -> bool:
    """Whether the message says all there is to say about the values: none are shown, or one that it quotes."""
    if view.got is None:
        return view.expected is None
    if _is_outline(view.got) and (view.expected is None or _looks_like(view.got, view.expected)):
        return True
    if view.expected is not None:
        return False
    if view.got.kind in ("number", "none"):
        return True
    in_words = not view.got.values or view.got.kind == "sequence"
    return in_words and (view.got.text or view.got.type_name) in view.message.en


def _is_outline(value: Snapshot) -> bool:
    """Whether a tensor is shown without its contents, which come from hidden inputs."""
    return value.shape is not None and value.values is None and value.text is None and value.minimum is None


def _looks_like(got: Snapshot, expected: Snapshot) -> bool:
    """Whether two values differ in nothing but their contents."""
    return (got.kind, got.shape, got.dtype) == (expected.kind, expected.shape, expected.dtype)


def _tone(view: CaseView) -> str:
    if view.verdict is Verdict.SKIPPED:
        return "idle"
    return {Blame.NOBODY: "good", Blame.STUDENT: "bad"}.get(view.blame, "fault")


def _bar(exercise: ExerciseView) -> tuple[Segment, ...]:
    """The cases side by side, each as wide as its points, filled as far as they were earned."""
    total = sum(case.max_points for case in exercise.cases)
    segments, x = [], 0.0
    for case in exercise.cases:
        width = _BAR * case.max_points / total if total > 0 else 0.0
        if width > 0:
            share = min(1.0, max(0.0, case.points / case.max_points))
            segments.append(Segment(round(x, 2), round(width, 2), round(width * share, 2)))
        x += width
    return tuple(segments)
