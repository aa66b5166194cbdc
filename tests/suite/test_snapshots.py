"""Snapshots: bounded for every value, and blind to what hostile values would do."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.suite.snapshots import MAX_ELEMENTS, MAX_TEXT, snapshot

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=300) | st.complex_numbers()
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=4) | st.tuples(inner)
    ),
    max_leaves=20,
)


@given(values)
def test_a_snapshot_is_bounded_and_can_be_written(value: Any) -> None:
    """At most 64 elements, 200 characters, and always JSON."""
    picture = snapshot(value)

    assert picture.text is None or len(picture.text) <= MAX_TEXT
    assert picture.values is None or len(picture.values) <= MAX_ELEMENTS
    assert msgspec.json.decode(msgspec.json.encode(picture), type=type(picture)) == picture


@given(values)
def test_the_same_value_gives_the_same_snapshot(value: Any) -> None:
    """Nothing in it depends on time or place."""
    assert snapshot(value) == snapshot(value)


def test_a_small_tensor_is_shown_whole() -> None:
    """Shape, dtype and every element, NaN and infinities as text."""
    picture = snapshot(torch.tensor([[1.0, math.nan], [math.inf, -math.inf]], requires_grad=True))

    assert (picture.kind, picture.type_name, picture.shape, picture.dtype) == (
        "tensor",
        "Tensor",
        (2, 2),
        "torch.float32",
    )
    assert picture.values == (1.0, "nan", "inf", "-inf")
    assert picture.requires_grad is True


def test_a_large_tensor_is_shown_by_statistics_and_its_beginning() -> None:
    """Statistics look at the finite elements."""
    tensor = torch.arange(100.0).reshape(10, 10)
    tensor[0, 0] = math.nan

    picture = snapshot(tensor)

    assert (picture.values, picture.minimum, picture.maximum, picture.mean) == (None, 1.0, 99.0, 50.0)
    assert picture.text == "[nan, 1, 2, 3, 4, 5, …]"
    assert snapshot(tensor, statistics=False).text is None


@pytest.mark.parametrize(
    "value",
    [
        torch.zeros(0, 3),
        torch.tensor(3),
        torch.zeros(3, dtype=torch.bfloat16),
        torch.zeros(2, dtype=torch.complex64),
        torch.zeros(100, dtype=torch.complex64),
        torch.full((100,), math.nan),
        torch.zeros(2, 2).to_sparse(),
        torch.zeros(2, device="meta"),
        torch.nn.Parameter(torch.ones(2)),
        np.zeros((0, 2)),
        np.array(["a", "b"]),
        np.array([object()]),
        np.float32(1.5),
        np.zeros(1000, dtype=np.int8),
    ],
    ids=str,
)
def test_unusual_tensors_and_arrays_have_snapshots(value: Any) -> None:
    """No shape, dtype or layout is too odd."""
    picture = snapshot(value)

    assert picture.shape == tuple(value.shape)


def test_a_hostile_object_is_only_named() -> None:
    """No special method of an unknown type runs."""

    class Hostile:
        def __repr__(self) -> str:
            raise AssertionError("repr was asked")

        __str__ = __len__ = __iter__ = __eq__ = __repr__  # type: ignore[assignment]
        __hash__ = None  # type: ignore[assignment]

    assert (snapshot(Hostile()).type_name, snapshot(Hostile()).text) == ("Hostile", None)
    assert snapshot([Hostile(), {"x": Hostile()}]).text == "[Hostile, {'x': Hostile}]"


def test_deep_and_long_lists_are_cut() -> None:
    """Neither depth nor length costs anything."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]

    assert snapshot(deep).text == "[[[[…]]]]"
    assert snapshot(list(range(1_000_000))).text == "[0, 1, 2, 3, 4, 5, 6, 7, …]"
    while deep:  # taken apart by hand: freeing a deep list recurses
        deep = deep[0]


def test_huge_integers_and_texts_are_cut() -> None:
    """Python refuses to print the first and would print all of the second."""
    assert snapshot(10**5000).text == "an integer of 16610 bits"
    assert len(snapshot("x" * 1_000_000).text or "") == MAX_TEXT
    assert snapshot("\ud800").text == "?"


def test_a_set_has_one_order() -> None:
    """The order of a set of texts differs from process to process; its snapshot does not."""
    assert snapshot({"b", "a", "c"}).values == ("a", "b", "c")
    assert snapshot({"b", "a"}).text == "{'a', 'b'}"


def test_plain_things_read_as_python_writes_them() -> None:
    """Tuples, sizes and nested containers look as in code."""
    assert snapshot((8,)).text == "(8,)"
    assert snapshot(torch.Size([8, 1])).text == "(8, 1)"
    assert snapshot([torch.zeros(2, 1), None, 1.5]).text == "[<Tensor (2, 1)>, None, 1.5]"
    assert snapshot(torch.float32).text == "torch.float32"
    assert snapshot(None).kind == "none"
