"""The single home of how points are written as numbers."""

from __future__ import annotations

DECIMALS = 4


def clean_points(points: float) -> float:
    """``points`` without the dust of adding floats: ``0.3``, not ``0.30000000000000004``."""
    return round(points, DECIMALS) + 0.0


def points_text(points: float) -> str:
    """``points`` as short as they are exact: ``3``, ``2.5``."""
    return f"{clean_points(points):.{DECIMALS}f}".rstrip("0").rstrip(".")
