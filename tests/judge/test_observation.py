"""What is noted while a case runs: bounded, and pictured before the call."""

from __future__ import annotations

import torch

from grader.judge.faults import NameUnusable
from grader.judge.observation import KEPT_CALLS, Observation
from grader.model.result import Finding, FindingKind
from grader.model.verdict import Verdict


def test_only_the_last_calls_are_kept() -> None:
    """A training loop does not fill the result."""
    noted = Observation()
    for step in range(100):
        noted.note_call("f", ("x",), [step], {})

    assert [call.arguments[0].value.values for call in noted.calls] == [(97,), (98,), (99,)]
    assert len(noted.calls) == KEPT_CALLS


def test_arguments_have_the_contracts_names() -> None:
    """By position, beyond the contract by number, and by keyword."""
    noted = Observation()
    noted.note_call("sgd", ("params", "lr"), [[torch.ones(2)], 0.1, 5], {"batch_size": 4})

    assert [argument.name for argument in noted.calls[0].arguments] == ["params", "lr", "#3", "batch_size"]


def test_an_argument_is_pictured_as_it_was_before_the_call() -> None:
    """A function that changes its input does not change the evidence."""
    noted, tensor = Observation(), torch.tensor([1.0, 2.0])
    noted.note_call("f", ("x",), [tensor], {})
    tensor.zero_()

    assert noted.calls[0].arguments[0].value.values == (1.0, 2.0)


def test_later_calls_with_large_tensors_go_without_statistics() -> None:
    """A pass over every argument of every step would cost more than the steps."""
    noted, large = Observation(), torch.zeros(1000)
    noted.note_call("f", ("x",), [large], {})
    first = noted.calls[-1].arguments[0].value
    for _ in range(30):
        noted.note_call("f", ("x",), [large], {})

    assert (first.mean, noted.calls[-1].arguments[0].value.mean) == (0.0, None)


def test_the_first_fault_is_kept() -> None:
    """What went wrong first decides."""
    noted = Observation()
    first, second = (NameUnusable(Verdict.MISSING, Finding(kind=FindingKind.NAME_MISSING, subject=s)) for s in "ab")
    noted.note_fault(first)

    assert noted.note_fault(second) is second
    assert noted.fault is first
