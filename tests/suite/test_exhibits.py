"""Exhibits: bounded, finite, attached to the running case only."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.model.result import Broadcast, Curves, Scatter
from grader.suite import Text, series, show_broadcast, show_curves, show_scatter
from grader.suite.exhibits import MAX_EXHIBITS, MAX_POINTS, MAX_TABLE, collecting

TITLE = Text(en="data", zh="数据")


@given(st.lists(st.floats(), max_size=500))
def test_a_series_is_bounded_and_finite(values: list[float]) -> None:
    """Whatever the student's data hold."""
    shown = series("student", list(range(len(values))), values)

    assert len(shown.x) == len(shown.y) <= MAX_POINTS
    assert all(math.isfinite(value) for value in shown.x + shown.y)


def test_thinning_is_even_and_keeps_both_ends() -> None:
    """Of a thousand points, two hundred evenly spaced ones are shown."""
    shown = series("student", torch.arange(1000.0), torch.arange(1000.0))

    steps = {b - a for a, b in zip(shown.x, shown.x[1:], strict=False)}

    assert (len(shown.x), shown.x[0], shown.x[-1]) == (MAX_POINTS, 0, 999)
    assert steps == {5.0, 6.0} or steps <= {4.0, 5.0, 6.0}


@pytest.mark.parametrize("values", [None, object(), "abc", [object()], torch.zeros(2, dtype=torch.complex64), {}])
def test_what_is_no_data_shows_nothing(values: Any) -> None:
    """A result that cannot be drawn never breaks the case."""
    assert series("student", values, values).x == ()


def test_the_running_case_collects_what_it_shows() -> None:
    """Scatter, curves and broadcast arrive in order."""
    cloud = series("student", [1, 2, 3], [4.0, 5.0, 6.0])
    with collecting() as exhibits:
        show_scatter(title=TITLE, x_label=TITLE, y_label=TITLE, series=[cloud], spread={"student": math.nan})
        show_curves(title=TITLE, x_label=TITLE, y_label=TITLE, series=[cloud], log_y=True)
        show_broadcast(
            title=TITLE, column_label="y_hat", row_label="y", column=[1, 2], row=[3, 4, 5], operation=lambda a, b: a - b
        )

    assert [type(exhibit) for exhibit in exhibits] == [Scatter, Curves, Broadcast]
    assert isinstance(exhibits[2], Broadcast)
    assert exhibits[2].table == ((-2, -3, -4), (-1, -2, -3))


def test_a_broadcast_is_at_most_eight_by_eight() -> None:
    """A larger table is cut, not refused."""
    with collecting() as exhibits:
        show_broadcast(
            title=TITLE, column_label="a", row_label="b", column=range(99), row=range(99), operation=lambda a, b: a * b
        )

    assert isinstance(exhibits[0], Broadcast)
    assert (len(exhibits[0].table), len(exhibits[0].table[0])) == (MAX_TABLE, MAX_TABLE)


def test_a_case_shows_a_few_exhibits_at_most_and_none_outside() -> None:
    """A loop cannot fill a report, and nothing leaks into the next case."""
    show_curves(title=TITLE, x_label=TITLE, y_label=TITLE, series=[])
    with collecting() as exhibits:
        for _ in range(100):
            show_curves(title=TITLE, x_label=TITLE, y_label=TITLE, series=[])

    assert len(exhibits) == MAX_EXHIBITS


@pytest.mark.parametrize("value", [None, "0.01", 1j, object(), [0.01], torch.ones(3), torch.tensor(1j), np.array("x")])
def test_a_spread_that_is_no_number_is_left_out(value: Any) -> None:
    """The picture is shown without it."""
    with collecting() as exhibits:
        show_scatter(title=TITLE, x_label=TITLE, y_label=TITLE, series=[], spread={"student": value, "reference": 0.01})

    assert isinstance(exhibits[0], Scatter)
    assert exhibits[0].spread == {"reference": 0.01}


def test_an_operation_that_fails_leaves_its_cells_blank() -> None:
    """Numbers too large for Python and a division by zero end in no error of the case."""
    with collecting() as exhibits:
        show_broadcast(
            title=TITLE, column_label="a", row_label="b", column=[1e300], row=[0.0], operation=lambda a, b: a**99 / b
        )

    assert isinstance(exhibits[0], Broadcast)
    assert exhibits[0].table == ((0.0,),)


@pytest.mark.parametrize(
    "odd",
    [
        torch.tensor(1.0),
        torch.zeros(0),
        torch.ones(2, 3, requires_grad=True),
        torch.tensor([True, False]),
        torch.eye(2).to_sparse(),
        torch.ones(2, device="meta"),
        np.array([[1, 2]], dtype=np.uint16),
        np.array([1.5], dtype=np.longdouble),
        [1, None],
        [10**400, 2],
        [torch.ones(2)],
        (torch.tensor(1.0), np.float16(2)),
    ],
    ids=repr,
)
def test_odd_data_never_break_the_case(odd: Any) -> None:
    """Whatever shape, type or place they have; where lengths differ, the shorter is shown."""
    shown = series("student", odd, [1.0, 2.0, 3.0])

    assert len(shown.x) == len(shown.y) <= 3
