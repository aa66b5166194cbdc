"""The single home of understanding quiz answers: what a student meant by a letter or a shape, however it is written."""

from __future__ import annotations

import enum
import re
import unicodedata
from typing import Any

import numpy as np
import torch

MAX_TEXT = 400
_MAX_NUMBERS = 8
_MAX_DIGITS = 9

_NEGATED = (
    r"(?:不是?|不选|非|除了?|\bnot|n't|\bexcept|\bneither|\bbut)\s*(?:option|选项)?\s*[\"'(]?\s*{}(?![A-Za-z0-9_])"
)
_SHAPE_WORDS = frozenset(
    re.findall(
        r"\S+",
        "torch size shape tensor tuple list the a is of weight weights bias w b answer numpy np array parameter"
        " parameters 形状 答案 权重 偏置 的 为 是 大小 维度 形状是 形状为 权重形状 偏置形状 答案是 答案为"
        " 个 参数 个参数",
    )
)
_SEPARATOR_WORDS = frozenset(("x", "by", "乘", "乘以"))
_SCALAR_WORDS = frozenset(("scalar", "标量"))
_NUMBER_WORDS = {"one": 1, "一": 1, "一个": 1}
_SHAPE_MARKS = frozenset(" \t\r\n()[]{}<>,;:=.×✕*·、。'\"`$")
_ROWS_COLUMNS = re.compile(
    r"^\s*(\d+)\s*(?:行|rows?)\s*[,、x×和and]*\s*(\d+)\s*(?:列|col(?:umn)?s?)\s*$", re.IGNORECASE
)


def is_blank(value: Any) -> bool:
    """Whether nothing was answered: None, ``...``, or a text without a letter or digit."""
    if value is None or value is Ellipsis:
        return True
    return isinstance(value, str) and not any(character.isalnum() for character in value) and "(" not in value


def parse_choice(value: Any, options: str = "ABCD") -> str | None:
    """The option that ``value`` names, or None where it names none or several.

    Understands other capitals, full-width letters, ``B.``, ``(B)``, ``选 B``, ``答案：b``, ``option b``, ``["B"]``.
    """
    inner = _only_element(value)
    if isinstance(inner, bytes):
        inner = inner[:MAX_TEXT].decode("utf-8", "replace")
    if not isinstance(inner, str) or len(inner) > MAX_TEXT:
        return None
    text = unicodedata.normalize("NFKC", inner)
    known = {option.upper() for option in options}
    if re.search(_NEGATED.format(_any_of(known)), text, re.IGNORECASE):
        return None
    # "B. (y_hat - y) ...", "B、because A ...": a letter set off as a label outweighs letters in the prose after it.
    for pattern, flags in ((r"{}\s*[.:)、]", re.IGNORECASE), (r"{}", 0), (r"{}", re.IGNORECASE)):
        found = _isolated(pattern, text, known, flags)
        if len(found) == 1:
            return found.pop()
    return None


def _isolated(pattern: str, text: str, known: set[str], flags: int) -> set[str]:
    """The options that stand alone in ``text``: no Latin letter, digit or underscore touches them."""
    expression = rf"(?<![A-Za-z0-9_.])(?<![A-Za-z]')({pattern.format(_any_of(known))})(?![A-Za-z0-9_])(?!'[A-Za-z])"
    return {match.group(1)[0].upper() for match in re.finditer(expression, text, flags)}


def _any_of(known: set[str]) -> str:
    """A pattern for one of the options."""
    return f"[{re.escape(''.join(sorted(known)))}]"


def parse_shape(value: Any) -> tuple[int, ...] | None:
    """The shape that ``value`` means, or None where it means none.

    Understands tuples, lists, ``torch.Size``, arrays, integers, ``"8 x 1"``, ``"8×1"``, ``"(8,1)"``, ``"（８，１）"``,
    ``"torch.Size([8, 1])"``.
    """
    if isinstance(value, bytes):
        value = value[:MAX_TEXT].decode("utf-8", "replace")
    if isinstance(value, str):
        return _shape_in_text(value) if len(value) <= MAX_TEXT else None
    number = _whole_number(value)
    if number is not None:
        return (number,)
    if isinstance(value, torch.Tensor | np.ndarray):
        return _shape_in_elements(_elements(value))
    if isinstance(value, tuple | list):
        if len(value) == 1 and isinstance(value[0], tuple | list | str | torch.Tensor | np.ndarray):
            return parse_shape(value[0]) if _nesting(value) <= 3 else None  # noqa: PLR2004 - [[(8, 1)]] is enough
        return _shape_in_elements(list(value[: _MAX_NUMBERS + 1]))
    return None


