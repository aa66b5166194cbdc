"""The single home of how a number is written: points, elements of tensors, ticks of axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.result import Scalar

LARGE, SMALL = 1e5, 1e-3
"""From and up to where numbers are written with a power of ten."""
_LARGEST_WHOLE = 1e9
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def points(value: float) -> str:
    """Points with at most two decimals and no needless zeros: ``6``, ``4.5``."""
    return trimmed(f"{value:.2f}") if math.isfinite(value) else str(value)


def short(value: float) -> str:
    """One number on its own, to four digits: ``0.01234``, ``1.5e-07``, ``1200000``."""
    if isinstance(value, bool) or not math.isfinite(value):
        return str(value)
    if value == int(value) and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    return f"{value:.4g}"


def trimmed(text: str) -> str:
    """A decimal number without the zeros at its end."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def written_alike(values: Sequence[Scalar], *, decimals: int | None = None) -> list[str]:
    """The elements of one tensor with the same number of decimals, so that they can be compared by eye."""
    numbers = [value for value in values if isinstance(value, float) and math.isfinite(value)]
    pattern = _pattern(numbers, decimals)
    return [pattern.format(value) if isinstance(value, float) else str(value) for value in values]


def power_of_ten(exponent: int) -> str:
    """A tick of a logarithmic axis."""
    return f"10{str(exponent).translate(_SUPERSCRIPTS)}"


def _pattern(numbers: Sequence[float], decimals: int | None) -> str:
    """The format that shows all the numbers briefly and alike."""
    sizes = [abs(number) for number in numbers if number]
    if sizes and (max(sizes) >= LARGE or max(sizes) < SMALL):
        return f"{{:.{3 if decimals is None else decimals}e}}"
    if decimals is not None:
        return f"{{:.{decimals}f}}"
    for count in range(1, 4):
        if all(abs(number - round(number, count)) < 1e-7 for number in numbers):  # noqa: PLR2004 - below float32's noise
            return f"{{:.{count}f}}"
    return "{:.4f}"
