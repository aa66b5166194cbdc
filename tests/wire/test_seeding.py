"""Tests of seeds."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import torch

from grader.wire.seeding import seed_everything

if TYPE_CHECKING:
    import pytest


def _draws() -> tuple[float, float, float]:
    """One draw from each generator."""
    return random.random(), float(np.random.rand()), float(torch.rand(()))  # noqa: NPY002 - the global one is meant


def test_one_seed_repeats_every_generator() -> None:
    """The same seed gives the same draws from random, numpy and torch, another seed gives others."""
    seed_everything(7)
    first = _draws()
    seed_everything(7)
    second = _draws()
    seed_everything(8)
    third = _draws()

    assert first == second
    assert not set(first) & set(third)


def test_a_seed_means_what_it_means_to_torch() -> None:
    """Draws after seeding are those after torch.manual_seed, so that an author can repeat them by hand."""
    torch.manual_seed(12)
    by_hand = torch.randn(5)
    seed_everything(12)

    assert torch.equal(torch.randn(5), by_hand)


def test_seeds_beyond_a_generators_range_are_folded() -> None:
    """A seed of 64 bits is fine for numpy's 32."""
    seed_everything(2**64 - 1)
    first = _draws()
    seed_everything(2**64 - 1)

    assert _draws() == first


def test_a_hand_in_that_assigns_to_the_seeding_functions_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """``torch.manual_seed = 42``, a common slip, leaves seeding as it was."""
    monkeypatch.setattr(torch, "manual_seed", 42)
    monkeypatch.setattr(random, "seed", 42)
    monkeypatch.setattr(np.random, "seed", 42)

    seed_everything(3)
    first = _draws()
    seed_everything(3)

    assert _draws() == first
