"""The single home of putting back what the far side changed: tensors and arrays that outlive a case.

The judge is warm. A constant of a suite, or a parameter of a parametrized test, is the same object for every case and
every hand-in. What one hand-in does to it in place is seen by the case that passed it, and must be seen by no other.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np
import torch

from grader.wire import rawdata

if TYPE_CHECKING:
    from grader.wire.tensors import SharedArray, SharedTensor


class ArrayBefore:
    """An array as it was before the far side changed it."""

    def __init__(self, shared: SharedArray) -> None:
        """Note the contents that both sides agreed on."""
        self._array = shared.thing
        self._agreed = (shared.dtype, shared.shape, shared.data)

    def put_back(self) -> None:
        """Write them into the array; a judge that has locked it since did so on purpose."""
        if rawdata.is_writable(self._array):
            np.copyto(self._array, rawdata.make_array(*self._agreed))


class TensorBefore:
    """A tensor as it was before the far side changed it: contents, gradient, and what it was to autograd.

    Memory is noted beside contents: the tensor may be a view of another one, which the far side's change reached, too.
    """

    def __init__(self, shared: SharedTensor) -> None:
        """Note the contents that both sides agreed on."""
        tensor = self._tensor = shared.thing
        self._memory = rawdata.get_data(tensor)
        self._agreed = (shared.dtype, shared.shape, shared.data)
        self._requires_grad = rawdata.get_requires_grad(tensor)
        self._is_leaf = rawdata.get_is_leaf(tensor)
        self._keeps_grad = self._is_leaf or rawdata.get_retains_grad(tensor)
        self._grad = rawdata.get_grad(tensor) if self._keeps_grad else None
        self._grad_agreed = None if self._grad is None else shared.grad

    def put_back(self) -> None:
        """Restore everything; the tensor stays the same object."""
        tensor = self._tensor
        with torch.no_grad():
            if self._is_leaf and not rawdata.get_is_leaf(tensor):
                rawdata.detach_in_place(tensor)
            if rawdata.get_is_leaf(tensor):
                rawdata.set_requires_grad(tensor, False)
            _write(self._memory, *self._agreed)
            rawdata.set_data(tensor, self._memory)
            if self._grad is not None and self._grad_agreed is not None:
                _write(rawdata.get_data(self._grad), *self._agreed[:2], self._grad_agreed)
            if self._keeps_grad:
                rawdata.set_grad(tensor, self._grad)
            if rawdata.get_is_leaf(tensor):
                rawdata.set_requires_grad(tensor, self._requires_grad)


def _write(memory: torch.Tensor, dtype: str, shape: tuple[int, ...], data: bytes) -> None:
    """The contents into the memory; an expanded tensor's cannot be written to, and the far side's change was not."""
    if rawdata.holds_bytes(memory, data):
        return
    with contextlib.suppress(RuntimeError):
        memory.copy_(rawdata.make_tensor(dtype, shape, data))
