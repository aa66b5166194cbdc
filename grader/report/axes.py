"""The single home of axes: ranges that survive any data, round ticks, and where a value lies in a picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from grader.report.quantity import LARGE, SMALL, power_of_ten, trimmed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LIMIT = 1e150
"""Values beyond this are drawn at the border; products of two of them still fit a float."""
_MOST_TICKS = 12


class Tick(msgspec.Struct, frozen=True):
    """One tick: its place in the picture and its label."""

    place: float
    label: str


class Axis(msgspec.Struct, frozen=True, kw_only=True):
    """A map from values to places in a picture, linear or logarithmic."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def place(self, value: float) -> float:
        """Where ``value`` lies in the picture, to a tenth of a unit."""
        number = _measure(value, log=self.log)
        share = (number - self.low) / (self.high - self.low)
        return round(self.start + (self.end - self.start) * min(1.0, max(0.0, share)), 1)

    def ticks(self, count: int = 5) -> tuple[Tick, ...]:
        """About ``count`` ticks at round values within the range."""
        if self.log:
            return self._log_ticks(count)
        step = _round_step((self.high - self.low) / max(1, count))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        values = [number * step for number in range(first, min(last, first + _MOST_TICKS) + 1)]
        return tuple(Tick(self.place(value), label) for value, label in zip(values, _labels(values, step), strict=True))

    def _log_ticks(self, count: int) -> tuple[Tick, ...]:
        first, last = math.ceil(self.low - 1e-9), math.floor(self.high + 1e-9)
        step = max(1, math.ceil((last - first) / max(1, count)))
        return tuple(Tick(self.place(10.0**power), power_of_ten(power)) for power in range(first, last + 1, step))


def axis_for(values: Iterable[float], *, start: float, end: float, log: bool = False) -> Axis:
    """An axis that holds all finite values with a little air; one value or none gets a range around it."""
    numbers = [_measure(value, log=log) for value in values if drawable(value, log=log)]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    if log:
        low, high = math.floor(low + 1e-9), math.ceil(high - 1e-9)
        high = max(high, low + 1)
        return Axis(low=low, high=high, start=start, end=end, log=True)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        air = max(abs(low) * 0.1, 0.5 if low == 0 else 0.0)
    else:
        air = (high - low) * 0.05
    return Axis(low=low - air, high=high + air, start=start, end=end)


def drawable(value: float, *, log: bool = False) -> bool:
    """Whether the value has a place on the axis."""
    return math.isfinite(value) and (value > 0 or not log)


def _measure(value: float, *, log: bool) -> float:
    """The value, or its power of ten, kept within what arithmetic can bear."""
    bounded = min(_LIMIT, max(-_LIMIT, value)) if abs(value) > 1 / _LIMIT else 0.0
    return math.log10(max(bounded, 1 / _LIMIT)) if log else bounded


def _round_step(rough: float) -> float:
    """The next step of 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next((factor * power for factor in (1, 2, 2.5, 5) if factor * power >= rough * 0.999), 10 * power)


def _labels(values: Sequence[float], step: float) -> list[str]:
    """Labels with the same number of decimals, with a real minus sign."""
    largest = max(map(abs, values), default=0.0)
    if largest >= LARGE or 0 < largest < SMALL:
        labels = [_scientific(value) for value in values]
    else:
        decimals = next((count for count in range(12) if math.isclose(round(step, count), step)), 12)
        labels = [f"{value:.{decimals}f}" for value in values]
    return [label.replace("-", "\N{MINUS SIGN}") for label in labels]


def _scientific(value: float) -> str:
    """``2·10⁶`` for 2000000."""
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{trimmed(mantissa)}·{power_of_ten(int(exponent))}"
