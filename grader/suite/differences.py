"""The single home of numeric comparison: how far two results are apart, and in which telling way."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from grader.model.result import Difference

FACTOR_RTOL = 1e-4
"""How constant ``got / expected`` must be to count as one factor."""
_CLEAR_FACTORS = (2.0, 0.5, -1.0, 4.0, 0.25, -2.0, -0.5, 3.0, 1 / 3)
"""Factors that are believed of a single element."""


def difference(got: Tensor, expected: Tensor, *, rtol: float, atol: float) -> Difference | None:
    """How ``got`` differs from ``expected``, which has the same shape; None where all elements are close.

    An element is close where ``|got - expected| <= atol + rtol * |expected|``, or where both are NaN or the same
    infinity.
    """
    ours, theirs = _wide(got), _wide(expected)
    wrong = ~torch.isclose(ours, theirs, rtol=rtol, atol=atol, equal_nan=True)
    mismatched = int(wrong.sum())
    if mismatched == 0:
        return None
    absolute = _finite((ours - theirs).abs())
    relative = _finite(absolute / theirs.abs())
    where = int(torch.where(wrong, absolute, torch.full_like(absolute, -1.0)).reshape(-1).argmax())
    return Difference(
        largest_absolute=float(absolute[wrong].max()),
        largest_relative=float(relative[wrong].max()),
        index=_unravelled(where, tuple(got.shape)),
        mismatched=mismatched,
        total=got.numel(),
        atol=atol,
        rtol=rtol,
        factor=constant_factor(ours, theirs),
    )


def constant_factor(got: Tensor, expected: Tensor) -> float | None:  # noqa: PLR0911 - each a reason against it
    """The constant other than 0 and 1 by which ``got`` is a multiple of ``expected``, if there is one.

    Two elements other than zero must agree on it; of a single element only a simple factor is believed.
    """
    ours, theirs = _wide(got), _wide(expected)
    if ours.is_complex() or theirs.is_complex() or ours.shape != theirs.shape:
        return None
    matters = theirs != 0
    if not bool(torch.isfinite(ours).all() & torch.isfinite(theirs).all() & matters.any()):
        return None
    scale = theirs.abs().max()
    if bool((ours[~matters].abs() > FACTOR_RTOL * scale).any()):
        return None
    # The least-squares factor: one element's rounding error does not move it.
    unit_ours, unit_theirs = ours[matters] / scale, theirs[matters] / scale
    factor = float((unit_ours * unit_theirs).sum() / (unit_theirs * unit_theirs).sum())
    if not math.isfinite(factor) or factor == 0 or abs(factor - 1) <= 10 * FACTOR_RTOL:
        return None
    ratios = unit_ours / unit_theirs
    if bool(((ratios - factor).abs() > FACTOR_RTOL * abs(factor)).any()):
        return None
    if ratios.numel() == 1 and not any(math.isclose(factor, clear, rel_tol=FACTOR_RTOL) for clear in _CLEAR_FACTORS):
        return None
    return factor


def is_transposed(got: Tensor, expected: Tensor, *, rtol: float, atol: float) -> bool:
    """Whether ``got`` is ``expected`` with its two axes exchanged, and that is not the same thing."""
    if got.dim() != 2 or expected.dim() != 2 or tuple(got.shape) != tuple(reversed(expected.shape)):  # noqa: PLR2004
        return False
    if got.numel() == 0 or got.dtype.is_complex != expected.dtype.is_complex:
        return False
    return bool(torch.isclose(_wide(got).T, _wide(expected), rtol=rtol, atol=atol, equal_nan=True).all())


def introduces_non_finite(got: Tensor, expected: Tensor) -> bool:
    """Whether ``got`` has NaN or an infinity where ``expected`` has a number."""
    return bool((~torch.isfinite(_wide(got)) & torch.isfinite(_wide(expected))).any())


def _wide(value: Tensor) -> Tensor:
    """The values in the widest type of their kind, outside the graph."""
    plain = value.detach().cpu()
    return plain.to(torch.complex128 if plain.is_complex() else torch.float64)


def _finite(value: Tensor) -> Tensor:
    """The same with NaN and infinities replaced by the largest number, so that every report can hold it."""
    largest = torch.finfo(torch.float64).max
    return torch.nan_to_num(value, nan=largest, posinf=largest, neginf=-largest)


def _unravelled(position: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index of the element at ``position`` in row-major order."""
    index: list[int] = []
    for size in reversed(shape):
        index.append(position % size)
        position //= size
    return tuple(reversed(index))
