"""The single home of the pictures' geometry: clouds, curves and broadcasts become numbers; a template draws them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from grader.model.result import Broadcast, Curves, Scatter, Series
from grader.model.text import Text
from grader.report.axes import Axis, Tick, axis_for, drawable
from grader.report.quantity import short, written_alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDTH, _HEIGHT = 340.0, 230.0
_LEFT, _TOP, _BOTTOM = 46.0, 26.0, 38.0
_CLOUD_RIGHT, _CURVE_RIGHT = 10.0, 84.0
_MARKERS = 6
"""Markers along one curve."""
_LABEL_GAP = 15.0
_MOST_BROADCAST = 8
"""Rows and columns of a broadcast that are drawn."""
_CELL_WIDTH, _CELL_HEIGHT = 46.0, 26.0


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One series as drawn: a path of its line, a path of its points, and where its name stands."""

    label: Text
    style: int
    """Which of the dash patterns and point shapes it has; 0 is the student's."""
    line: str = ""
    dots: str = ""
    label_x: float = 0.0
    label_y: float = 0.0
    lost: int = 0
    """Points that have no place in the picture (NaN, infinite, not positive on a logarithmic axis)."""
    first: str = ""
    last: str = ""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """The standard deviation of one series' residuals as text and as a bar of up to 100 units."""

    text: str
    length: float


class Plot(msgspec.Struct, frozen=True, kw_only=True):
    """One coordinate system with its series."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    spread: Spread | None = None


class ScatterPicture(msgspec.Struct, frozen=True, kw_only=True, tag="scatter"):
    """Clouds side by side over the same axes."""

    title: Text
    x_label: Text
    y_label: Text
    plots: tuple[Plot, ...]


class CurvesPicture(msgspec.Struct, frozen=True, kw_only=True, tag="curves"):
    """Curves in one coordinate system."""

    title: Text
    x_label: Text
    y_label: Text
    plot: Plot
    log_y: bool


class BroadcastCell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of the drawn broadcast."""

    x: float
    y: float
    text: str
    diagonal: bool = False


class BroadcastPicture(msgspec.Struct, frozen=True, kw_only=True, tag="broadcast"):
    """A column, a row and the table they make."""

    title: Text
    column_label: str
    row_label: str
    rows: int
    columns: int
    width: float
    height: float
    cell_width: float
    cell_height: float
    column: tuple[BroadcastCell, ...]
    row: tuple[BroadcastCell, ...]
    table: tuple[BroadcastCell, ...]
    """The diagonal last, so that its frame lies on top."""
    cut: bool
    """Whether only a part of it is drawn."""


Picture = ScatterPicture | CurvesPicture | BroadcastPicture


def picture(exhibit: Scatter | Curves | Broadcast) -> Picture:
    """The geometry of one exhibit."""
    if isinstance(exhibit, Scatter):
        return _scatter(exhibit)
    return _curves(exhibit) if isinstance(exhibit, Curves) else _broadcast(exhibit)


def _scatter(exhibit: Scatter) -> ScatterPicture:
    """Every cloud gets a plot of its own, all with the same axes."""
    x_axis = axis_for(_all_x(exhibit.series), start=_LEFT, end=_WIDTH - _CLOUD_RIGHT)
    y_axis = axis_for(_all_y(exhibit.series), start=_HEIGHT - _BOTTOM, end=_TOP)
    finite = [abs(value) for value in exhibit.spread.values() if math.isfinite(value)]
    widest = max(finite, default=0.0) or 1.0
    plots = []
    for series in exhibit.series:
        points = _points(series, x_axis, y_axis)
        mark = Mark(
            label=series.label,
            style=_style(series, exhibit.series),
            dots=_dots(points),
            lost=min(len(series.x), len(series.y)) - len(points),
        )
        spread = exhibit.spread.get(series.role)
        plots.append(_plot(x_axis, y_axis, (mark,), _CLOUD_RIGHT, spread=_spread(spread, widest)))
    return ScatterPicture(title=exhibit.title, x_label=exhibit.x_label, y_label=exhibit.y_label, plots=tuple(plots))


def _curves(exhibit: Curves) -> CurvesPicture:
    """All curves in one plot; each has its own dash pattern, point shape, and its name at its end."""
    log = exhibit.log_y and any(drawable(value, log=True) for value in _all_y(exhibit.series))
    x_axis = axis_for(_all_x(exhibit.series), start=_LEFT, end=_WIDTH - _CURVE_RIGHT)
    y_axis = axis_for(_all_y(exhibit.series), start=_HEIGHT - _BOTTOM, end=_TOP, log=log)
    marks = [_curve(series, exhibit.series, x_axis, y_axis) for series in exhibit.series]
    plot = _plot(x_axis, y_axis, tuple(_apart(marks)), _CURVE_RIGHT)
    return CurvesPicture(title=exhibit.title, x_label=exhibit.x_label, y_label=exhibit.y_label, plot=plot, log_y=log)


