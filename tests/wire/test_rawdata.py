"""Raw bytes of tensors and arrays, beyond what the round trips show."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader.wire.faults import ProtocolBroken
from grader.wire.rawdata import check_shape, holds_bytes, is_plain, make_array, make_tensor, tensor_bytes


def test_a_byte_that_is_no_bool_becomes_one() -> None:
    """What torch and numpy do with a bool of 7 is undefined."""
    assert make_tensor("bool", [3], b"\x00\x01\x07").view(torch.uint8).tolist() == [0, 1, 1]
    assert make_array("|b1", [3], b"\x00\x01\x07").view(np.uint8).tolist() == [0, 1, 1]


def test_a_made_tensor_owns_its_memory() -> None:
    """It is no view, may be resized, and does not share memory with the frame."""
    data = b"\0" * 8
    tensor = make_tensor("float32", [2], data)
    tensor += 1
    tensor.resize_(9)

    assert tensor._base is None
    assert data == b"\0" * 8


def test_contents_are_compared_bit_for_bit() -> None:
    """NaN equals itself, and zero is not minus zero."""
    tensor = torch.tensor([float("nan"), 0.0])

    assert holds_bytes(tensor, tensor_bytes(tensor))
    assert not holds_bytes(tensor, tensor_bytes(-tensor))
    assert holds_bytes(tensor.reshape(2, 1).expand(2, 3), tensor_bytes(tensor.reshape(2, 1).repeat(1, 3)))


@pytest.mark.parametrize(("shape", "size"), [([2, 3], 23), ([2, 3], 25), ([0], 4), ([2**40, 2**40], 0), ([1] * 33, 4)])
def test_a_shape_must_fit_its_bytes(shape: list[int], size: int) -> None:
    """Exactly."""
    with pytest.raises(ProtocolBroken, match="shape"):
        check_shape(shape, 4, size)


def test_what_has_no_plain_memory_is_not_plain() -> None:
    """Sparse, meta, nested and conjugated things are told apart."""
    assert is_plain(torch.ones(2, 0))
    assert is_plain(torch.ones(2, dtype=torch.complex64).conj())
    assert not is_plain(torch.ones(2).to_sparse())
    assert not is_plain(torch.empty(2, device="meta"))
    assert not is_plain(torch.ones([1] * 40))
