"""The single home of coloured source code: Python as a student wrote it, broken or not, to lines of escaped spans.

One regular expression instead of a lexer library: a cell costs microseconds, and the code need not be valid.
"""

from __future__ import annotations

import builtins
import keyword
import re
from functools import lru_cache
from html import escape

from markupsafe import Markup

from grader.report.safe_text import visible

_WORDS = frozenset((*(name for name in dir(builtins) if name.islower()), "self", "cls"))
_TOKEN = re.compile(
    r"""(?P<com>\#[^\n]*)
      | (?P<str>(?:\b[rRbBuUfF]{1,2})?(?:\"{3}(?:[^\\"]|\\.|\"(?!\"\"))*+(?:\"{3})?
                                     |'{3}(?:[^\\']|\\.|'(?!''))*+(?:'{3})?
                                     |"(?:[^"\\\n]|\\.)*+"?
                                     |'(?:[^'\\\n]|\\.)*+'?))
      | (?P<num>\b(?:0[xXbBoO][\da-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?[jJ]?))
      | (?P<mag>^[ \t]*(?:%{1,2}[A-Za-z]|!)[^\n]*)
      | (?P<dec>^[ \t]*@[\w.]+)
      | (?P<def>\b(?:def|class)[ \t]+)(?P<name>\w+)
      | (?P<word>\b[^\W\d]\w*)
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


@lru_cache(maxsize=1024)
def highlighted_lines(source: str) -> tuple[Markup, ...]:
    """The lines of ``source``, each complete in itself."""
    text = visible(source).expandtabs(4).rstrip("\n")
    parts: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        parts += escape(text[end : match.start()]), _marked(match)
        end = match.end()
    parts.append(escape(text[end:]))
    return tuple(Markup(line) for line in "".join(parts).split("\n"))  # noqa: S704 - every part is escaped


def _marked(match: re.Match[str]) -> str:
    """One token in its span; a token over several lines gets a span on each."""
    text, kind = match.group(), match.lastgroup
    if kind == "name":
        return f"{_span('k', match['def'])}{_span('d', match['name'])}"
    if kind == "word":
        if keyword.iskeyword(text):
            return _span("k", text)
        return _span("b", text) if text in _WORDS else escape(text)
    short = {"com": "c", "str": "s", "num": "n", "mag": "m", "dec": "d"}[kind or "com"]
    return "\n".join(_span(short, line) for line in text.split("\n"))


def _span(kind: str, text: str) -> str:
    return f'<span class="t-{kind}">{escape(text)}</span>' if text else ""
