"""The single home of reading one hand-in: bytes → `Submission`, or the reason why not."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.model.assignment import SubmissionFormat
from grader.model.submission import Cell, CellKind, Submission, Unreadable
from grader.submission.decoding import decode
from grader.submission.entries import too_large
from grader.submission.naming import HAND_IN, OTHER_WORK, clean_text
from grader.submission.notebook import cells_of, is_notebook, parse_json

if TYPE_CHECKING:
    from collections.abc import Collection

SOURCE_BYTES = 16 * 1024**2
"""More code than this is no hand-in, and must fit into one frame with room to spare."""
LOOKS_LIKE_PYTHON = re.compile(
    r"^\s*(#|import\s|from\s+\S+\s+import\s|def\s|class\s|@\w|\w+\s*=[^=]|\"\"\"|''')", re.MULTILINE
)


def digest_of(data: bytes) -> str:
    """What identifies a hand-in: the SHA-256 of its bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def read_submission(
    name: str, data: bytes, *, student_id: str, accepts: Collection[SubmissionFormat]
) -> Submission | Unreadable:
    """What the bytes of one hand-in are; graded as what they hold, where that contradicts the name.

    Never raises for bad bytes: what cannot be read becomes an `Unreadable` with the catalogue key of the reason.
    """
    file_name = clean_text(name)
    digest = digest_of(data)
    try:
        found, cells = _read(name, data)
        _check_accepted(found, accepts)
    except SubmissionError as error:
        return unreadable(error, student_id=student_id, file_name=file_name, digest=digest)
    return Submission(student_id=student_id, file_name=file_name, digest=digest, format=found, cells=cells)


def unreadable(error: SubmissionError, *, student_id: str, file_name: str, digest: str = "") -> Unreadable:
    """The hand-in that ``error`` is about."""
    values = {key: clean_text(value) if isinstance(value, str) else value for key, value in error.values.items()}
    return Unreadable(student_id=student_id, file_name=file_name, digest=digest, kind=error.kind, values=values)


def _check_accepted(found: SubmissionFormat, accepts: Collection[SubmissionFormat]) -> None:
    if found not in accepts:
        raise SubmissionError("format_not_accepted", found=found.value, accepted=", ".join(sorted(accepts)))


def _read(name: str, data: bytes) -> tuple[SubmissionFormat, tuple[Cell, ...]]:
    named = HAND_IN.fullmatch(name)
    suffix = named["suffix"].lower() if named else ""
    if not suffix and OTHER_WORK.fullmatch(name):
        raise SubmissionError("format_unsupported", found=name)
    text = decode(data)
    cells = _notebook_cells(text, suffix=suffix)
    if cells is not None:
        found = SubmissionFormat.NOTEBOOK
    elif suffix:
        found, cells = SubmissionFormat.MODULE, (Cell(index=0, kind=CellKind.CODE, source=clean_text(text)),)
    else:
        raise SubmissionError("format_unsupported", found=name)
    size = sum(len(cell.source.encode()) for cell in cells)
    if size > SOURCE_BYTES:
        raise too_large(size, SOURCE_BYTES)
    return found, cells


def _notebook_cells(text: str, *, suffix: str) -> tuple[Cell, ...] | None:
    """The cells where ``text`` is a notebook; None where it is clearly a module."""
    if suffix == "ipynb":
        looks_like_json = text.lstrip()[0] in '{["'
        if not looks_like_json and LOOKS_LIKE_PYTHON.search(text):
            return None
        return cells_of(parse_json(text))
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = parse_json(text)
    except SubmissionError:
        return None
    return cells_of(value) if is_notebook(value) else None
