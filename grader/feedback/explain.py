"""The single home of what an exception means, and of how much of its message may be quoted where inputs are hidden.

A known message (see `known_errors`) leads to an explanation. It is also the only kind that is quoted from a case whose
inputs are hidden: any other could carry them out (``raise ValueError(str(y))``, ``int(str(y))``, ``open(str(y))``).
"""

from __future__ import annotations

import builtins
import functools
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec

from grader.feedback.catalogue import text
from grader.feedback.known_errors import MESSAGES, as_pattern

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from grader.model.result import Frame
    from grader.model.text import Text
    from grader.wire.evidence import RemoteFrame

    Place = Frame | RemoteFrame

MOST_QUOTED: Final = 300
_PLACEHOLDER: Final = "error.not_implemented"
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_MOST_DIGITS: Final = 6
_MOST_WORDS: Final = 16
"""That vary in one message: letters are words, too, and a hand-in could hold the whole alphabet."""
_BUILTIN_TYPES: Final = frozenset(name for name in dir(builtins) if isinstance(getattr(builtins, name), type))
_LIBRARY_ERRORS: Final = frozenset(
    (
        *("OutOfMemoryError", "OutOfTime", "LinAlgError", "JSONDecodeError", "OutputFlooded", "UsageError"),
        *("URLError", "gaierror", "ConnectError"),
    )
)
_COMMON_WORDS: Final = _BUILTIN_TYPES | {
    *("NoneType", "Tensor", "Parameter", "Size", "ndarray", "torch", "numpy", "builtin_function_or_method", "function"),
    *("method", "module", "generator", "Float", "Double", "Half", "BFloat16", "Long", "Int", "Short", "Byte", "Char"),
    *("Bool", "double", "long", "half", "short", "unsigned", "char", "ints", "Number", "of", "or", "locals", "print"),
    *("arguments", "but", "was", "were", "given"),
}
_WORD: Final = re.compile(r"\b(?!\d+x\d+\b)\d*[^\W\d]\w*")
"""Whatever has a letter in it, also where digits stand before that; but not the sizes of a matrix."""
_NUMBER: Final = re.compile(r"\d+")
_VARYING: Final = re.compile(r"<[^<>]*>")


class Known(msgspec.Struct, frozen=True):
    """One row of the table, ready to be compared."""

    key: str
    type_name: str
    pattern: re.Pattern[str]
    fixed: frozenset[str]
    """The words that never vary."""


def explain(
    type_name: str,
    message: str,
    *,
    frames: Sequence[Place] = (),
    missing: Mapping[str, str] = _NOTHING,
) -> Text | None:
    """What the error means and what to look at, where it is a known one.

    ``frames`` are its places in the hand-in, innermost last. ``missing`` has, per name that an import should have
    bound, the package that is not installed.
    """
    for known in _known():
        if known.type_name == type_name and (match := known.pattern.match(message)):
            package = missing.get(match.groupdict().get("name", "")) if type_name == "NameError" else None
            if package:
                return text("error.name.package", name=match["name"], package=package)
            if known.key == _PLACEHOLDER and not _is_placeholder(frames):
                return None
            return text(known.key, **match.groupdict())
    return None


def quotable(type_name: str, message: str, *, words: AbstractSet[str]) -> str:
    """The part of a message that is a library's own and says nothing about hidden inputs; often all of it, or nothing.

    Every word that varies must stand in the hand-in already (``words``) or be a common one, and numbers are short: what
    is left are sizes and names.
    """
    for known in _known():
        if known.type_name == type_name and known.pattern.pattern and (match := known.pattern.match(message)):
            quotes_a_path = "path" in known.pattern.groupindex
            return match.group(0) if not quotes_a_path and _says_nothing(match, known.fixed, words=words) else ""
    return ""


def is_common_type(type_name: str) -> bool:
    """Whether an exception's type is one of Python's or of its usual libraries."""
    return type_name in _BUILTIN_TYPES or type_name in _LIBRARY_ERRORS


@functools.cache
def _known() -> tuple[Known, ...]:
    """The table, compiled once."""
    return tuple(
        Known(key, type_name, as_pattern(message), frozenset(_WORD.findall(_VARYING.sub(" ", message))))
        for key, type_name, message in MESSAGES
    )


def _is_placeholder(frames: Sequence[Place]) -> bool:
    """Whether the hand-in itself raises NotImplementedError, not a library that it calls."""
    return not frames or not frames[-1].source or "NotImplementedError" in frames[-1].source


def _says_nothing(match: re.Match[str], fixed: AbstractSet[str], *, words: AbstractSet[str]) -> bool:
    """Whether all that varies in a known message is a word of the hand-in, a common word, or a short number."""
    quoted = match.group(0)
    is_short = all(len(number) <= _MOST_DIGITS and number.isascii() for number in _NUMBER.findall(quoted))
    varying = [word for word in _WORD.findall(quoted) if word not in fixed]
    is_known = len(varying) <= _MOST_WORDS and set(varying) <= words | _COMMON_WORDS
    return len(quoted) <= MOST_QUOTED and is_short and is_known
