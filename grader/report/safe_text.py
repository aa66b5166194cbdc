"""The single home of what may be inside a text that a browser or a terminal shows: no control characters, no tricks.

Student text may hold escape sequences, characters that reverse the reading direction, lone surrogates or NUL. They are
made visible (``⟨U+202E⟩``) or dropped, so that what a reader sees is what is there.
"""

from __future__ import annotations

import re

from grader.feedback.untrusted import BIDIRECTIONAL, without_escapes

_ODD = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f{BIDIRECTIONAL}\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NO_CHARACTERS = frozenset((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF))
_WITHOUT_MEANING = frozenset((0x00, 0x08, 0x1B, 0x7F, 0xFEFF))
_SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """``text`` with every odd character shown or dropped; line breaks become line feeds, tabs stay."""
    if _ODD.search(text) is None:
        return text
    return _ODD.sub(_show, _LINE_BREAKS.sub("\n", without_escapes(text)))


def one_line(text: str, limit: int = 120) -> str:
    """`visible` text on one line, at most ``limit`` characters, for a table cell or a terminal."""
    line = _SPACES.sub(" ", visible(text[: limit * 8])).strip()
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _show(match: re.Match[str]) -> str:
    """What stands for one odd character: its number, or nothing where it carries no meaning."""
    code = ord(match.group())
    if code in _NO_CHARACTERS:
        return "\ufffd"
    if code in _WITHOUT_MEANING:
        return ""
    return f"⟨U+{code:04X}⟩"
