"""The single home of HTML made straight: every element closed where it ends, in time and space linear in the text.

A browser's way of reading HTML is made to repair: what stands open at the end of a paragraph is opened again in the
next, and each tag may walk through all that is open. A few kilobytes made for it become gigabytes, or minutes. So long
HTML is first read by simpler rules, which repeat nothing, and given up where it is deeper than people nest. What comes
out is not yet fit to be shown: `grader.report.sanitise` reads it as a browser would and decides what may stay.
"""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

DEEPEST: Final = 100
"""So many elements may be open at once."""
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9]*)"
    r"(?P<attributes>(?:\s+[a-zA-Z][\w:.-]*(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>=`]+))?)*)"
    r"\s*/?>"
)
_ATTRIBUTE = re.compile(r"([a-zA-Z][\w:.-]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=`]+)))?")
_EMPTY = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_WITHOUT_CONTENT = frozenset(("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"))
"""Elements whose content is no HTML and not shown."""
_ENDED_BY: Final = {
    "p": frozenset(("p",)),
    "li": frozenset(("li",)),
    "dt": frozenset(("dt", "dd")),
    "dd": frozenset(("dt", "dd")),
    "td": frozenset(("td", "th")),
    "th": frozenset(("td", "th")),
    "tr": frozenset(("tr", "td", "th")),
    "tbody": frozenset(("tr", "td", "th", "thead", "tbody")),
}
"""Per element, those that may be left open before it, innermost first."""


def straightened(html: str) -> str | None:
    """``html`` with every element closed; None where it is deeper than anybody nests."""
    straight = _Straight()
    position = 0
    while (start := html.find("<", position)) >= 0:
        straight.text(html[position:start])
        if html.startswith("<!--", start):
            position = _after(html, "-->", start)
            continue
        tag = _TAG.match(html, start)
        if tag is None:
            straight.text("<")
            position = start + 1
            continue
        position = tag.end()
        if tag["end"]:
            straight.end(tag["name"].lower())
        elif tag["name"].lower() in _WITHOUT_CONTENT:
            position = _after(html, ">", _after(html, f"</{tag['name']}", position))
        elif not straight.start(tag["name"].lower(), tag["attributes"]):
            return None
    straight.text(html[position:])
    return straight.written()


def _after(html: str, end: str, position: int) -> int:
    """Where ``end`` has been passed; the end of everything where there is none."""
    found = html.find(end, position)
    return found + len(end) if found >= 0 else len(html)


class _Straight:
    """HTML on its way out, with what is open in it."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []

    def text(self, words: str) -> None:
        """Text, in which references stay what they are."""
        self._parts.append(escape(unescape(words), quote=False))

    def start(self, name: str, attributes: str) -> bool:
        """Open an element; whether there is room for it."""
        while self._open and self._open[-1] in _ENDED_BY.get(name, ()):
            self._close()
        written = "".join(
            f' {key.lower()}="{escape(unescape(double or single or bare))}"'
            for key, double, single, bare in _ATTRIBUTE.findall(attributes)
        )
        self._parts.append(f"<{name}{written}>")
        if name not in _EMPTY:
            self._open.append(name)
        return len(self._open) <= DEEPEST

    def end(self, name: str) -> None:
        """Close an element with all that is open in it; nothing, where it is not open."""
        if name in self._open:
            while self._close() != name:
                pass

    def written(self) -> str:
        """All of it, closed."""
        while self._open:
            self._close()
        return "".join(self._parts)

    def _close(self) -> str:
        name = self._open.pop()
        self._parts.append(f"</{name}>")
        return name
