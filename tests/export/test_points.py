"""How points are written."""

from __future__ import annotations

import pytest

from grader.export.points import clean_points, points_text


@pytest.mark.parametrize(
    ("points", "text"), [(0.1 + 0.2, "0.3"), (3.0, "3"), (2.5, "2.5"), (-0.0, "0"), (10.0, "10"), (1 / 3, "0.3333")]
)
def test_points_have_no_dust(points: float, text: str) -> None:
    """Short and exact."""
    assert points_text(points) == text
    assert clean_points(points) == float(text)
