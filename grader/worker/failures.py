"""The single home of why a statement failed, and of the traceback that a student sees for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.wire.evidence import RemoteError, RemoteFrame
from grader.wire.exceeded import exceeded_limit
from grader.wire.names import clean_text
from grader.wire.raising import describe_error
from grader.worker.capture import OutputFlooded
from grader.worker.clock import OutOfTime

if TYPE_CHECKING:
    from grader.worker.statements import Statement

_COMPILER_ERRORS = (SyntaxError, IndentationError, TabError)


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


def is_a(error: BaseException, kind: type[BaseException]) -> bool:
    """`isinstance` by the real type: ``__class__`` of an exception may be the hand-in's own code."""
    return issubclass(type(error), kind)


def reason_of(error: BaseException) -> str:
    """Why a statement that raised ``error`` failed, as `StatementFailure.reason` has it."""
    if type(error) is OutOfTime:
        return "timed_out"
    if type(error) is OutputFlooded:
        return "flooded"
    if limit := exceeded_limit(describe_error(error)):
        return limit
    if type(error) in _COMPILER_ERRORS and str(getattr(error, "filename", "")).startswith("cell:"):
        return "syntax"
    return "raised"


def missing_package(error: BaseException) -> str:
    """The package that an import did not find; empty for any other error."""
    if type(error) is not ModuleNotFoundError or type(error.name) is not str:
        return ""
    return error.name.partition(".")[0]


def is_quiet_exit(error: BaseException) -> bool:
    """Whether ``error`` is how ``exit()`` and ``sys.exit()`` end a program that is done."""
    return type(error) is SystemExit and (error.code is None or error.code == 0)


def trace_lines(error: RemoteError) -> list[str]:
    """A traceback of the hand-in's own lines, without places of this machine; cells count from 1, as reports do."""
    lines = ["Traceback (most recent call last):"] if error.frames else []
    for frame in error.frames:
        lines.append(f"  cell {frame.cell + 1}, line {frame.line}, in {frame.function}")
        if frame.source:
            lines.append(f"    {frame.source}")
    return [*lines, f"{error.type_name}: {error.message}" if error.message else error.type_name]


def _message(error: BaseException) -> str:
    """``str(error)``, whatever the hand-in made of it."""
    try:
        return str(error)
    except BaseException:  # noqa: BLE001  # the hand-in's own ``__str__``
        return ""
