"""The single home of turning the far side's evidence into the model's facts, bounded once more on this side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.model.result import ErrorRecord, FindingKind, Frame
from grader.model.verdict import Verdict
from grader.wire.exceeded import DISK, FILE_SIZE, OUT_OF_MEMORY, exceeded_limit

if TYPE_CHECKING:
    from collections.abc import Collection

    from grader.wire.evidence import CellRun, LoadReport, RemoteError

MAX_MESSAGE = 2000
MAX_FRAMES = 12
MAX_LINE = 200
MOST_NAMES = 2000
MOST_FAILURES = 5000
MOST_NOTICES = 2000
"""Of one load, as the worker keeps to them itself; for each missing name all names are searched for a similar one."""
_OUTPUT_FLOODED = "OutputFlooded"
_OF_LIMITS = {
    "": (Verdict.RAISED, FindingKind.RAISED),
    OUT_OF_MEMORY: (Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    DISK: (Verdict.FLOODED, FindingKind.DISK),
    FILE_SIZE: (Verdict.FLOODED, FindingKind.FILE_SIZE),
}


def bounded_report(report: LoadReport, *, cells: Collection[int]) -> LoadReport:
    """What loading showed about the hand-in's own ``cells``, no more of it than an honest worker reports."""
    runs: dict[int, CellRun] = {}
    failures_left = MOST_FAILURES
    for run in report.cells:
        if run.index in cells and run.index not in runs:
            kept = run.failures[:failures_left]
            failures_left -= len(kept)
            runs[run.index] = msgspec.structs.replace(run, failures=kept)
    return msgspec.structs.replace(
        report, cells=tuple(runs.values()), names=report.names[:MOST_NAMES], notices=report.notices[:MOST_NOTICES]
    )


def error_record(error: RemoteError) -> ErrorRecord:
    """An exception of the student's code as data, with the places in the hand-in nearest to it."""
    frames = tuple(
        Frame(
            cell=frame.cell,
            line=frame.line,
            function=clip(frame.function, MAX_LINE),
            source=clip(frame.source, MAX_LINE),
        )
        for frame in error.frames[-MAX_FRAMES:]
    )
    return ErrorRecord(
        type_name=clip(error.type_name, MAX_LINE), message=clip(error.message, MAX_MESSAGE), frames=frames
    )


def verdict_of_error(error: RemoteError) -> tuple[Verdict, FindingKind]:
    """What an exception of the hand-in's own code means, by its type and message alone."""
    if error.type_name == _OUTPUT_FLOODED:
        return Verdict.FLOODED, FindingKind.FLOODED
    return _OF_LIMITS[exceeded_limit(error)]


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
