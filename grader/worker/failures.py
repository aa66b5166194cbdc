"""The single home of why a statement failed, and of the traceback that a student sees for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.wire.evidence import RemoteError, RemoteFrame
from grader.wire.names import clean_text
from grader.wire.raising import describe_error
from grader.worker.capture import OutputFlooded
from grader.worker.clock import OutOfTime

if TYPE_CHECKING:
    from grader.worker.statements import Statement

_ALLOCATION_WORDS = ("can't allocate memory", "not enough memory", "unable to allocate", "cannot allocate memory")


def describe_syntax_error(error: BaseException, *, cell: int, statement: Statement) -> RemoteError:
    """What the parser or the compiler says about ``statement``, with the line counted within the cell.

    A statement that does not parse was parsed apart from the rest, so that only ``statement.line`` is right; what the
    compiler finds in a statement that parses names its line itself.
    """
    line, source = statement.line, statement.source
    if statement.error is None and isinstance(error, SyntaxError) and error.lineno:
        line, source = error.lineno, (error.text or source).strip()
    message = (error.msg or "") if isinstance(error, SyntaxError) else _message(error)
    plain = describe_error(error)
    return RemoteError(
        type_name=plain.type_name,
        message=clean_text(message, 2000),
        bases=plain.bases,
        frames=(RemoteFrame(cell=cell, line=line, function="<module>", source=clean_text(source, 200)),),
    )


def reason_of(error: BaseException) -> str:
    """Why a statement that raised ``error`` failed, as `StatementFailure.reason` has it."""
    if isinstance(error, OutOfTime):
        return "timed_out"
    if isinstance(error, OutputFlooded):
        return "flooded"
    if is_out_of_memory(error):
        return "out_of_memory"
    return "raised"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` is Python's, numpy's or torch's way to say that memory is used up."""
    if isinstance(error, MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in _message(error).lower() for words in _ALLOCATION_WORDS)


def trace_lines(error: RemoteError) -> list[str]:
    """A traceback of the hand-in's own lines, without colours and without places of this machine."""
    lines = ["Traceback (most recent call last):"] if error.frames else []
    for frame in error.frames:
        lines.append(f"  cell {frame.cell}, line {frame.line}, in {frame.function}")
        if frame.source:
            lines.append(f"    {frame.source}")
    return [*lines, f"{error.type_name}: {error.message}" if error.message else error.type_name]


def _message(error: BaseException) -> str:
    """``str(error)``, whatever the hand-in made of it."""
    try:
        return str(error)
    except BaseException:  # noqa: BLE001  # the hand-in's own ``__str__``
        return ""
