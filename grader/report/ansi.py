"""The single home of terminal colours in HTML: text with escape sequences becomes escaped text in classed spans.

One pass, in time linear in the text, whatever a student prints.
"""

from __future__ import annotations

import re
from html import escape

import msgspec
from markupsafe import Markup

from grader.report.safe_text import visible

_COLOUR = re.compile(r"\x1b\[([0-9;]{0,64})m")
_COLOUR_NUMBERS = frozenset((*range(30, 38), *range(90, 98)))
_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


class _Pen(msgspec.Struct):
    """What the text looks like from here on."""

    colour: int | None = None
    bold: bool = False

    def follow(self, codes: str) -> None:
        """Change as one escape sequence says; 256-colour and RGB sequences only end the colour."""
        numbers = [int(code or 0) for code in codes.split(";")[:16]]
        for number in numbers:
            if number == 0:
                self.colour, self.bold = None, False
            elif number == 1:
                self.bold = True
            elif number in (21, 22):
                self.bold = False
            elif number in (38, 39, 48):
                self.colour = None
                break
            elif number in _COLOUR_NUMBERS:
                self.colour = number % 10

    def classes(self) -> str:
        """The classes of a span in this state."""
        names = ["ansi-bold"] if self.bold else []
        return " ".join([*names, f"ansi-{_NAMES[self.colour]}"] if self.colour is not None else names)


def ansi_to_html(text: str) -> Markup:
    """``text`` with its colours as spans; every other escape sequence is dropped."""
    if "\x1b" not in text:
        return Markup(escape(visible(text)))  # noqa: S704 - escaped just here
    pieces = _COLOUR.split(text)
    pen, parts = _Pen(), [escape(visible(pieces[0]))]
    for codes, chunk in zip(pieces[1::2], pieces[2::2], strict=True):
        pen.follow(codes)
        classes, shown = pen.classes(), escape(visible(chunk))
        parts.append(f'<span class="{classes}">{shown}</span>' if classes and shown else shown)
    return Markup("".join(parts))  # noqa: S704 - every chunk is escaped above
