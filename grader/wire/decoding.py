"""The single home of `frames.Value` on its way in: each becomes a Python value, or `ProtocolBroken`.

Nothing is trusted: every number, name and depth was chosen by the far side.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

import torch

from grader.wire import frames, rawdata
from grader.wire.faults import ProtocolBroken
from grader.wire.values import MAX_DEPTH, MAX_HASHED, MAX_INTEGER_BITS

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import EllipsisType

    from grader.wire.shelf import Shelf

_DEVICE = re.compile(r"(cpu|cuda|mps|xpu|meta)(:\d{1,2})?")
_TORCH_DTYPES = {
    str(dtype).removeprefix("torch."): dtype for dtype in vars(torch).values() if isinstance(dtype, torch.dtype)
}


class Decoder:
    """Translates what one frame holds.

    ``echo`` says that it holds arguments: this side's own tensors then continue in the far side's graph.
    """

    def __init__(self, shelf: Shelf, *, echo: bool) -> None:
        self._shelf = shelf
        self._echo = echo

    def decode(self, value: frames.Value, depth: int = 0) -> Any:
        """The Python value that ``value`` stands for."""
        if depth > MAX_DEPTH + 1:
            raise ProtocolBroken(f"a value is nested deeper than {MAX_DEPTH}")
        decode = self._BY_TYPE.get(type(value))
        if decode is None:
            raise ProtocolBroken(f"no value {type(value).__name__}")
        return decode(self, value, depth + 1)

    def _itself(self, value: Any, _depth: int) -> Any:
        return value

    def _bytes(self, value: frames.BytesValue, _depth: int) -> bytes:
        return value.data

    def _integer(self, value: frames.BigInt, _depth: int) -> int:
        if len(value.digits) > MAX_INTEGER_BITS // 4 + 4:
            raise ProtocolBroken(f"an integer of {len(value.digits)} digits")
        try:
            return int(value.digits, 16)
        except ValueError:
            raise ProtocolBroken(f"no integer {value.digits[:40]!r}") from None

    def _complex(self, value: frames.Complex, _depth: int) -> complex:
        return complex(value.real, value.imag)

    def _list(self, value: frames.ListValue, depth: int) -> list[Any]:
        return [self.decode(item, depth) for item in value.items]

    def _tuple(self, value: frames.TupleValue, depth: int) -> tuple[Any, ...]:
        return tuple([self.decode(item, depth) for item in value.items])

    def _set(self, value: frames.SetValue, depth: int) -> set[Any] | frozenset[Any]:
        items = self._hashed(value.items, depth)
        return frozenset(items) if value.frozen else set(items)

    def _dict(self, value: frames.DictValue, depth: int) -> dict[Any, Any]:
        keys = self._hashed([key for key, _ in value.items], depth)
        return {key: self.decode(item, depth) for key, (_, item) in zip(keys, value.items, strict=True)}

    def _hashed(self, values: list[frames.Value], depth: int) -> list[Any]:
        if len(values) > MAX_HASHED:
            raise ProtocolBroken(f"{len(values)} keys; at most {MAX_HASHED} are allowed")
        keys = [self.decode(value, depth) for value in values]
        try:
            for key in keys:
                hash(key)
        except TypeError:
            raise ProtocolBroken("a key cannot be hashed") from None
        return keys

    def _size(self, value: frames.SizeValue, _depth: int) -> torch.Size:
        rawdata.check_dimensions(value.items)
        return torch.Size(value.items)

    def _dtype(self, value: frames.DtypeValue, _depth: int) -> Any:
        if value.library == "numpy":
            return rawdata.array_dtype(value.name)
        dtype = _TORCH_DTYPES.get(value.name) if value.library == "torch" else None
        if dtype is None:
            raise ProtocolBroken(f"no dtype {value.name[:40]!r}")
        return dtype

    def _device(self, value: frames.DeviceValue, _depth: int) -> torch.device:
        if not _DEVICE.fullmatch(value.name):
            raise ProtocolBroken(f"no device {value.name[:40]!r}")
        return torch.device(value.name)

    def _slice(self, value: frames.SliceValue, depth: int) -> slice:
        return slice(*(self.decode(part, depth) for part in (value.start, value.stop, value.step)))

    def _ellipsis(self, _value: frames.EllipsisValue, _depth: int) -> EllipsisType:
        return ...

    def _array(self, value: frames.ArrayValue, _depth: int) -> Any:
        if not value.scalar:
            return self._shelf.array_in(value)
        if value.shape:
            raise ProtocolBroken(f"a scalar has no shape {value.shape[:4]}")
        return rawdata.make_array(value.dtype, value.shape, value.data)[()]

    def _tensor(self, value: frames.TensorValue, _depth: int) -> torch.Tensor:
        return self._shelf.tensor_in(value)

    def _known(self, value: frames.KnownTensor, _depth: int) -> object:
        return self._shelf.known_in(value, echo=self._echo)

    def _handle(self, value: frames.Handle, _depth: int) -> object:
        return self._shelf.object_in(value)

    def _own(self, value: frames.OwnHandle, _depth: int) -> object:
        return self._shelf.own_in(value)

    _BY_TYPE: ClassVar[dict[type, Callable[[Decoder, Any, int], Any]]] = {
        **dict.fromkeys((type(None), bool, int, float, str), _itself),
        frames.BytesValue: _bytes,
        frames.BigInt: _integer,
        frames.Complex: _complex,
        frames.ListValue: _list,
        frames.TupleValue: _tuple,
        frames.SetValue: _set,
        frames.DictValue: _dict,
        frames.SizeValue: _size,
        frames.DtypeValue: _dtype,
        frames.DeviceValue: _device,
        frames.SliceValue: _slice,
        frames.EllipsisValue: _ellipsis,
        frames.ArrayValue: _array,
        frames.TensorValue: _tensor,
        frames.KnownTensor: _known,
        frames.Handle: _handle,
        frames.OwnHandle: _own,
    }
