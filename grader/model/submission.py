"""The single home of what a student handed in, once it has been read."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from grader.model.assignment import SubmissionFormat


class CellKind(StrEnum):
    """The kinds of notebook cell; a module is one code cell."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell; ``index`` counts all cells of the hand-in from 0."""

    index: int
    kind: CellKind
    source: str


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What one student handed in: one notebook or one module, with the digest of its bytes."""

    student_id: str
    file_name: str
    """The hand-in's own name, as the student gave it (for a person to read, never a path to open)."""
    digest: str
    """``sha256:<hex>`` of the bytes handed in."""
    format: SubmissionFormat
    cells: tuple[Cell, ...]


class Unreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A hand-in that cannot be graded, and why: the catalogue key ``invalid.<kind>`` with its values."""

    student_id: str
    file_name: str
    digest: str
    kind: str
    values: dict[str, str | int | float] = {}