def _curve(series: Series, all_series: Sequence[Series], x_axis: Axis, y_axis: Axis) -> Mark:
    """One curve; where a value has no place the line is broken. The points of two curves stand in different places."""
    pairs = list(zip(series.x, series.y, strict=False))
    points = _points(series, x_axis, y_axis)
    line, pen_down = [], False
    for x, y in pairs:
        if _has_place(x, y, y_axis):
            line.append(f"{'L' if pen_down else 'M'}{x_axis.place(x):g} {y_axis.place(y):g}")
        pen_down = _has_place(x, y, y_axis)
    style = _style(series, all_series)
    every = max(1, (len(points) - 1) // _MARKERS) if points else 1
    end_x, end_y = points[-1] if points else (x_axis.start, y_axis.start)
    return Mark(
        label=series.label,
        style=style,
        line="".join(line),
        dots=_dots(points[style * every // 2 :: every] or points[-1:]),
        label_x=end_x + 8,
        label_y=end_y,
        lost=len(pairs) - len(points),
        first=short(series.y[0]) if series.y else "",
        last=short(series.y[-1]) if series.y else "",
    )


def _apart(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks with their labels pushed apart, so that none covers another."""
    lowest = -math.inf
    placed = {}
    for mark in sorted(marks, key=lambda mark: mark.label_y):
        lowest = max(mark.label_y, lowest + _LABEL_GAP)
        placed[id(mark)] = lowest
    over = max(0.0, lowest - (_HEIGHT - _BOTTOM))
    for mark in marks:
        yield msgspec.structs.replace(mark, label_y=round(placed[id(mark)] - over, 1))


def _broadcast(exhibit: Broadcast) -> BroadcastPicture:
    """The column at the left, the row on top, and the table where they meet."""
    rows, columns = min(len(exhibit.column), _MOST_BROADCAST), min(len(exhibit.row), _MOST_BROADCAST)
    column, row = exhibit.column[:rows], exhibit.row[:columns]
    table = [line[:columns] for line in exhibit.table[:rows]]
    texts = iter(written_alike([float(value) for line in table for value in line]))
    left, top = _CELL_WIDTH + 22, _CELL_HEIGHT + 22
    drawn = [
        BroadcastCell(x=left + j * _CELL_WIDTH, y=top + i * _CELL_HEIGHT, text=next(texts), diagonal=i == j)
        for i, line in enumerate(table)
        for j, _ in enumerate(line)
    ]
    return BroadcastPicture(
        title=exhibit.title,
        column_label=exhibit.column_label,
        row_label=exhibit.row_label,
        rows=len(exhibit.column),
        columns=len(exhibit.row),
        width=left + columns * _CELL_WIDTH + 2,
        height=top + rows * _CELL_HEIGHT + 2,
        cell_width=_CELL_WIDTH,
        cell_height=_CELL_HEIGHT,
        column=tuple(
            BroadcastCell(x=1, y=top + place * _CELL_HEIGHT, text=text) for place, text in enumerate(_alike(column))
        ),
        row=tuple(
            BroadcastCell(x=left + place * _CELL_WIDTH, y=1, text=text) for place, text in enumerate(_alike(row))
        ),
        table=tuple(sorted(drawn, key=lambda cell: cell.diagonal)),
        cut=len(exhibit.column) > rows or len(exhibit.row) > columns,
    )


def _alike(values: Sequence[float]) -> list[str]:
    return written_alike([float(value) for value in values])


def _plot(x_axis: Axis, y_axis: Axis, marks: tuple[Mark, ...], right: float, *, spread: Spread | None = None) -> Plot:
    """One coordinate system with the common measures."""
    return Plot(
        width=_WIDTH,
        height=_HEIGHT,
        left=_LEFT,
        right=_WIDTH - right,
        top=_TOP,
        bottom=_HEIGHT - _BOTTOM,
        x_ticks=x_axis.ticks(5),
        y_ticks=y_axis.ticks(4),
        marks=marks,
        spread=spread,
    )


def _points(series: Series, x_axis: Axis, y_axis: Axis) -> list[tuple[float, float]]:
    """The places of the points that have one."""
    pairs = zip(series.x, series.y, strict=False)
    return [(x_axis.place(x), y_axis.place(y)) for x, y in pairs if _has_place(x, y, y_axis)]


def _has_place(x: float, y: float, y_axis: Axis) -> bool:
    return drawable(x) and drawable(y, log=y_axis.log)


def _dots(points: Sequence[tuple[float, float]]) -> str:
    """Points as one path of strokes without length: their round or square ends are the dots."""
    return "".join(f"M{x:g} {y:g}h0" for x, y in points)


def _style(series: Series, all_series: Sequence[Series]) -> int:
    """0 for the student, 1 for the reference, then 2, 3 for further series."""
    if series.role == "student":
        return 0
    if series.role == "reference":
        return 1
    others = [other for other in all_series if other.role not in ("student", "reference")]
    return 2 + others.index(series) % 2


def _spread(value: float | None, widest: float) -> Spread | None:
    """One bar of the residuals' spread."""
    if value is None:
        return None
    share = abs(value) / widest if math.isfinite(value) else 1.0
    return Spread(text=short(value), length=round(100 * min(1.0, share), 1))


def _all_x(series: Sequence[Series]) -> list[float]:
    return [value for one in series for value in one.x]


def _all_y(series: Sequence[Series]) -> list[float]:
    return [value for one in series for value in one.y]
