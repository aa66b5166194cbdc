"""Outputs: brought into nbformat's form, within a budget, whatever was reported."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.feedback.outputs import OutputBudget

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["output_type", "name", "text", "data", "metadata", "execution_count", "ename", "evalue", "traceback"]
)
KINDS = st.sampled_from(["stream", "display_data", "execute_result", "error", "widget"])


@given(st.lists(st.dictionaries(FIELDS, KINDS | JSON, max_size=6), max_size=4))
def test_whatever_is_reported_becomes_a_valid_notebook(reported: list[dict[str, Any]]) -> None:
    """Renderers never meet a form that nbformat does not allow."""
    outputs = OutputBudget(10_000).take(tuple(reported))
    cell: dict[str, Any] = {
        "cell_type": "code",
        "source": "",
        "metadata": {},
        "execution_count": None,
        "outputs": list(outputs),
    }

    nbformat.validate({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]})


@pytest.mark.parametrize(
    ("reported", "kept"),
    [
        (
            {"output_type": "stream", "name": "stderr", "text": ["a\n", "b"]},
            {"output_type": "stream", "name": "stderr", "text": "a\nb"},
        ),
        (
            {"output_type": "execute_result", "data": {"text/plain": "3", "application/json": {"a": 1}}, "extra": 1},
            {"output_type": "execute_result", "data": {"text/plain": "3"}, "metadata": {}, "execution_count": None},
        ),
        (
            {"output_type": "error", "ename": "E\x1b[1m", "evalue": "v", "traceback": ["t", 3]},
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t", ""]},
        ),
    ],
)
def test_an_output_keeps_what_its_kind_has(reported: dict[str, Any], kept: dict[str, Any]) -> None:
    """Known fields stay, in their types; the rest is left out."""
    assert OutputBudget(1000).take((reported,)) == (kept,)


def test_what_does_not_fit_is_left_out_and_noted() -> None:
    """A large output does not crowd out a small one after it."""
    budget = OutputBudget(30)
    outputs = budget.take(tuple({"output_type": "stream", "text": "x" * size} for size in (100, 5)))

    assert [output["text"] for output in outputs] == ["xxxxx"]
    assert budget.exceeded


def test_the_budget_is_shared_by_all_cells() -> None:
    """Many cells together may not exceed it either."""
    budget = OutputBudget(60)
    stream = {"output_type": "stream", "text": "x" * 20}

    assert len(budget.take((stream,))) == 1
    assert len(budget.take((stream,))) == 0
