"""The single home of how two values stand side by side: little matrices with the differing elements marked."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import msgspec

from grader.feedback.messages import shape_text
from grader.report.quantity import short, written_alike

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.model.result import Difference, Scalar, Snapshot

_TYPE_MATTERS = frozenset(("sequence", "mapping", "object"))
"""Kinds of value that do not show by themselves what they are."""
_HAS_SHAPE = frozenset(("tensor", "array"))
_WRAP = 8
"""A vector longer than this is shown in rows of this many elements."""
_SIDE_BY_SIDE = 32
"""Characters in a row beyond which two values stand one below the other."""
_PRECISE = 7
"""Decimals where elements differ that four decimals write alike."""


class Element(msgspec.Struct, frozen=True):
    """One element as text, and whether it differs from its partner."""

    text: str
    differs: bool = False
    largest: bool = False


class Row(msgspec.Struct, frozen=True):
    """One row with the index it begins at."""

    head: str
    elements: tuple[Element, ...]


class Layer(msgspec.Struct, frozen=True):
    """One two-dimensional slice; ``label`` is its index where there are several."""

    label: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """One value, ready to be drawn."""

    type_name: str
    type_differs: bool = False
    shape: str = ""
    shape_differs: bool = False
    dtype: str = ""
    dtype_differs: bool = False
    layers: tuple[Layer, ...] = ()
    empty: bool = False
    text: str = ""
    minimum: str = ""
    maximum: str = ""
    mean: str = ""


class Comparison(msgspec.Struct, frozen=True):
    """What was expected and what came; either may be absent."""

    expected: Panel | None
    got: Panel | None
    wide: bool
    """Whether the values are too wide to stand side by side; one below the other, their columns still line up."""


def compare(expected: Snapshot | None, got: Snapshot | None, difference: Difference | None = None) -> Comparison:
    """Both values as panels; elements are marked where the shapes agree and a difference was measured."""
    differing = _differing(expected, got, difference)
    left, right = _texts(expected, got, differing)
    worst = _flat_index(difference, got) if differing else None
    return Comparison(
        expected=_panel(expected, got, left, differing, worst) if expected is not None else None,
        got=_panel(got, expected, right, differing, worst) if got is not None else None,
        wide=any(_width(value, texts) > _SIDE_BY_SIDE for value, texts in ((expected, left), (got, right))),
    )


def panel(value: Snapshot) -> Panel:
    """One value on its own."""
    return _panel(value, None, written_alike(value.values or ()), frozenset(), None)


def index_text(index: Sequence[int]) -> str:
    """An index as Python writes it: ``[1, 0]``."""
    return f"[{', '.join(map(str, index))}]"


def _differing(expected: Snapshot | None, got: Snapshot | None, difference: Difference | None) -> frozenset[int]:
    """The positions, in row-major order, whose elements are further apart than the tolerance."""
    if expected is None or got is None or difference is None or expected.shape != got.shape:
        return frozenset()
    left, right = expected.values, got.values
    if left is None or right is None or len(left) != len(right):
        return frozenset()
    pairs = enumerate(zip(left, right, strict=True))
    return frozenset(place for place, (want, have) in pairs if not _close(want, have, difference))


def _close(want: Scalar, have: Scalar, difference: Difference) -> bool:
    """Whether two elements count as equal; NaN and infinities arrive as text."""
    if isinstance(want, (int, float)) and isinstance(have, (int, float)):
        return math.isclose(want, have, rel_tol=0.0, abs_tol=difference.atol + difference.rtol * abs(want))
    return want == have


def _texts(
    expected: Snapshot | None, got: Snapshot | None, differing: frozenset[int]
) -> tuple[Sequence[str], Sequence[str]]:
    """The elements of both values in one common notation, with more decimals where a difference would vanish."""
    left = (expected.values if expected is not None else None) or ()
    right = (got.values if got is not None else None) or ()
    texts = written_alike((*left, *right))
    if any(texts[place] == texts[len(left) + place] for place in differing):
        texts = written_alike((*left, *right), decimals=_PRECISE)
    return texts[: len(left)], texts[len(left) :]


def _flat_index(difference: Difference | None, value: Snapshot | None) -> int | None:
    """The row-major position of the largest difference."""
    shape = value.shape if value is not None else None
    if difference is None or shape is None or len(difference.index) != len(shape):
        return None
    position = 0
    for index, size in zip(difference.index, shape, strict=True):
        position = position * size + index
    return position


def _panel(
    value: Snapshot,
    other: Snapshot | None,
    texts: Sequence[str],
    differing: frozenset[int],
    worst: int | None,
) -> Panel:
    """One value with what sets it apart from the other."""
    elements = tuple(Element(text, place in differing, place == worst) for place, text in enumerate(texts))
    shape = _shape(value, len(elements))
    whole = bool(elements) and math.prod(shape) == len(elements)
    type_differs = other is not None and other.kind != value.kind and other.type_name != value.type_name
    return Panel(
        type_name=value.type_name if type_differs or value.kind in _TYPE_MATTERS else "",
        type_differs=type_differs,
        shape=shape_text(shape) if value.kind in _HAS_SHAPE else "",
        shape_differs=other is not None and other.kind in _HAS_SHAPE and shape != other.shape,
        dtype=(value.dtype or "").removeprefix("torch."),
        dtype_differs=other is not None and None not in (value.dtype, other.dtype) and value.dtype != other.dtype,
        layers=tuple(_layers(shape, elements)) if whole else (),
        empty=value.kind in _HAS_SHAPE and math.prod(shape) == 0,
        text="" if whole else value.text or "",
        minimum=_optional(value.minimum, hidden=whole),
        maximum=_optional(value.maximum, hidden=whole),
        mean=_optional(value.mean, hidden=whole),
    )


def _width(value: Snapshot | None, texts: Sequence[str]) -> int:
    """The characters in a row of the value as drawn."""
    columns = min(value.shape[-1] if value.shape else 1, len(texts)) if value is not None else 0
    return columns * (max(map(len, texts), default=0) + 1)


def _shape(value: Snapshot, count: int) -> tuple[int, ...]:
    """How the elements are arranged; a plain number is a scalar, a sequence a vector."""
    if value.shape is not None:
        return value.shape
    return () if count == 1 and value.kind not in _TYPE_MATTERS else (count,)


def _optional(number: float | None, *, hidden: bool) -> str:
    """A statistic of a value whose elements are not shown."""
    return "" if number is None or hidden else short(number)


def _layers(shape: Sequence[int], elements: Sequence[Element]) -> Iterator[Layer]:
    """The value as two-dimensional slices."""
    if len(shape) == 0:
        yield Layer("", (), (Row("", tuple(elements)),))
    elif len(shape) == 1:
        yield _vector(elements)
    else:
        height, width = shape[-2:]
        for number, leading in enumerate(product(*map(range, shape[:-2]))):
            block = elements[number * height * width : (number + 1) * height * width]
            rows = (Row(str(row), tuple(block[row * width : (row + 1) * width])) for row in range(height))
            label = f"[{', '.join(map(str, leading))}, :, :]" if leading else ""
            yield Layer(label, tuple(map(str, range(width))), tuple(rows))


def _vector(elements: Sequence[Element]) -> Layer:
    """A vector in one row, or in rows of eight where it is long."""
    if len(elements) <= _WRAP:
        return Layer("", tuple(map(str, range(len(elements)))), (Row("", tuple(elements)),))
    starts = range(0, len(elements), _WRAP)
    return Layer("", (), tuple(Row(f"{start}…", tuple(elements[start : start + _WRAP])) for start in starts))
