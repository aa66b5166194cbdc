"""The single home of exhibits: the pictures that a case attaches to its result, as bounded data."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from grader.model.result import Broadcast, Curves, Exhibit, Scatter, Series
from grader.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MAX_POINTS = 200
MAX_EXHIBITS = 4
MAX_TABLE = 8
_LARGEST = 1e30
_LABELS = {"student": Text(en="yours", zh="你的结果"), "reference": Text(en="reference", zh="参考结果")}

_collectors: list[list[Exhibit]] = []


@contextlib.contextmanager
def collecting() -> Iterator[list[Exhibit]]:
    """Collect what the running case shows; used by the judge. Without it, nothing is kept."""
    exhibits: list[Exhibit] = []
    _collectors.append(exhibits)
    try:
        yield exhibits
    finally:
        _collectors.remove(exhibits)


def series(role: str, x: Any, y: Any, *, label: Text | None = None) -> Series:
    """One curve or cloud of ``role`` (``student`` or ``reference``), thinned evenly to at most 200 finite points.

    ``x`` and ``y`` are tensors, arrays or sequences of numbers of one length; of anything else nothing is shown.
    """
    xs, ys = _floats(x), _floats(y)
    points = [(a, b) for a, b in zip(xs, ys, strict=False) if math.isfinite(a) and math.isfinite(b)]
    kept = _thinned(points)
    return Series(
        label=label or _LABELS.get(role, Text(en=role, zh=role)),
        role=role,
        x=tuple(_bounded(a) for a, _ in kept),
        y=tuple(_bounded(b) for _, b in kept),
    )


def show_scatter(
    *, title: Text, x_label: Text, y_label: Text, series: Sequence[Series], spread: Mapping[str, Any] | None = None
) -> None:
    """Show clouds side by side; ``spread`` is, per role, the standard deviation of the residuals, if it is a number."""
    numbers = {role: _number(value) for role, value in (spread or {}).items()}
    finite = {role: _bounded(value) for role, value in numbers.items() if value is not None}
    _show(Scatter(title=title, x_label=x_label, y_label=y_label, series=tuple(series), spread=finite))


def show_curves(*, title: Text, x_label: Text, y_label: Text, series: Sequence[Series], log_y: bool = False) -> None:
    """Show curves over a common axis, for instance the training loss of student and reference."""
    _show(Curves(title=title, x_label=x_label, y_label=y_label, series=tuple(series), log_y=log_y))


def show_broadcast(
    *,
    title: Text,
    column_label: str,
    row_label: str,
    column: Any,
    row: Any,
    operation: Callable[[float, float], float],
) -> None:
    """Show how a column and a row, at most 8 long each, broadcast to the table of ``operation(column, row)``."""
    down, across = _floats(column)[:MAX_TABLE], _floats(row)[:MAX_TABLE]
    table = tuple(tuple(_result(operation, a, b) for b in across) for a in down)
    _show(
        Broadcast(
            title=title,
            column_label=column_label,
            row_label=row_label,
            column=tuple(_bounded(a) for a in down),
            row=tuple(_bounded(b) for b in across),
            table=table,
        )
    )


def _show(exhibit: Exhibit) -> None:
    """Attach an exhibit to the running case."""
    if _collectors and len(_collectors[-1]) < MAX_EXHIBITS:
        _collectors[-1].append(exhibit)


def _floats(values: Any) -> list[float]:
    """The numbers in ``values``, flattened; none where it is not made of numbers."""
    if isinstance(values, torch.Tensor):
        plain = values.detach()
        usable = plain.layout is torch.strided and not (plain.is_complex() or plain.is_quantized or plain.is_meta)
        return [float(v) for v in plain.cpu().double().reshape(-1).tolist()] if usable else []
    if isinstance(values, np.ndarray):
        return [float(v) for v in values.reshape(-1).tolist()] if values.dtype.kind in "biuf" else []
    if isinstance(values, list | tuple | range):
        numbers = [_number(value) for value in values]
        return [] if None in numbers else [number for number in numbers if number is not None]
    return []


def _number(value: Any) -> float | None:
    """One element as a float: a Python or numpy number or a tensor of one element."""
    if isinstance(value, torch.Tensor | np.ndarray):
        inside = _floats(value)
        return inside[0] if len(inside) == 1 else None
    if isinstance(value, np.generic):
        return float(value) if value.dtype.kind in "biuf" else None
    if isinstance(value, float):
        return value
    return float(max(-_LARGEST, min(_LARGEST, value))) if isinstance(value, int) else None


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most `MAX_POINTS` of the points, evenly spaced, first and last included."""
    if len(points) <= MAX_POINTS:
        return points
    step = (len(points) - 1) / (MAX_POINTS - 1)
    return [points[round(k * step)] for k in range(MAX_POINTS)]


def _result(operation: Callable[[float, float], float], a: float, b: float) -> float:
    """What the operation gives for one pair; 0 where that is no number, as with a division by zero."""
    try:
        return _bounded(operation(a, b))
    except ArithmeticError:
        return 0.0


def _bounded(value: float) -> float:
    """A finite number that every renderer can draw; NaN becomes 0."""
    if math.isnan(value):
        return 0.0
    return max(-_LARGEST, min(_LARGEST, float(value)))
