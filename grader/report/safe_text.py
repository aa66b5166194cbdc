"""The single home of what may be inside a text that a browser or a terminal shows: no control characters, no tricks.

Student text may hold escape sequences, characters that reverse the reading direction or have no shape, lone surrogates
or NUL. They are made visible (``⟨U+202E⟩``) or dropped, so that what a reader sees is what is there.
"""

from __future__ import annotations

import re

from grader.feedback.untrusted import BIDIRECTIONAL, without_escapes

_UNSEEN = "\u00ad\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\uffa0\U000e0000-\U000e007f"
"""Characters without a shape: with them two names look like one, and text can be hidden within text."""
_ODD = re.compile(
    f"[\x00-\x08\x0b-\x1f\x7f-\x9f{BIDIRECTIONAL}{_UNSEEN}\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]"  # joiners, where there is no letter or picture that they could join to the next
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
