"""Exact equality: by content for what is known, by identity for what is not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.suite.equality import same

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(plain, plain)
def test_plain_values_are_equal_as_python_says(left: Any, right: Any) -> None:
    """Without floats, tensors and strangers it is ``==``."""
    assert same(left, right) == (left == right)


@pytest.mark.parametrize(
    ("left", "right", "equal"),
    [
        (math.nan, math.nan, True),
        (torch.tensor([math.nan]), torch.tensor([math.nan]), True),
        (torch.tensor([1, 2]), torch.tensor([1, 2]), True),
        (torch.tensor([1, 2]), torch.tensor([1.0, 2.0]), False),
        (torch.Size([2, 1]), (2, 1), True),
        ([1], (1,), False),
        (np.array([1.0, math.nan]), np.array([1.0, math.nan]), True),
        (np.array([object()]), np.array([object()]), False),
        (np.int64(3), 3, True),
        (torch.float32, torch.float32, True),
        ({"a": torch.zeros(2)}, {"a": torch.zeros(2)}, True),
        ({1, 2}, frozenset({2, 1}), True),
        (object(), object(), False),
    ],
)
def test_values_of_every_known_kind(left: Any, right: Any, *, equal: bool) -> None:
    """Content, shape and dtype decide; a stranger equals only itself."""
    assert same(left, right) is equal


def test_nothing_of_a_strangers_runs() -> None:
    """A far object's ``==`` and ``hash`` are never asked."""

    class Stranger:
        def __eq__(self, other: object) -> bool:
            raise AssertionError("asked")

        def __hash__(self) -> int:
            return 1

    stranger = Stranger()

    assert same(stranger, stranger)
    assert not same(stranger, 3)
    assert not same([stranger], [Stranger()])
    assert not same({stranger: 1}, {Stranger(): 1})
