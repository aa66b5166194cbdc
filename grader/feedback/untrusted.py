"""The single home of making text that students control fit to be shown: bounded, and without characters that deceive.

Nothing here escapes for HTML or terminals: what is shown stays data, and each renderer escapes for its own target.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from grader.model.result import CallRecord, ErrorRecord, NamedSnapshot, Snapshot

if TYPE_CHECKING:
    from grader.model.result import Scalar

NAME_CHARACTERS: Final = 120
LINE_CHARACTERS: Final = 300
MESSAGE_CHARACTERS: Final = 2_000
BLOCK_CHARACTERS: Final = 20_000
SOURCE_CHARACTERS: Final = 1_000_000
MOST_VALUES: Final = 64
MOST_AXES: Final = 16

BIDIRECTIONAL: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Characters that turn the writing direction, as a part of a regular expression's set."""
_ESCAPE_SEQUENCE: Final = re.compile(
    r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]"  # CSI … final byte: colours, cursor movements
    r"|\x1b[\]PX^_][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)"  # OSC, DCS, SOS, PM, APC … terminator: titles, links, images
    r"|\x1b[ -/]{0,8}[0-~]"  # two-character sequences
    r"|\x9b[0-?]{0,64}[ -/]{0,8}[@-~]"  # the one-byte CSI
)
_CONTROLS: Final = "\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f"
_INVISIBLE: Final = re.compile(f"[{_CONTROLS}\x1b\r{BIDIRECTIONAL}\ufeff]")
_INVISIBLE_IN_OUTPUT: Final = re.compile(f"[{_CONTROLS}{BIDIRECTIONAL}\ufeff]")
_NOT_CHARACTERS: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS: Final = re.compile("\r\n?|[\u2028\u2029\x85]")
_PATH: Final = re.compile(r"/[^\s'\"()<>]+")
_LIBRARIES: Final = re.compile(r"/(?=site-packages/|lib/python\d)")


def line(words: str, *, limit: int = LINE_CHARACTERS) -> str:
    """One line of at most ``limit`` characters; line ends and tabs become spaces."""
    return cut(re.sub(r"\s+", " ", block(words, limit=4 * limit)).strip(), limit=limit)


def block(words: str, *, limit: int = BLOCK_CHARACTERS) -> str:
    """Several lines without terminal escapes, control characters and characters that turn the writing direction."""
    ended = _LINE_ENDS.sub("\n", without_escapes(words[: 4 * limit]))
    return cut(_NOT_CHARACTERS.sub("\ufffd", _INVISIBLE.sub("", ended)), limit=limit)


def output(words: str) -> str:
    """Text of a cell's output: colours and carriage returns stay, for the renderer to interpret."""
    return _NOT_CHARACTERS.sub("\ufffd", _INVISIBLE_IN_OUTPUT.sub("", words))


def without_escapes(words: str) -> str:
    """The same without terminal escape sequences."""
    return _ESCAPE_SEQUENCE.sub("", words) if "\x1b" in words or "\x9b" in words else words


def without_installation(words: str) -> str:
    """The same without the folder in which the grader's Python happens to be installed."""
    return _PATH.sub(_within_installation, words)


def _within_installation(path: re.Match[str]) -> str:
    """A path from the libraries' folder on. In two steps, as one expression for both takes the square of the length."""
    starts = [found.start() for found in _LIBRARIES.finditer(path.group())]
    return f"…{path.group()[starts[-1] :]}" if starts and starts[-1] else path.group()


def cut(words: str, *, limit: int) -> str:
    """At most ``limit`` characters, the last of them an ellipsis where something is missing."""
    return words if len(words) <= limit else f"{words[: limit - 1]}…"


def snapshot(value: Snapshot) -> Snapshot:
    """A value's picture, bounded once more and cleaned."""
    return Snapshot(
        kind=line(value.kind, limit=NAME_CHARACTERS),
        type_name=line(value.type_name, limit=NAME_CHARACTERS),
        shape=None if value.shape is None else value.shape[:MOST_AXES],
        dtype=None if value.dtype is None else line(value.dtype, limit=NAME_CHARACTERS),
        requires_grad=value.requires_grad,
        values=None if value.values is None else tuple(_scalar(one) for one in value.values[:MOST_VALUES]),
        text=None if value.text is None else line(value.text),
        minimum=value.minimum,
        maximum=value.maximum,
        mean=value.mean,
    )


def inputs(call: CallRecord) -> tuple[NamedSnapshot, ...]:
    """The arguments of a call, cleaned."""
    return tuple(
        NamedSnapshot(name=line(argument.name, limit=NAME_CHARACTERS), value=snapshot(argument.value))
        for argument in call.arguments
    )


def error(record: ErrorRecord) -> ErrorRecord:
    """An exception, cleaned; its frames are checked elsewhere, against the hand-in."""
    return ErrorRecord(
        type_name=line(record.type_name, limit=NAME_CHARACTERS) or "Exception",
        message=without_installation(block(record.message, limit=MESSAGE_CHARACTERS)),
        frames=record.frames,
    )


def values(found: dict[str, Any]) -> dict[str, str | int | float]:
    """Values for a sentence; everything that is not a number is a cleaned line."""
    return {
        name: value if isinstance(value, int | float) else line(str(value), limit=LINE_CHARACTERS)
        for name, value in found.items()
    }


def _scalar(value: Scalar) -> Scalar:
    """One element of a value."""
    return line(value) if isinstance(value, str) else value
