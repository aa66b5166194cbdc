"""The single home of understanding quiz answers: what a student meant by a letter or a shape, however it is written."""

from __future__ import annotations

import enum
import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        " parameters matrix 形状 答案 权重 偏置 的 为 是 大小 维度 个 参数 数 矩阵",
    )
)
_CHINESE_WORDS = re.compile(rf"(?:{'|'.join(sorted(word for word in _SHAPE_WORDS if not word.isascii()))})+")
_SEPARATOR_WORDS = frozenset(("x", "by", "乘", "乘以"))
_SCALAR_WORDS = frozenset(("scalar", "标量"))
_KEY_WORDS = frozenset(("weight", "weights", "w", "bias", "b", "shape", "size", "answer"))
_CHINESE_DIGITS = "一二三四五六七八九"
_CHINESE_NUMBER = re.compile(
    rf"(?<![零十百千{_CHINESE_DIGITS}多])([{_CHINESE_DIGITS}])(?=\s*(?:行|列|个|乘))|(?<=乘)([{_CHINESE_DIGITS}])(?=\W*$)"
)
_ONE_NUMBER = re.compile(
    r"[\s(\['\"]*(?:one|一|(?:one|1|a)\s+(?:single\s+)?(?:real\s+)?(?:number|value|scalar)"
    r"|1\s*个\s*(?:数|数字|数值|实数|值|标量)?)[\s)\]'\".。]*"
)
_SHAPE_MARKS = frozenset(" \t\r\n()[]{}<>,;:=.×✕*·、。'\"`$")
_ROWS_COLUMNS = re.compile(
    r"[\s(\[{'\"]*(\d+)\s*(?:行|rows?)\s*[,、x×和and]*\s*(\d+)\s*(?:列|col(?:umn)?s?)\s*(?:的?矩阵|matrix)?"
    r"[\s)\]}'\".。]*"
)


def is_blank(value: Any) -> bool:
    """Whether nothing was answered: None, ``...``, or a text without a letter or digit."""
    if value is None or value is Ellipsis:
        return True
    return isinstance(value, str) and not any(character.isalnum() for character in value) and "(" not in value


def parse_choice(value: Any, options: str = "ABCD", *, texts: Mapping[str, str] | None = None) -> str | None:
    """The option that ``value`` names, or None where it names none or several.

    Understands other capitals, full-width letters, ``B.``, ``(B)``, ``选 B``, ``答案：b``, ``option b``, ``["B"]``, and
    the whole text of an option, however it is spaced, where the author gives the ``texts`` of the options.
    """
    inner = _only_element(value)
    if isinstance(inner, bytes):
        inner = inner[:MAX_TEXT].decode("utf-8", "replace")
    if not isinstance(inner, str) or len(inner) > MAX_TEXT:
        return None
    text = unicodedata.normalize("NFKC", inner)
    quoted = [option.upper() for option, words in (texts or {}).items() if _bare(text) == _bare(words)]
    if quoted:
        return quoted[0] if len(quoted) == 1 else None
    known = {option.upper() for option in options}
    if re.search(_NEGATED.format(_any_of(known)), text, re.IGNORECASE):
        return None
    # "B. (y_hat - y) ...", "B、because A ...": a letter set off as a label outweighs letters in the prose after it.
    for pattern, flags in ((r"{}\s*[.:)、]", re.IGNORECASE), (r"{}", 0), (r"{}", re.IGNORECASE)):
        found = _isolated(pattern, text, known, flags)
        if len(found) == 1:
            return found.pop()
    return None


def _bare(text: str) -> str:
    """A formula without spaces, quotes around it, and what it is given to."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", re.sub(r"^\s*return\b", "", text))).strip("`'\".;,。")
    return re.sub(r"^[A-Za-z_]\w*=(?!=)", "", bare)


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
    ``"torch.Size([8, 1])"``, ``"八行一列"``, ``{"weight": (8, 1)}``. A tensor *of* that shape is no shape.
    """
    value = _only_entry(value)
    if isinstance(value, bytes):
        value = value[:MAX_TEXT].decode("utf-8", "replace")
    if isinstance(value, str):
        return _shape_in_text(value) if len(value) <= MAX_TEXT else None
    number = _whole_number(value)
    if number is not None and not (number == 0 and is_numeric_array(value)):
        return (number,)
    if isinstance(value, torch.Tensor | np.ndarray):
        return None if is_numeric_array(value) and _is_data(value) else _shape_in_elements(_elements(value))
    if isinstance(value, tuple | list):
        if len(value) == 1 and isinstance(value[0], tuple | list | str | torch.Tensor | np.ndarray):
            return parse_shape(value[0]) if _nesting(value) <= 3 else None  # noqa: PLR2004 - [[(8, 1)]] is enough
        return _shape_in_elements(list(value[: _MAX_NUMBERS + 1]))
    return None


def is_numeric_array(value: Any) -> bool:
    """Whether it is a tensor or an array of numbers: sizes of a shape perhaps, or data that has the shape."""
    return isinstance(value, torch.Tensor) or (isinstance(value, np.ndarray) and value.dtype.kind in "biufc")


def _is_data(value: torch.Tensor | np.ndarray[Any, Any]) -> bool:
    """Whether a tensor's numbers cannot be meant as sizes: a zero among them, or floats that are all the same."""
    elements = _elements(value)
    if elements is None:
        return True
    is_integer = value.dtype.kind in "iu" if isinstance(value, np.ndarray) else not value.dtype.is_floating_point
    return 0 in elements or (not is_integer and len(elements) > 2 and len(set(elements)) == 1)  # noqa: PLR2004 - ones(8)


def _only_entry(value: Any) -> Any:
    """The value of a dict with one entry whose key says no more than what the question asks for."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((key, entry),) = value.items()
    if not isinstance(key, str) or len(key) > MAX_TEXT:
        return value
    words = re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", key).lower())
    asked = all(word in _KEY_WORDS or _CHINESE_WORDS.fullmatch(word) for word in words)
    return entry if words and asked else value


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
    plain = re.sub("[⨯╳✖]", "×", unicodedata.normalize("NFKC", text)).lower()
    plain = _CHINESE_NUMBER.sub(lambda found: str(_CHINESE_DIGITS.index(found.group()) + 1), plain)
    if _ONE_NUMBER.fullmatch(plain):
        return (1,)
    rows_columns = _ROWS_COLUMNS.fullmatch(plain)
    if rows_columns is not None:
        return _sizes(list(rows_columns.groups()))
    words = re.findall(r"[^\W\d_]+", plain)
    if any(word in _SCALAR_WORDS for word in words) and not re.search(r"\d", plain):
        return () if all(word in _SCALAR_WORDS | _SHAPE_WORDS for word in words) else None
    if not all(word in _SHAPE_WORDS | _SEPARATOR_WORDS or _CHINESE_WORDS.fullmatch(word) for word in words):
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
        elif isinstance(value, dict) and _only_entry(value) is not value and len(next(iter(value))) > 1:
            value = _only_entry(value)  # a key of one letter could be the answer itself
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
