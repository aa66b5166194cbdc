"""The single home of exact equality that runs no code of the compared values' types."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

_SCALARS = (bool, int, float, complex, str, bytes, torch.dtype, torch.device)
_MAX_DEPTH = 64


def same(got: Any, expected: Any, *, depth: int = 0) -> bool:  # noqa: PLR0911 - one for each kind of value
    """Whether two values are equal, element by element; NaN equals NaN, and an unknown object only itself."""
    if got is expected:
        return True
    if depth > _MAX_DEPTH:
        return False
    if isinstance(got, Tensor) and isinstance(expected, Tensor):
        return _same_tensors(got, expected)
    if isinstance(got, np.ndarray | np.generic) and isinstance(expected, np.ndarray | np.generic):
        return _same_arrays(np.asarray(got), np.asarray(expected))
    if isinstance(got, np.generic) or isinstance(expected, np.generic):
        return same(_plain(got), _plain(expected), depth=depth + 1)
    if isinstance(got, _SCALARS) and isinstance(expected, _SCALARS):
        return bool(got == expected) or (got != got and expected != expected)  # noqa: PLR0124 - NaN, the only such value
    return _same_containers(got, expected, depth=depth + 1)


def _same_tensors(got: Tensor, expected: Tensor) -> bool:
    """Shape, dtype and every element."""
    if got.shape != expected.shape or got.dtype != expected.dtype:
        return False
    ours, theirs = got.detach(), expected.detach()
    if ours.is_floating_point() or ours.is_complex():
        return bool(torch.isclose(ours, theirs, rtol=0.0, atol=0.0, equal_nan=True).all())
    return bool(torch.equal(ours, theirs))


def _same_arrays(got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any]) -> bool:
    """Shape, dtype and every element; arrays of objects are never compared."""
    if got.shape != expected.shape or got.dtype != expected.dtype or got.dtype.hasobject:
        return False
    return bool(np.array_equal(got, expected, equal_nan=got.dtype.kind in "fc"))


def _same_containers(got: Any, expected: Any, *, depth: int) -> bool:
    """Lists with lists, tuples (``torch.Size`` among them) with tuples, sets with sets, dicts by key."""
    for kind in (list, tuple):
        if isinstance(got, kind) and isinstance(expected, kind):
            return len(got) == len(expected) and all(
                same(ours, theirs, depth=depth) for ours, theirs in zip(got, expected, strict=True)
            )
    if isinstance(got, set | frozenset) and isinstance(expected, set | frozenset):
        return _only_scalars(got) and _only_scalars(expected) and got == expected
    if isinstance(got, dict) and isinstance(expected, dict):
        return (
            _only_scalars(got)
            and _only_scalars(expected)
            and got.keys() == expected.keys()
            and all(same(got[key], expected[key], depth=depth) for key in expected)
        )
    return False


def _only_scalars(keys: Any) -> bool:
    """Whether hashing and comparing these keys runs no unknown code."""
    return all(key is None or isinstance(key, _SCALARS) for key in keys)


def _plain(value: Any) -> Any:
    """A numpy scalar as Python's."""
    return value.item() if isinstance(value, np.generic) and not value.dtype.hasobject else value
