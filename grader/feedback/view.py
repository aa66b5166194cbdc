"""The single home of what an audience may see. Renderers and exporters accept `Feedback` and nothing else."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from grader.model.grade import Status
from grader.model.result import Broadcast, Curves, Difference, Frame, NamedSnapshot, Scatter, Snapshot
from grader.model.text import Language, Text
from grader.model.verdict import Blame, Verdict


class Audience(StrEnum):
    """Who reads."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


class ErrorView(msgspec.Struct, frozen=True, kw_only=True):
    """An exception of the student's own code; ``frames`` are places in the hand-in only, innermost last."""

    type_name: str
    message: str
    frames: tuple[Frame, ...] = ()
    explanation: Text | None = None


class CaseView(msgspec.Struct, frozen=True, kw_only=True):
    """One case. ``message`` is always set; what the audience may not see is None or empty."""

    id: str
    number: int
    title: Text
    verdict: Verdict
    blame: Blame
    points: float
    max_points: float
    visible: bool
    message: Text
    seconds: float | None
    """How long it took."""
    hint: Text | None = None
    call: str = ""
    """What was called, as code: ``squared_loss(y_hat, y)``."""
    inputs: tuple[NamedSnapshot, ...] = ()
    expected: Snapshot | None = None
    got: Snapshot | None = None
    difference: Difference | None = None
    error: ErrorView | None = None
    exhibits: tuple[Scatter | Curves | Broadcast, ...] = ()
    printed: str = ""
    detail: str = ""
    """pytest's own words; instructors only, like ``node`` and ``doc``."""
    node: str = ""
    doc: str = ""


class ExerciseView(msgspec.Struct, frozen=True, kw_only=True):
    """One exercise with its cases."""

    id: str
    title: Text
    points: float
    max_points: float
    cases: tuple[CaseView, ...]


class FailureView(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of the hand-in that ended in an error; ``line`` counts from 1 within the cell."""

    cell: int
    line: int
    source: str
    message: Text
    error: ErrorView
    binds: tuple[str, ...] = ()


class CellView(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the hand-in as it ran here.

    ``status`` is ``ok``, ``partly``, ``failed``, ``empty``, ``not_run`` or, for text, ``text``.
    """

    index: int
    kind: str
    source: str
    status: str
    outputs: tuple[dict[str, Any], ...] = ()
    failures: tuple[FailureView, ...] = ()
    notices: tuple[Text, ...] = ()


class WallView(msgspec.Struct, frozen=True, kw_only=True):
    """A wall, in words."""

    id: str
    stood: bool
    text: Text
    needed: bool = True
    """Whether the sandbox is weak without it."""
    detail: str = ""
    """What the machine said about it; instructors only."""


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """All that one audience may see of one submission."""

    audience: Audience
    language: Language
    assignment: str
    assignment_title: Text
    student_id: str
    submission: str
    """The hand-in's own file name."""
    format: str
    """``notebook``, ``module`` or empty where it could not be read."""
    digest: str
    status: Status
    points: float
    max_points: float
    problem: Text | None = None
    """Why there is no grade, and what to do next."""
    exercises: tuple[ExerciseView, ...] = ()
    cells: tuple[CellView, ...] = ()
    notices: tuple[Text, ...] = ()
    """What concerns the whole hand-in: stand-ins, missing packages, a cut-off run."""
    walls: tuple[WallView, ...] = ()
    weak_sandbox: bool = False
    """Whether a required wall was missing when student code ran, which somebody had allowed."""
    environment: dict[str, str] = {}
