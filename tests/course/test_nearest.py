"""Tests of guessing what a person meant to write."""

from __future__ import annotations

import pytest

from grader.course.nearest import nearest, suggestion


@pytest.mark.parametrize(
    ("written", "meant"),
    [("linear_regresion", "linear_regression"), ("Linear-Regression", "linear_regression"), ("softmax", "softmax")],
)
def test_a_slip_finds_the_word_that_was_meant(written: str, meant: str) -> None:
    """Missing letters, capitals and hyphens do not hide the word."""
    assert nearest(written, ["softmax", "linear_regression"]) == meant


def test_a_word_from_nowhere_is_near_to_none() -> None:
    """What resembles nothing gets no guess, but the list."""
    assert nearest("zzz", ["softmax"]) is None
    assert suggestion("zzz", ["softmax", "attention"]) == "there is `attention`, `softmax`"
    assert suggestion("zzz", []) == ""