def _shape_in_elements(elements: list[Any] | None) -> tuple[int, ...] | None:
    """A shape from its sizes, each a whole number or the text of one."""
    if elements is None or len(elements) > _MAX_NUMBERS:
        return None
    sizes: list[int] = []
    for element in elements:
        size = _whole_number(element)
        if size is None and isinstance(element, str) and len(element) <= _MAX_DIGITS:
            inside = _shape_in_text(element)
            size = inside[0] if inside is not None and len(inside) == 1 else None
        if size is None:
            return None
        sizes.append(size)
    return tuple(sizes)


def _shape_in_text(text: str) -> tuple[int, ...] | None:  # noqa: PLR0911 - one for each way to write it
    """A shape as people write it."""
    plain = unicodedata.normalize("NFKC", text).replace("⨯", "×").replace("╳", "×").replace("✖", "×").lower()
    rows_columns = _ROWS_COLUMNS.match(plain)
    if rows_columns is not None:
        return _sizes(list(rows_columns.groups()))
    words = re.findall(r"[^\W\d_]+", plain)
    if any(word in _SCALAR_WORDS for word in words) and not re.search(r"\d", plain):
        return () if all(word in _SCALAR_WORDS | _SHAPE_WORDS for word in words) else None
    if len(words) == 1 and words[0] in _NUMBER_WORDS and not re.search(r"\d", plain):
        return (_NUMBER_WORDS[words[0]],)
    if not all(word in _SHAPE_WORDS or word in _SEPARATOR_WORDS for word in words):
        return None
    rest = re.sub(r"[^\W\d_]+|\d+", "", plain)
    if not set(rest) <= _SHAPE_MARKS or re.search(r"\d\s*\.\s*\d", plain):
        return None
    digits = re.findall(r"[0-9]+", plain)
    if not digits:
        return () if re.search(r"\(\s*\)|\[\s*\]", plain) else None
    return _sizes(digits)


def _sizes(digits: list[str]) -> tuple[int, ...] | None:
    """Sizes of a believable length."""
    if len(digits) > _MAX_NUMBERS or any(len(size) > _MAX_DIGITS for size in digits):
        return None
    return tuple(int(size) for size in digits)


def _whole_number(value: Any) -> int | None:
    """An integer, also as a float or as numpy's or torch's number without axes; a bool is none."""
    if isinstance(value, torch.Tensor | np.ndarray):
        single = _elements(value) if value.ndim == 0 else None
        value = single[0] if single else None
    if isinstance(value, np.generic):
        value = value.item() if value.dtype.kind in "iuf" else None
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**_MAX_DIGITS:
        value = int(value)
    return int(value) if isinstance(value, int) and 0 <= value < 10**_MAX_DIGITS else None


def _elements(value: torch.Tensor | np.ndarray[Any, Any]) -> list[Any] | None:
    """The numbers of a small array with one row at most; None for any other."""
    if isinstance(value, torch.Tensor):
        if value.layout is not torch.strided or value.is_quantized or value.is_complex():
            return None
        value = value.detach().cpu().double().numpy()
    rows = int(np.prod(value.shape[:-1])) if value.ndim else 1
    if value.dtype.kind not in "iuf" or value.size > _MAX_NUMBERS or rows != 1:
        return None
    return list(value.reshape(-1).tolist())


def _only_element(value: Any) -> Any:
    """What is left when brackets of any kind around a single element are taken off."""
    for _ in range(4):
        if isinstance(value, enum.Enum):
            value = value.value if isinstance(value.value, str) else value.name
        elif isinstance(value, list | tuple | set | frozenset) and len(value) == 1:
            value = next(iter(value))
        elif isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "US":
            value = value.reshape(-1).tolist()[0]
        else:
            break
    return value


def _nesting(value: Any) -> int:
    """How many brackets surround a single element, counted to 8."""
    depth = 0
    while isinstance(value, tuple | list) and len(value) == 1 and depth < 8:  # noqa: PLR2004 - enough to refuse
        value, depth = value[0], depth + 1
    return depth
