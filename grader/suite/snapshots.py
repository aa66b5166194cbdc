"""The single home of snapshots: any value, however large or hostile, as a bounded picture of it.

Only values of types that this module knows by name are looked into. Of everything else, a far object's proxy above all,
nothing but the type is read: no ``repr``, no ``len``, no comparison of theirs ever runs here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from msgspec.structs import replace

from grader.model.result import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.model.result import Scalar

MAX_ELEMENTS = 64
MAX_TEXT = 200
_BEGINNING = 6
_MAX_DEPTH = 3
_MAX_BITS = 256
_SEQUENCES = (list, tuple, set, frozenset, range)
_BRACKETS = {list: ("[", "]"), range: ("[", "]"), tuple: ("(", ")"), torch.Size: ("(", ")")}
_PLAIN_OBJECTS = (torch.dtype, torch.device, slice, type(Ellipsis), np.dtype)


def snapshot(value: object, *, statistics: bool = True) -> Snapshot:  # noqa: PLR0911 - one for each kind
    """A bounded picture of ``value``; without ``statistics``, a large tensor is described by shape and type only."""
    if value is None:
        return Snapshot(kind="none", type_name="NoneType", text="None")
    if isinstance(value, torch.Tensor):
        return _of_tensor(value, statistics=statistics)
    if isinstance(value, np.ndarray | np.generic):
        return _of_array(np.asarray(value), scalar_type=isinstance(value, np.generic), statistics=statistics)
    if isinstance(value, bool | int | float | complex):
        return Snapshot(kind="number", type_name=type_name(value), values=(scalar(value),), text=str(scalar(value)))
    if isinstance(value, str):
        return Snapshot(kind="text", type_name=type_name(value), text=_cut(value))
    if isinstance(value, _SEQUENCES):
        return _of_sequence(value)
    if isinstance(value, dict):
        return Snapshot(kind="mapping", type_name=type_name(value), text=_render(value, depth=0))
    text = _render(value, depth=0)
    return Snapshot(kind="object", type_name=type_name(value), text=None if text == type_name(value) else text)


def type_name(value: object) -> str:
    """The name of a value's type; of a far object's proxy, the far type's."""
    remote = getattr(type(value), "__name__", "object")
    if remote in ("RemoteObject", "StudentFunction"):
        remote = getattr(value, "remote_type_name", remote)
    return _cut(str(remote), limit=80)


