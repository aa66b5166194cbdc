"""The style sheet: readable contrast in every scheme, nothing loaded, every class that templates use has its rule."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

from grader.report import html

FOLDER = Path(html.__file__).parent / "templates"
CSS = (FOLDER / "style.css").read_text(encoding="utf-8")
TEXT = ("ink", "soft", "link", "good", "bad", "warn", "fault", "mine", "theirs", "other", "more")
CODE = ("t-k", "t-d", "t-b", "t-s", "t-n", "t-c", "t-m")
COLOURED = (("good", "good-wash"), ("bad", "bad-wash"), ("warn", "warn-wash"), ("fault", "fault-wash"))


def _schemes() -> dict[str, dict[str, str]]:
    """The variables of each scheme; those that a scheme does not set are the light one's."""
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    light, dark, printed = ({**_colours(block)} for block in blocks)
    return {"light": light, "dark": {**light, **dark}, "print": {**light, **printed}}


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block))


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(first: str, second: str) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_text_is_readable_on_every_ground_it_stands_on(scheme: str) -> None:
    """At least 4.5 to 1, as WCAG 2.1 AA asks for text of any size."""
    colours = _schemes()[scheme]
    pairs = [
        *product(TEXT, ("paper", "raised", "wash")),
        *product(CODE, ("raised", "wash", "bad-wash", "paper")),
        *product(("ink", "soft"), ("good-wash", "bad-wash", "warn-wash", "fault-wash")),
        *COLOURED,
    ]

    weak = {pair: round(_contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_lines_that_carry_meaning_can_be_seen(scheme: str) -> None:
    """Frames of bars and cells, and the curves themselves: at least 3 to 1."""
    colours = _schemes()[scheme]

    for name, ground in product(("edge", "mine", "theirs", "other", "more", "good", "bad"), ("paper", "raised")):
        assert _contrast(colours[name], colours[ground]) >= 3, (name, ground)


def test_the_style_sheet_loads_nothing() -> None:
    """No imports, no addresses, no fonts from elsewhere."""
    assert not re.search(r"@import|url\(|@font-face|https?:", CSS)


def test_nothing_moves() -> None:
    """There is no motion to reduce."""
    assert not re.search(r"transition|animation|@keyframes|scroll-behavior", CSS)


def test_no_text_is_cut_by_a_fixed_height() -> None:
    """Readers may set their own text spacing."""
    assert not re.findall(r"(?<![-\w])height: [\d.]+px", CSS.replace("height: 1px", ""))


def test_every_variable_that_is_used_is_set() -> None:
    """A typing mistake in a variable would silently lose a colour."""
    assert set(re.findall(r"var\(--([a-z0-9-]+)\)", CSS)) <= set(re.findall(r"--([a-z0-9-]+):", CSS))
