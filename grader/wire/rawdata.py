"""The single home of raw bytes: tensors and arrays are read from and made of them here, and nowhere else.

Reading runs no code of the object that is read: a tensor subclass may lie in every method it has, so its bytes are
taken through the base class's own accessors. Making checks every number first: the header came from the far side.
"""

from __future__ import annotations

import ctypes
import math
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch

from grader.wire.faults import ProtocolBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MAX_DIMENSIONS = 32
MAX_LENGTH = 2**40
"""Of one dimension: an empty tensor may have any other dimension, as long as strides can be computed."""

TORCH_DTYPES: Final = {
    name: getattr(torch, name)
    for name in (
        "float32", "float64", "float16", "bfloat16", "int64", "int32", "int16", "int8", "uint8", "uint16", "uint32",
        "uint64", "bool", "complex64", "complex128",
    )
}  # fmt: skip
_TORCH_NAMES: Final = {dtype: name for name, dtype in TORCH_DTYPES.items()}
_CPU = torch.device("cpu")
_CODE_POINT_LIMIT = 0x110000
_ARRAY_DTYPE = re.compile(r"\|b1|\|[iu]1|<[iu][248]|<f[248]|<c(8|16)|<U[1-9]\d{0,5}|\|S[1-9]\d{0,6}")

_Base: Any = torch._C.TensorBase  # noqa: SLF001 - the only accessors that a subclass cannot replace
_memcmp = ctypes.CDLL(None).memcmp
_memcmp.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]

get_requires_grad = _Base.requires_grad.__get__
get_is_leaf = _Base.is_leaf.__get__
get_retains_grad = _Base.retains_grad.__get__
get_grad_fn = _Base.grad_fn.__get__
get_grad = _Base.grad.__get__
set_grad = _Base.grad.__set__
get_data = _Base.data.__get__
set_data = _Base.data.__set__
set_requires_grad = _Base.requires_grad.__set__
get_dtype = _Base.dtype.__get__
get_shape = _Base.shape.__get__
detach_in_place = _Base.detach_
is_view = _Base._is_view  # noqa: SLF001 - as above
get_layout = _Base.layout.__get__
_get_is_cpu = _Base.is_cpu.__get__
_get_is_quantized = _Base.is_quantized.__get__
_get_is_nested = _Base.is_nested.__get__


# -- tensors ----------------------------------------------------------------------------------------------------------


def dtype_name(tensor: torch.Tensor) -> str | None:
    """The name under which the tensor's dtype travels; None where it does not."""
    return _TORCH_NAMES.get(get_dtype(tensor))


def is_plain(tensor: torch.Tensor) -> bool:
    """Whether the tensor is a block of numbers in this process's memory (not sparse, quantized, nested, meta …)."""
    return (
        get_layout(tensor) is torch.strided
        and _get_is_cpu(tensor)
        and not _get_is_quantized(tensor)
        and not _get_is_nested(tensor)
        and get_dtype(tensor) in _TORCH_NAMES
        and len(get_shape(tensor)) <= MAX_DIMENSIONS
        and (_Base.numel(tensor) == 0 or _Base.data_ptr(tensor) != 0)
    )


def byte_count(tensor: torch.Tensor) -> int:
    """What the tensor's elements take in C order."""
    return int(_Base.numel(tensor) * _Base.element_size(tensor))


def tensor_bytes(tensor: torch.Tensor) -> bytes:
    """The elements of a plain tensor in C order."""
    count = byte_count(tensor)
    if not count:
        return b""
    if not _is_raw(tensor):
        tensor = _as_raw(tensor)
    return ctypes.string_at(_Base.data_ptr(tensor), count)


def holds_bytes(tensor: torch.Tensor, data: bytes) -> bool:
    """Whether the elements of a plain tensor are ``data``, bit for bit; copies nothing where it can."""
    count = byte_count(tensor)
    if count != len(data):
        return False
    if not count:
        return True
    if not _is_raw(tensor):
        return tensor_bytes(tensor) == data
    return not _memcmp(_Base.data_ptr(tensor), data, count)


def _is_raw(tensor: torch.Tensor) -> bool:
    return _Base.is_contiguous(tensor) and not _Base.is_neg(tensor) and not _Base.is_conj(tensor)


