"""The single home of Python values on their way out: each becomes a `frames.Value`.

Encoding runs no code of the value: plain types are recognised by ``type(value)``, and what derives from one is read
through that base class's own methods, so that an object that lies in ``__class__``, ``__iter__`` or ``__eq__`` shows
what it holds. What has no translation stays on its side and travels as a handle. `grader.wire.decoding` is the way in.
"""

from __future__ import annotations

from types import EllipsisType
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import torch

from grader.wire import frames, rawdata
from grader.wire.faults import FrameTooLarge
from grader.wire.proxies import RemoteObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from grader.wire.shelf import Shelf

MAX_DEPTH = 64
MAX_ELEMENTS = 200_000
MAX_HASHED = 5_000
"""Elements of one set or dict: an enemy may choose keys that all collide, which costs the square of their number."""
MAX_INTEGER_BITS = 14_000
"""Python refuses to print longer integers by default."""
_SMALL_INTEGERS = range(-(2**63), 2**63)
_TensorBase: type = torch._C.TensorBase  # noqa: SLF001 - the real base: torch.Tensor derives from it in Python
_NUMPY_SCALARS = tuple(np.dtype(code).type for code in "?bBhHiIlLqQefdFD")


class _Unbounded(Exception):  # noqa: N818 - never leaves this module
    """The value is too deep (perhaps endless) or has too many elements."""


