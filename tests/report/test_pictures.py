"""The pictures' geometry: right for ordinary data, and something to look at for any data."""

from __future__ import annotations

import itertools
import math
import re

import pytest

from grader.model.result import Broadcast, Curves, Scatter, Series
from grader.model.text import Text
from grader.report.axes import axis_for
from grader.report.pictures import BroadcastPicture, CurvesPicture, ScatterPicture, picture

WORD = Text(en="word", zh="词")


def _series(x: tuple[float, ...], y: tuple[float, ...], role: str = "student") -> Series:
    return Series(label=Text(en=role, zh=role), role=role, x=x, y=y)


def _curves(*series: Series, log_y: bool = False) -> CurvesPicture:
    drawn = picture(Curves(title=WORD, x_label=WORD, y_label=WORD, series=series, log_y=log_y))
    assert isinstance(drawn, CurvesPicture)
    return drawn


def _scatter(*series: Series, spread: dict[str, float]) -> ScatterPicture:
    drawn = picture(Scatter(title=WORD, x_label=WORD, y_label=WORD, series=series, spread=spread))
    assert isinstance(drawn, ScatterPicture)
    return drawn


def _broadcast(rows: int, columns: int) -> BroadcastPicture:
    table = tuple(tuple(float(10 * i + j) for j in range(columns)) for i in range(rows))
    drawn = picture(
        Broadcast(
            title=WORD,
            column_label="y_hat",
            row_label="y",
            column=tuple(range(rows)),
            row=tuple(range(columns)),
            table=table,
        )
    )
    assert isinstance(drawn, BroadcastPicture)
    return drawn


def test_ticks_are_round_and_within_the_range() -> None:
    """Steps are 1, 2, 2.5 or 5 times a power of ten."""
    ticks = axis_for([0.0, 9.7], start=0, end=100).ticks(5)

    assert [tick.label for tick in ticks] == ["0.0", "2.5", "5.0", "7.5", "10.0"]
    assert all(0 <= tick.place <= 100 for tick in ticks)


def test_negative_and_broken_ticks_are_written_with_care() -> None:
    """A real minus sign, and as many decimals as the step has."""
    labels = [tick.label for tick in axis_for([-0.4, 0.4], start=0, end=1).ticks(4)]
    assert labels == ["\N{MINUS SIGN}0.25", "0.00", "0.25"]


def test_a_logarithmic_axis_has_powers_of_ten() -> None:
    """Few ticks over many decades."""
    axis = axis_for([1e-6, 0.5, -3.0, 0.0], start=0, end=60, log=True)

    assert [tick.label for tick in axis.ticks(4)] == ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"]
    assert axis.place(1e-3) == pytest.approx(30.0)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "values",
    [
        (),
        (0.0,),
        (5.0, 5.0),
        (math.nan, math.inf, -math.inf),
        (1e308, -1e308),
        (5e-324, 1e-320),
        (1e16, 1e16 + 2),
        (-1.0, -2.0),
        (math.nan, 1.0, 2.0),
        (1e-12, 1e12),
        (1.0, 1.0 + 1e-12),
    ],
)
def test_any_data_gives_an_axis(values: tuple[float, ...], *, log: bool) -> None:
    """Empty, constant, huge, tiny and non-finite data all get a finite range with few ticks."""
    axis = axis_for(values, start=40, end=240, log=log)

    assert math.isfinite(axis.low)
    assert axis.low < axis.high
    ticks = axis.ticks(5)
    assert len(ticks) <= 14
    assert all(40 <= tick.place <= 240 for tick in ticks)
    assert all(40 <= axis.place(value) <= 240 for value in values if math.isfinite(value))


def test_clouds_share_their_axes_and_compare_their_spreads() -> None:
    """The wider residuals fill the bar, the other's bar is in proportion."""
    mine = _series((0.0, 1.0), (0.0, 8.0))
    theirs = _series((0.0, 1.0), (0.0, 4.0), "reference")

    drawn = _scatter(mine, theirs, spread={"student": 0.2, "reference": 0.05})

    assert drawn.plots[0].y_ticks == drawn.plots[1].y_ticks
    assert [plot.spread.length for plot in drawn.plots if plot.spread] == [100.0, 25.0]
    assert [plot.marks[0].style for plot in drawn.plots] == [0, 1]
    assert drawn.plots[0].marks[0].dots.count("M") == 2


@pytest.mark.parametrize("spread", [math.nan, math.inf, 0.0, -1.0])
def test_a_spread_that_is_no_number_still_has_a_bar(spread: float) -> None:
    """Nothing is divided by zero or by NaN."""
    drawn = _scatter(_series((0.0,), (1.0,)), spread={"student": spread})

    assert drawn.plots[0].spread is not None
    assert 0 <= drawn.plots[0].spread.length <= 100


def test_a_curve_is_broken_where_it_has_no_value() -> None:
    """A NaN in the middle lifts the pen and is counted."""
    drawn = _curves(_series((1, 2, 3, 4, 5), (1.0, 2.0, math.nan, 4.0, 5.0)))

    mark = drawn.plot.marks[0]
    assert re.sub(r"[^ML]", "", mark.line) == "MLML"
    assert mark.lost == 1


def test_a_curve_without_any_value_draws_nothing() -> None:
    """A training that diverged at once says how many points it lost."""
    drawn = _curves(_series((1, 2), (math.nan, math.inf)), log_y=True)

    assert not drawn.log_y
    assert (drawn.plot.marks[0].line, drawn.plot.marks[0].lost) == ("", 2)


def test_labels_of_curves_do_not_cover_each_other() -> None:
    """Curves that end in one place have their names one below the other, within the picture."""
    ends = [_series((1, 2), (3.0, 1.0), role) for role in ("student", "reference", "mean", "median")]

    places = sorted(mark.label_y for mark in _curves(*ends).plot.marks)
    assert all(after - before >= 14.9 for before, after in itertools.pairwise(places))
    assert places[-1] <= 230


def test_a_broadcast_marks_its_diagonal_on_top() -> None:
    """The values that were meant are drawn last, so that their frame is whole."""
    drawn = _broadcast(3, 3)

    assert [cell.diagonal for cell in drawn.table] == [False] * 6 + [True] * 3
    assert [cell.text for cell in drawn.table[-3:]] == ["0.0", "11.0", "22.0"]
    assert not drawn.cut


def test_a_large_broadcast_is_drawn_in_part() -> None:
    """Eight rows and columns are enough to see what happens."""
    drawn = _broadcast(40, 12)

    assert len(drawn.table) == 64
    assert drawn.cut
    assert (drawn.rows, drawn.columns) == (40, 12)