def scalar(value: Any) -> Scalar:
    """One element as JSON can hold it: NaN, infinities, complex and very large numbers as text."""
    if isinstance(value, str):
        return _cut(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        bits = int(value).bit_length()
        return int(value) if bits <= 63 else _large_integer(int(value), bits)  # noqa: PLR2004 - what JSON readers hold
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else _not_finite(value)
    return _cut(str(value)) if isinstance(value, complex) else type_name(value)


def _large_integer(value: int, bits: int) -> str:
    """An integer beyond 64 bits; Python refuses to print very long ones."""
    return str(value) if bits <= _MAX_BITS else f"an integer of {bits} bits"


def _not_finite(value: float) -> str:
    """NaN and the infinities by name."""
    if math.isnan(value):
        return "nan"
    return "inf" if value > 0 else "-inf"


def _of_tensor(value: torch.Tensor, *, statistics: bool) -> Snapshot:
    """A tensor with its elements, or with statistics and its beginning where it is large."""
    outline = Snapshot(
        kind="tensor",
        type_name=type_name(value),
        shape=tuple(value.shape),
        dtype=str(value.dtype),
        requires_grad=bool(value.requires_grad),
    )
    plain = value.detach()
    if plain.layout is not torch.strided or plain.is_quantized or plain.is_meta:
        return replace(outline, text=str(plain.layout))
    plain = plain.cpu()
    if plain.numel() <= MAX_ELEMENTS:
        return replace(outline, values=tuple(scalar(element) for element in plain.reshape(-1).tolist()))
    if not statistics:
        return outline
    low, high, mean = _statistics(plain)
    beginning = _beginning(plain.reshape(-1)[:_BEGINNING].tolist())
    return replace(outline, text=beginning, minimum=low, maximum=high, mean=mean)


def _statistics(plain: torch.Tensor) -> tuple[float | None, float | None, float | None]:
    """Minimum, maximum and mean of the finite elements; None where there are none or they have no order."""
    if plain.is_complex():
        return None, None, None
    numbers = plain.double()
    finite = numbers[torch.isfinite(numbers)]
    if finite.numel() == 0:
        return None, None, None
    mean = finite.mean().item()
    return finite.min().item(), finite.max().item(), mean if math.isfinite(mean) else None


def _of_array(value: np.ndarray[Any, Any], *, scalar_type: bool, statistics: bool) -> Snapshot:
    """A numpy array or scalar, by way of a tensor where the dtype has one."""
    shape, dtype = tuple(value.shape), _cut(str(value.dtype), limit=80)
    name = dtype if scalar_type else "ndarray"
    kind = "number" if scalar_type else "array"
    if value.size <= MAX_ELEMENTS and value.dtype.kind in "biufcSU":
        elements = tuple(scalar(element) for element in value.reshape(-1).tolist())
        return Snapshot(kind=kind, type_name=name, shape=shape, dtype=dtype, values=elements)
    if value.dtype.kind not in "biuf" or not statistics:
        return Snapshot(kind=kind, type_name=name, shape=shape, dtype=dtype)
    low, high, mean = _statistics(torch.from_numpy(value.astype(np.float64)))
    beginning = _beginning(value.reshape(-1)[:_BEGINNING].tolist())
    return Snapshot(
        kind=kind, type_name=name, shape=shape, dtype=dtype, text=beginning, minimum=low, maximum=high, mean=mean
    )


def _beginning(elements: Iterable[Any]) -> str:
    """The first elements of something large."""
    return f"[{', '.join(_number(scalar(element)) for element in elements)}, …]"


def _number(value: Scalar) -> str:
    """A number in few digits."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _of_sequence(value: list[Any] | tuple[Any, ...] | set[Any] | frozenset[Any] | range) -> Snapshot:
    """A sequence: element by element where all are scalars and few, otherwise as text."""
    name, length = type_name(value), len(value)
    flat = length <= MAX_ELEMENTS and all(isinstance(e, bool | int | float | complex | str | None) for e in value)
    elements = sorted(value, key=_order) if flat and isinstance(value, set | frozenset) else value
    values = tuple(scalar(element) for element in elements) if flat else None
    return Snapshot(kind="sequence", type_name=name, shape=(length,), values=values, text=_render(value, depth=0))


def _render(value: object, *, depth: int) -> str:
    """A short rendering that never runs code of ``value``'s type unless the type is known here."""
    if isinstance(value, torch.Tensor):
        text = f"<Tensor {tuple(value.shape)}>"  # the same in every language
    elif isinstance(value, np.ndarray):
        text = f"<ndarray {value.shape}>"
    elif isinstance(value, str):
        text = repr(_cut(value, limit=40))
    elif value is None or isinstance(value, bool | int | float | complex):
        text = _number(scalar(value))
    elif isinstance(value, dict):
        text = _render_pairs(value, depth=depth)
    elif isinstance(value, _SEQUENCES):
        text = _render_elements(value, depth=depth)
    elif isinstance(value, bytes | bytearray):
        text = repr(bytes(value[:40]))
    elif isinstance(value, _PLAIN_OBJECTS):
        text = str(value)
    else:
        text = type_name(value)
    return _cut(text)


def _render_elements(value: list[Any] | tuple[Any, ...] | set[Any] | frozenset[Any] | range, *, depth: int) -> str:
    """The first elements of a sequence in Python's brackets."""
    length = len(value)
    left, right = _BRACKETS.get(type(value), ("{", "}"))
    if depth >= _MAX_DEPTH:
        return f"{left}…{right}" if length else f"{left}{right}"
    if isinstance(value, set | frozenset):  # the order of a set of texts differs from run to run
        value = sorted(value, key=_order) if len(value) <= MAX_ELEMENTS else range(0)
    shown = [_render(element, depth=depth + 1) for _, element in zip(range(_BEGINNING + 2), value, strict=False)]
    if length > len(shown):
        shown.append("…")
    elif len(shown) == 1 and left == "(":
        shown.append("")
    return f"{left}{', '.join(shown).rstrip(' ')}{right}"


def _order(element: object) -> str:
    """A stable order for the elements of a set."""
    return _render(element, depth=_MAX_DEPTH)


def _render_pairs(value: dict[Any, Any], *, depth: int) -> str:
    """The first pairs of a mapping."""
    if depth >= _MAX_DEPTH:
        return "{…}" if value else "{}"
    shown = [
        f"{_render(key, depth=depth + 1)}: {_render(element, depth=depth + 1)}"
        for _, (key, element) in zip(range(_BEGINNING), value.items(), strict=False)
    ]
    if len(value) > len(shown):
        shown.append("…")
    return f"{{{', '.join(shown)}}}"


def _cut(text: str, *, limit: int = MAX_TEXT) -> str:
    """At most ``limit`` characters; lone surrogates, which no file can hold, are replaced."""
    short = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return short.encode("utf-8", "replace").decode("utf-8")