class Encoder:
    """Translates the values of one frame."""

    def __init__(self, shelf: Shelf, *, max_bytes: int) -> None:
        self._shelf = shelf
        self._bytes_left = self._max_bytes = max_bytes
        self._elements_left = MAX_ELEMENTS

    def encode(self, value: Any) -> frames.Value:
        """``value`` as it travels; a handle where it is too deep or too large to be copied.

        Raises:
            FrameTooLarge: if the frame would be.
        """
        mark = self._shelf.mark()
        elements_left, bytes_left = self._elements_left, self._bytes_left
        try:
            return self._encode(value, 0)
        except _Unbounded:
            self._shelf.undo_to(mark)
            self._elements_left, self._bytes_left = elements_left, bytes_left
            return self._shelf.object_out(value)

    def _encode(self, value: Any, depth: int) -> frames.Value:
        kind = type(value)
        encode = self._BY_TYPE.get(kind)
        if encode is None:
            encode = next((encode for base, encode in self._BY_BASE if issubclass(kind, base)), Encoder._object)
        return encode(self, value, depth)

    def _items(self, items: Iterable[Any], count: int, depth: int) -> list[frames.Value]:
        self._elements_left -= count
        if depth >= MAX_DEPTH or self._elements_left < 0:
            raise _Unbounded
        return [self._encode(item, depth + 1) for item in items]

    def _spend(self, count: int) -> None:
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise FrameTooLarge(self._max_bytes - self._bytes_left, self._max_bytes)

    def _itself(self, value: Any, _depth: int) -> frames.Value:
        plain: frames.Value = value
        return plain

    def _integer(self, value: int, _depth: int) -> frames.Value:
        value = int.__pos__(value)
        if value in _SMALL_INTEGERS:
            return value
        return frames.BigInt(hex(value)) if value.bit_length() <= MAX_INTEGER_BITS else self._shelf.object_out(value)

    def _float(self, value: float, _depth: int) -> frames.Value:
        return float.__pos__(value)

    def _complex(self, value: complex, _depth: int) -> frames.Value:
        value = complex.__pos__(value)
        return frames.Complex(value.real, value.imag)

    def _text(self, value: str, _depth: int) -> frames.Value:
        value = str.__str__(value)
        self._spend(len(value))
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")

    def _bytes(self, value: bytes, _depth: int) -> frames.Value:
        data = bytes.__getitem__(value, slice(None))
        self._spend(len(data))
        return frames.BytesValue(data)

    def _list(self, value: list[Any], depth: int) -> frames.Value:
        return frames.ListValue(self._items(list.__iter__(value), list.__len__(value), depth))

    def _tuple(self, value: tuple[Any, ...], depth: int) -> frames.Value:
        return frames.TupleValue(self._items(tuple.__iter__(value), tuple.__len__(value), depth))

    def _size(self, value: torch.Size, _depth: int) -> frames.Value:
        return frames.SizeValue(list(tuple.__iter__(value)))

    def _set(self, value: set[Any], depth: int) -> frames.Value:
        if set.__len__(value) > MAX_HASHED:
            return self._shelf.object_out(value)
        return frames.SetValue([self._key(item, depth) for item in set.__iter__(value)], frozen=False)

    def _frozenset(self, value: frozenset[Any], depth: int) -> frames.Value:
        if frozenset.__len__(value) > MAX_HASHED:
            return self._shelf.object_out(value)
        return frames.SetValue([self._key(item, depth) for item in frozenset.__iter__(value)], frozen=True)

    def _dict(self, value: dict[Any, Any], depth: int) -> frames.Value:
        if dict.__len__(value) > MAX_HASHED:
            return self._shelf.object_out(value)
        pairs = list(dict.items(value))
        values = self._items((item for _, item in pairs), len(pairs), depth)
        return frames.DictValue([(self._key(key, depth), item) for (key, _), item in zip(pairs, values, strict=True)])

    def _key(self, key: Any, depth: int) -> frames.Value:
        """A key must be hashable on the far side, too; a list with a hash of its own is not, as a plain list."""
        if issubclass(type(key), (list, dict, set, np.ndarray)):
            return self._shelf.object_out(key)
        return self._items((key,), 1, depth)[0]

    def _slice(self, value: slice, depth: int) -> frames.Value:
        return frames.SliceValue(*self._items((value.start, value.stop, value.step), 3, depth))

    def _ellipsis(self, _value: EllipsisType, _depth: int) -> frames.Value:
        return frames.EllipsisValue()

    def _dtype(self, value: torch.dtype, _depth: int) -> frames.Value:
        return frames.DtypeValue("torch", str(value).removeprefix("torch."))

    def _numpy_dtype(self, value: np.dtype[Any], _depth: int) -> frames.Value:
        name = rawdata.array_dtype_name(value)
        return self._shelf.object_out(value) if name is None else frames.DtypeValue("numpy", name)

    def _device(self, value: torch.device, _depth: int) -> frames.Value:
        return frames.DeviceValue(str(value))

    def _tensor(self, value: torch.Tensor, _depth: int) -> frames.Value:
        travelling = self._shelf.tensor_out(value)
        if isinstance(travelling, frames.TensorValue):
            self._spend(len(travelling.data))
        return self._shelf.object_out(value) if travelling is None else travelling

    def _array(self, value: NDArray[Any], _depth: int) -> frames.Value:
        travelling = self._shelf.array_out(value)
        if isinstance(travelling, frames.ArrayValue):
            self._spend(len(travelling.data))
        return self._shelf.object_out(value) if travelling is None else travelling

    def _scalar(self, value: np.generic[Any], _depth: int) -> frames.Value:
        array = np.asarray(value)
        name = rawdata.array_dtype_name(array.dtype)
        if name is None:
            return self._shelf.object_out(value)
        return frames.ArrayValue(name, [], rawdata.array_bytes(array), scalar=True)

    def _remote(self, value: RemoteObject, _depth: int) -> frames.Value:
        return self._shelf.remote_out(value)

    def _object(self, value: object, _depth: int) -> frames.Value:
        return self._shelf.object_out(value)

    _BY_TYPE: ClassVar[dict[type, Callable[[Encoder, Any, int], frames.Value]]] = {
        type(None): _itself,
        bool: _itself,
        int: _integer,
        float: _itself,
        str: _text,
        bytes: _bytes,
        complex: _complex,
        list: _list,
        tuple: _tuple,
        dict: _dict,
        set: _set,
        frozenset: _frozenset,
        slice: _slice,
        EllipsisType: _ellipsis,
        torch.Size: _size,
        torch.dtype: _dtype,
        torch.device: _device,
        torch.Tensor: _tensor,
        torch.nn.Parameter: _tensor,
        np.ndarray: _array,
        RemoteObject: _remote,
        **dict.fromkeys(_NUMPY_SCALARS, _scalar),
    }

    # A subclass is read as its base. numpy's float64 is a Python float, too, but exact types come first.
    _BY_BASE: ClassVar[tuple[tuple[type, Callable[[Encoder, Any, int], frames.Value]], ...]] = (
        (_TensorBase, _tensor),
        (np.ndarray, _array),
        (np.dtype, _numpy_dtype),
        (int, _integer),
        (float, _float),
        (complex, _complex),
        (str, _text),
        (bytes, _bytes),
        (list, _list),
        (tuple, _tuple),
        (dict, _dict),
        (set, _set),
        (frozenset, _frozenset),
    )
