"""The single home of what a plain pytest run shows of a failure: the suite's and the hand-in's lines, not grader's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.errors import GraderError, StudentProcessError
from grader.judge.faults import CaseOverran
from grader.model.assignment import SubmissionFormat
from grader.wire.faults import RemoteRaised

if TYPE_CHECKING:
    from types import TracebackType

_LIBRARIES = Path(pytest.__file__).parents[1]
_MACHINERY = tuple(
    f"{folder}/" for folder in (Path(__file__).parents[1], _LIBRARIES / "_pytest", _LIBRARIES / "pluggy")
)


def shorten(call: pytest.CallInfo[None], *, form: SubmissionFormat) -> str | None:
    """Leave the suite's frames in what ``call`` raised, and add where in the hand-in it came from.

    Gives the message alone where no frame of the suite is left: the case was refused before it began.
    """
    if call.excinfo is None:
        return None
    error = call.excinfo.value
    if isinstance(error, RemoteRaised):
        if not type(error).__name__.endswith(error.error.type_name):
            error.add_note(f"the hand-in raised {error.error.type_name}")
        for frame in error.error.frames:
            error.add_note(f"{place_of(frame.cell, frame.line, form)}, in {frame.function}: {frame.source}")
    if isinstance(error, StudentProcessError):
        error.__cause__, error.__suppress_context__ = None, True  # how the wire noticed it helps nobody
    traceback = _suites_frames(call.excinfo.tb)
    if traceback is not None:
        call.excinfo = pytest.ExceptionInfo.from_exc_info((type(error), error, traceback))
    elif isinstance(error, GraderError | CaseOverran):
        return f"{type(error).__name__}: {error}"
    return None


def place_of(cell: int, line: int, form: SubmissionFormat) -> str:
    """A place in the hand-in as its author finds it: cells count from 1, and a module has none."""
    return f"line {line}" if form is SubmissionFormat.MODULE else f"cell {cell + 1}, line {line}"


def _suites_frames(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback, linked anew around the frames of grader and of pytest."""
    kept = []
    while traceback is not None:
        if not traceback.tb_frame.f_code.co_filename.startswith(_MACHINERY):
            kept.append(traceback)
        traceback = traceback.tb_next
    for frame, following in zip(kept, [*kept[1:], None], strict=False):
        frame.tb_next = following
    return kept[0] if kept else None
