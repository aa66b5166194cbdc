"""The single home of what an assignment is tried on: hand-ins that promise marks, known mistakes, known variants.

::

    solutions/<id>/submissions/<name>/{<id>.ipynb | <id>.py, expected.toml}
    solutions/<id>/misconceptions/<exercise>/<name>.py     docstring: English, an empty line, Chinese; CAUGHT_BY
    solutions/<id>/alternatives/<name>.py                  must earn every point
"""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import msgspec

from grader.course.faults import fault_of
from grader.errors import CourseError
from grader.model.text import Text
from grader.model.verdict import Verdict

PROMISE_NAME = "expected.toml"


class Promise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a sample hand-in must earn, as ``expected.toml`` says it."""

    why: str
    """One sentence: what this hand-in is an example of."""
    points: float
    exercises: dict[str, float]
    """Points per exercise."""
    verdicts: dict[str, Verdict] = {}
    """Per id of a notable case, its verdict."""


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A whole hand-in with its promise; its folder's name is the student's."""

    name: str
    hand_in: Path
    promise: Promise


class Misconception(msgspec.Struct, frozen=True, kw_only=True):
    """A known mistake: code, an explanation, and the tests that must catch it."""

    name: str
    exercise: str
    path: Path
    explanation: Text
    caught_by: tuple[str, ...]
    """The names of the test functions that fail; every other one passes."""


def read_samples(solutions: Path) -> tuple[Sample, ...]:
    """The sample hand-ins of an assignment, sorted by name.

    Raises:
        CourseError: if a folder does not hold one hand-in and one sound promise.
    """
    return tuple(_sample(path.parent) for path in sorted(solutions.glob(f"submissions/*/{PROMISE_NAME}")))


def read_misconceptions(solutions: Path) -> tuple[Misconception, ...]:
    """The known mistakes of an assignment, sorted by exercise and name.

    Raises:
        CourseError: if a file lacks its explanation in both languages or does not say which tests catch it.
    """
    return tuple(_misconception(path) for path in sorted(solutions.glob("misconceptions/*/*.py")))


def _sample(folder: Path) -> Sample:
    promise = folder / PROMISE_NAME
    hand_ins = [path for path in sorted(folder.iterdir()) if path != promise and not path.name.startswith((".", "_"))]
    if len(hand_ins) != 1:
        finding = f"expected one hand-in beside {PROMISE_NAME}, found {len(hand_ins)}"
        raise CourseError(finding, place=str(folder))
    document: dict[str, object] = {}
    try:
        document = tomllib.loads(promise.read_text(encoding="utf-8"))
        read = msgspec.convert(document, Promise)
    except msgspec.ValidationError as error:
        raise fault_of(error, document=document, root=Promise, place=str(promise)) from None
    except ValueError as error:
        raise CourseError(f"expected TOML in UTF-8: {error}", place=str(promise)) from error
    if abs(sum(read.exercises.values()) - read.points) > 1e-9:  # noqa: PLR2004 - rounding of a sum
        finding = f"$.points: expected {sum(read.exercises.values()):g}, the sum of $.exercises, got {read.points:g}"
        raise CourseError(finding, place=str(promise))
    return Sample(name=folder.name, hand_in=hand_ins[0], promise=read)


def _misconception(path: Path) -> Misconception:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        raise CourseError(f"no Python: {error}", place=str(path)) from error
    english, _, chinese = (ast.get_docstring(tree) or "").partition("\n\n")
    if not english or not chinese:
        finding = "expected a docstring with an English and a Chinese paragraph"
        raise CourseError(finding, place=str(path), hint="the docstring explains the mistake to students")
    return Misconception(
        name=path.stem,
        exercise=path.parent.name,
        path=path,
        explanation=Text(en=_one_line(english), zh=_one_line(chinese)),
        caught_by=_caught_by(tree, place=str(path)),
    )


def _caught_by(tree: ast.Module, *, place: str) -> tuple[str, ...]:
    """The value of the file's ``CAUGHT_BY``, without running the file."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == "CAUGHT_BY" for target in node.targets):
            try:
                return msgspec.convert(ast.literal_eval(node.value), tuple[str, ...])
            except (ValueError, msgspec.ValidationError) as error:
                finding = f"line {node.lineno}: expected a tuple of names of tests ({error})"
                raise CourseError(finding, place=place) from error
    raise CourseError("expected CAUGHT_BY, found none", place=place, hint='write CAUGHT_BY = ("test_...",)')


def _one_line(paragraph: str) -> str:
    return " ".join(paragraph.split())
