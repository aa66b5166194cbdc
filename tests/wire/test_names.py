"""What objects are called, asked without running their code."""

from __future__ import annotations

import functools
from typing import Any

import pytest
import torch

from grader.wire.names import clean_text, has_special, name_of, parameters_of, type_name_of


class _Liar(type):
    """A metaclass that answers everything."""

    def __getattribute__(cls, name: str) -> Any:
        raise RuntimeError(name)


class _Odd(metaclass=_Liar):
    """An object whose class must not be asked."""

    def __next__(self) -> int:
        return 1

    def __call__(self, a: int, *, b: int = 0) -> int:
        return a + b


class _Net(torch.nn.Module):
    """A module with inputs of its own."""

    def forward(self, X: Any, state: Any) -> Any:
        """Return both."""
        return X, state


@functools.wraps(clean_text)
def _wrapped(*arguments: Any, **keywords: Any) -> str:
    return clean_text(*arguments, **keywords)


def _every_kind(a: int, /, b: int, *rest: int, c: int, **options: int) -> None:
    """Take every kind of parameter."""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (_every_kind, ["a", "b", "*rest", "c", "**options"]), (_wrapped, ["text", "limit"]),
        (lambda x, y=1: (x, y), ["x", "y"]), (_Odd(), ["a", "b"]), (_Net(), ["X", "state"]),
        (torch.no_grad()(_every_kind), ["a", "b", "*rest", "c", "**options"]), ("x".join, None), (len, None),
        (functools.partial(_every_kind, 1), None), (int, None), (_Net().forward, ["X", "state"]),
    ],
)  # fmt: skip
def test_parameters_are_read_from_the_code(value: object, expected: list[str] | None) -> None:
    """Through decorators, methods, modules and callable objects; None where there is no Python code."""
    assert parameters_of(value) == expected


def test_a_type_that_refuses_to_answer_has_a_name() -> None:
    """The metaclass is not asked."""
    odd = _Odd()

    assert type_name_of(odd) == "_Odd"
    assert has_special(odd, "__next__")
    assert not has_special(odd, "__enter__")


def test_functions_methods_and_classes_have_names() -> None:
    """Other objects have none."""
    assert [name_of(value) for value in (_every_kind, _Net().forward, _Odd, len, 3)] == [
        "_every_kind", "forward", "_Odd", "len", "",
    ]  # fmt: skip


def test_text_is_cut_and_cleaned() -> None:
    """Lone surrogates become question marks; everything else stays."""
    assert clean_text("\ud800字x" * 3, 4) == "?字x?"
