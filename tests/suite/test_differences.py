"""How two results differ: the laws of factors, transposition and the worst element."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.suite.differences import constant_factor, difference, introduces_non_finite, is_transposed

numbers = st.floats(min_value=-1e6, max_value=1e6, allow_nan=False).map(lambda x: x if abs(x) > 1e-3 else 1.5)
vectors = st.lists(numbers, min_size=2, max_size=6).map(lambda values: torch.tensor(values, dtype=torch.float64))
factors = st.sampled_from([0.5, 2.0, -1.0, 3.0, 10.0, -0.25, 1 / 7])


@given(vectors, factors)
def test_a_multiple_is_recognised(expected: torch.Tensor, factor: float) -> None:
    """``factor * e`` differs from ``e`` by that factor, whatever ``e`` is."""
    assert constant_factor(expected * factor, expected) == pytest.approx(factor, rel=1e-4)


@given(vectors)
def test_a_result_is_no_multiple_of_itself(expected: torch.Tensor) -> None:
    """Neither 1 nor 0 is a telling factor."""
    assert constant_factor(expected, expected) is None
    assert constant_factor(torch.zeros_like(expected), expected) is None


def test_a_factor_must_be_constant() -> None:
    """Elements that disagree, and zeros that became something, are no multiple."""
    expected = torch.tensor([1.0, 2.0, 0.0])

    assert constant_factor(torch.tensor([2.0, 4.1, 0.0]), expected) is None
    assert constant_factor(torch.tensor([2.0, 4.0, 1.0]), expected) is None
    assert constant_factor(torch.tensor([2.0, 4.0, 0.0]), expected) == pytest.approx(2)


def test_of_one_element_only_a_simple_factor_is_believed() -> None:
    """Any number is a multiple of any other; half of it is telling."""
    assert constant_factor(torch.tensor([1.5]), torch.tensor([3.0])) == pytest.approx(0.5)
    assert constant_factor(torch.tensor([1.7]), torch.tensor([3.0])) is None


@given(vectors, vectors)
def test_a_difference_is_there_exactly_where_elements_are_not_close(left: torch.Tensor, right: torch.Tensor) -> None:
    """It agrees with torch's own comparison."""
    size = min(len(left), len(right))
    got, expected = left[:size], right[:size]

    found = difference(got, expected, rtol=1e-5, atol=1e-8)

    assert (found is None) == torch.allclose(got, expected, rtol=1e-5, atol=1e-8)
    if found is not None:
        worst = got[found.index] - expected[found.index]
        assert abs(worst.item()) == pytest.approx(found.largest_absolute)


def test_infinite_differences_stay_finite_numbers() -> None:
    """What a report holds can be written as JSON."""
    found = difference(torch.tensor([math.inf, 1.0]), torch.tensor([1.0, 1.0]), rtol=0, atol=0)

    assert found is not None
    assert math.isfinite(found.largest_absolute)
    assert math.isfinite(found.largest_relative)
    assert found.index == (0,)


def test_equal_infinities_and_nans_do_not_differ() -> None:
    """Where the expected value is infinite or NaN, the same is right."""
    values = torch.tensor([math.inf, -math.inf, math.nan])

    assert difference(values, values.clone(), rtol=0, atol=0) is None
    assert not introduces_non_finite(values, values)


@given(st.integers(1, 4), st.integers(1, 4))
def test_a_transpose_is_recognised_by_shape_and_values(rows: int, columns: int) -> None:
    """Only two axes are ever exchanged, and only with the same values."""
    expected = torch.arange(1.0, rows * columns + 1).reshape(rows, columns)

    assert is_transposed(expected.T, expected, rtol=0, atol=0)
    assert not is_transposed(expected.T + 1, expected, rtol=0, atol=0)
    assert not is_transposed(expected.reshape(-1), expected, rtol=0, atol=0)


def test_scalars_and_integers_differ_too() -> None:
    """A result without axes has the empty index."""
    found = difference(torch.tensor(5), torch.tensor(3), rtol=0, atol=0)

    assert found is not None
    assert (found.index, found.largest_absolute) == ((), 2)
