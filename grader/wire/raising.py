"""The single home of exceptions as data: described where they are raised, made again where they arrive."""

from __future__ import annotations

import builtins
import linecache
from typing import TYPE_CHECKING, Any, TypeGuard

import msgspec

from grader.wire.evidence import RemoteError, RemoteFrame
from grader.wire.faults import RemoteRaised
from grader.wire.names import clean_text, type_name_of

if TYPE_CHECKING:
    from types import TracebackType

MAX_MESSAGE_CHARACTERS = 2000
MAX_SOURCE_CHARACTERS = 300
MAX_FRAMES = 20
MAX_PRINTED_CHARACTERS = 64 * 1024
HAND_IN_PREFIX = "cell:"
"""File names of hand-in code are ``cell:<index>``."""

# Raised anew, these would end the judge's own loops, generators or process instead of the case.
_NEVER_RAISED_ANEW = (StopIteration, StopAsyncIteration, BaseExceptionGroup, Warning)

_BUILT_IN = {
    id(kind): kind.__name__
    for kind in vars(builtins).values()
    if isinstance(kind, type) and issubclass(kind, BaseException)
}
"""By identity: a metaclass may be the hand-in's, and equal to everything."""
_classes: dict[str, type[RemoteRaised]] = {}


_traceback_of = vars(BaseException)["__traceback__"].__get__
"""The real one, whatever the exception's class makes of ``__traceback__``."""


def describe_error(raised: BaseException, *, printed: str = "") -> RemoteError:
    """``raised`` as data; of its traceback only the places in hand-in code.

    Nothing of the exception is asked but its message: its class may be the hand-in's, and any property a trap.
    """
    if passed_through(raised) and type(raised.error) is RemoteError:
        return msgspec.structs.replace(raised.error, printed=clean_text(printed, MAX_PRINTED_CHARACTERS))
    return RemoteError(
        type_name=type_name_of(raised),
        message=_message_of(raised),
        bases=_builtin_bases(type(raised)),
        frames=_hand_in_frames(_traceback_of(raised)),
        printed=clean_text(printed, MAX_PRINTED_CHARACTERS),
    )


def exception_from(error: RemoteError, *, number: int = 0) -> RemoteRaised:
    """The exception to raise here for what the far side reports, cut to size first: the far side chose its length."""
    bounded = RemoteError(
        type_name=clean_text(error.type_name, 200),
        message=clean_text(error.message, MAX_MESSAGE_CHARACTERS),
        bases=tuple(clean_text(base, 200) for base in error.bases[:MAX_FRAMES]),
        frames=tuple(_bounded(frame) for frame in error.frames[:MAX_FRAMES]),
    )
    base = next((name for name in bounded.bases if name in _classes or _can_be_base(name)), "")
    return _class_for(base)(bounded, number=number)


def passed_through(raised: BaseException) -> TypeGuard[RemoteRaised]:
    """Whether ``raised`` was made by `exception_from`, and not by a hand-in that derives from it."""
    return type(raised) is RemoteRaised or any(type(raised) is made for made in _classes.values())


def _message_of(raised: BaseException) -> str:
    try:
        return clean_text(str(raised), MAX_MESSAGE_CHARACTERS)
    except BaseException:  # noqa: BLE001 - border: __str__ is student code and may do anything
        return ""


def _builtin_bases(raised_type: type[BaseException]) -> tuple[str, ...]:
    return tuple(_BUILT_IN[id(base)] for base in type.mro(raised_type) if id(base) in _BUILT_IN)


def _hand_in_frames(traceback: TracebackType | None) -> tuple[RemoteFrame, ...]:
    """Outermost first; of an endless recursion, the beginning and the end."""
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if code.co_filename.startswith(HAND_IN_PREFIX):
            places.append((code.co_filename, traceback.tb_lineno, code.co_name))
        traceback = traceback.tb_next
    if len(places) > MAX_FRAMES:
        places = places[: MAX_FRAMES // 2] + places[-MAX_FRAMES // 2 :]
    return tuple(frame for place in places if (frame := _frame_at(*place)) is not None)


def _frame_at(file_name: str, line: int, function: str) -> RemoteFrame | None:
    number = file_name.removeprefix(HAND_IN_PREFIX)
    if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004 - fits any count of cells
        return None
    source = clean_text(linecache.getline(file_name, line).strip(), MAX_SOURCE_CHARACTERS)
    return RemoteFrame(cell=int(number), line=line or 0, function=clean_text(function, 200), source=source)


def _bounded(frame: RemoteFrame) -> RemoteFrame:
    return RemoteFrame(
        cell=frame.cell,
        line=frame.line,
        function=clean_text(frame.function, 200),
        source=clean_text(frame.source, MAX_SOURCE_CHARACTERS),
    )


def _can_be_base(name: str) -> bool:
    found: Any = getattr(builtins, name, None)
    return (
        isinstance(found, type)
        and issubclass(found, Exception)
        and found is not Exception
        and not issubclass(found, _NEVER_RAISED_ANEW)
    )


def _class_for(base: str) -> type[RemoteRaised]:
    if not base:
        return RemoteRaised
    if base not in _classes:
        # Named as a built-in, so that a terminal shows "RemoteValueError: …", without where it is defined.
        body = {"__module__": "builtins"}
        _classes[base] = type(f"Remote{base}", (RemoteRaised, getattr(builtins, base)), body)
    return _classes[base]