def _as_raw(tensor: torch.Tensor) -> torch.Tensor:
    plain = _Base.resolve_neg(_Base.resolve_conj(_Base.detach(tensor)))
    contiguous: torch.Tensor = _Base.contiguous(plain)
    return contiguous


def make_tensor(dtype: str, shape: Sequence[int], data: bytes) -> torch.Tensor:
    """A tensor of its own memory with these elements.

    Raises:
        ProtocolBroken: if the header and the bytes do not fit.
    """
    kind = TORCH_DTYPES.get(dtype)
    if kind is None:
        raise ProtocolBroken(f"no tensor dtype {dtype[:40]!r}")
    check_shape(shape, kind.itemsize, len(data))
    # Memory of its own, and no view of anything: autograd forbids changing a view in place in many ways.
    if kind is torch.bool:
        # Any byte but 0 and 1 is no bool at all, and what torch does with it is undefined.
        return make_tensor("uint8", shape, data).ne(0)
    tensor = torch.empty(tuple(shape), dtype=kind, device=_CPU)
    if data:
        ctypes.memmove(tensor.data_ptr(), data, len(data))
    return tensor


def check_shape(shape: Sequence[int], item_bytes: int, data_bytes: int) -> None:
    """Raise `ProtocolBroken` unless elements of ``item_bytes`` in this shape take exactly ``data_bytes``."""
    check_dimensions(shape)
    if math.prod(max(length, 1) for length in shape) * item_bytes >= 2**62:
        raise ProtocolBroken(f"no shape {str(shape)[:80]}")
    needed = math.prod(shape) * item_bytes
    if needed != data_bytes:
        raise ProtocolBroken(f"shape {tuple(shape)} needs {needed} bytes, got {data_bytes}")


def check_dimensions(shape: Sequence[int]) -> None:
    """Raise `ProtocolBroken` unless this is the shape of something that could exist."""
    if len(shape) > MAX_DIMENSIONS or any(not 0 <= length <= MAX_LENGTH for length in shape):
        raise ProtocolBroken(f"no shape {str(shape)[:80]}")


# -- arrays -----------------------------------------------------------------------------------------------------------


_get_array_dtype: Any = np.ndarray.dtype.__get__
get_array_shape: Any = np.ndarray.shape.__get__


def array_dtype_name(dtype: np.dtype[Any]) -> str | None:
    """The name under which an array's dtype travels (always little-endian); None where it does not."""
    name = dtype.newbyteorder("<").str
    return name if _ARRAY_DTYPE.fullmatch(name) else None


def dtype_of_array(array: NDArray[Any]) -> np.dtype[Any]:
    """The dtype, whatever a subclass says."""
    dtype: np.dtype[Any] = _get_array_dtype(array)
    return dtype


def is_writable(array: NDArray[Any]) -> bool:
    """Whether the array may be written to, whatever a subclass says."""
    flags: Any = np.ndarray.flags.__get__(array)
    return bool(flags.writeable)


def array_bytes(array: NDArray[Any]) -> bytes:
    """The elements in C order, little-endian."""
    dtype = dtype_of_array(array)
    if dtype.newbyteorder("<") != dtype:
        array = np.ndarray.astype(array, dtype.newbyteorder("<"), subok=False)
    return np.ndarray.tobytes(array)


def array_dtype(name: str) -> np.dtype[Any]:
    """The dtype that travels under ``name``; `ProtocolBroken` if none does."""
    if not _ARRAY_DTYPE.fullmatch(name):
        raise ProtocolBroken(f"no array dtype {name[:40]!r}")
    return np.dtype(name)


def make_array(dtype: str, shape: Sequence[int], data: bytes) -> NDArray[Any]:
    """An array of its own memory with these elements.

    Raises:
        ProtocolBroken: if the header and the bytes do not fit.
    """
    kind = array_dtype(dtype)
    check_shape(shape, kind.itemsize, len(data))
    array = np.empty(tuple(shape), dtype=kind)
    if not data:
        return array
    if kind.kind == "U" and int(np.frombuffer(data, dtype="<u4").max()) >= _CODE_POINT_LIMIT:
        raise ProtocolBroken("an array of text holds what is no character")
    given = np.frombuffer(data, dtype=np.uint8 if kind.kind == "b" else kind)
    array[...] = given.reshape(tuple(shape))
    return array
