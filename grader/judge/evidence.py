"""The single home of turning the far side's evidence into the model's facts, bounded once more on this side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.result import ErrorRecord, Frame

if TYPE_CHECKING:
    from grader.wire.evidence import RemoteError

MAX_MESSAGE = 2000
MAX_FRAMES = 12
MAX_LINE = 200


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


def clip(text: str, limit: int) -> str:
    """At most ``limit`` characters."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
