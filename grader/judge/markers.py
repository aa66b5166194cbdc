"""The single home of the markers that hidden suites may use, as pytest lists them."""

from __future__ import annotations

MARKERS = (
    "points(n): what the case is worth, in proportion to the other cases of its exercise",
    "hint(en=, zh=): what a student reads who does not pass the case",
    "title(en=, zh=): what the case is called in reports",
    "exercise(id): the exercise the case belongs to; test_<id>.py says so by its name",
    "reveal: a student may see the inputs of this hidden case",
)
