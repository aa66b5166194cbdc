"""Quiz answers in every way that students write them."""

from __future__ import annotations

import enum
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from grader.suite.answers import is_blank, parse_choice, parse_shape


class Option(enum.Enum):
    """A student's own enumeration."""

    B = "b"


@pytest.mark.parametrize(
    "value",
    [
        "B", "b", "Ｂ", "ｂ", " B ", "B.", "B、", "(B)", "（B）", "[B]", "'B'", "选 B", "选B", "答案：b", "答案是 B",
        "option b", "Option B", "answer: B", "I choose B.", ["B"], ("b",), {"B"}, [["B"]], np.array(["B"]), b"B",
        Option.B, "B. (y_hat - y.view(-1)) ** 2 / 2", "选B，因为不能广播", "B、因为 A 是对的", "选项：Ｂ（y 是一维）",
    ],
    ids=repr,
)  # fmt: skip
def test_a_choice_is_understood(value: Any) -> None:
    """Capitals, width, brackets, words and reasons around the letter do not matter."""
    assert parse_choice(value) == "B"


@pytest.mark.parametrize(
    "value",
    ["", "E", "AB", "A and B", "A或B", "不是B", "not B", "除了B", 2, 1.0, True, ["A", "B"], None, {}, "b" * 1000,
     "abacus", object(), torch.tensor(1)],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_no_choice_is_read_into_anything_else(value: Any) -> None:
    """Two letters, a negation, a number or a word name no option."""
    assert parse_choice(value) is None


FORMULAS = {"A": "(y_hat.view(-1) - y) ** 2", "B": "(y_hat - y.view(-1)) ** 2 / 2", "D": "(y_hat - y.view(-1, 1)) ** 2"}


@pytest.mark.parametrize(
    "value",
    ["(y_hat - y.view(-1)) ** 2 / 2", "(y_hat-y.view(-1))**2/2", " `(y_hat - y.view( -1 ))**2 / 2` ", {"answer": "B"},
     "l = (y_hat - y.view(-1)) ** 2 / 2", "return (y_hat - y.view(-1))**2/2", "（y_hat － y.view(-1)）** 2 / 2"],
)  # fmt: skip
def test_the_text_of_an_option_names_it(value: Any) -> None:
    """Its formula, however it is spaced, counts like its letter."""
    assert parse_choice(value, texts=FORMULAS) == "B"


@pytest.mark.parametrize(
    "value",
    ["(y_hat - y.view(-1)) ** 2", "not (y_hat - y.view(-1)) ** 2 / 2", "y.view(-1)", "", {"A": "B"}, {"B": "A"},
     {"b": "B"}, {"a": 1}, "(y_hat - y.view(-1)) ** 2 / 2 or (y_hat - y.view(-1, 1)) ** 2"],
)  # fmt: skip
def test_a_part_of_an_options_text_names_none(value: Any) -> None:
    """Another formula, a negated one, or two of them name no option."""
    assert parse_choice(value, texts=FORMULAS) is None


@given(st.text(max_size=40) | st.integers() | st.lists(st.text(max_size=2), max_size=3))
def test_any_value_gives_an_option_or_none(value: Any) -> None:
    """Nothing that students write breaks the parser."""
    assert parse_choice(value) in {"A", "B", "C", "D", None}


@given(st.sampled_from("ABCD"), st.sampled_from(["{}", "选{}", "({})", "{}.", "answer {}", " {} ", "【{}】"]))
def test_every_letter_is_read_in_every_dress(letter: str, dress: str) -> None:
    """Small, large, full-width small and full-width large letters are one letter."""
    for form in (letter, letter.lower(), chr(ord(letter) + 0xFEE0), chr(ord(letter.lower()) + 0xFEE0)):
        assert parse_choice(dress.format(form)) == letter


@pytest.mark.parametrize(
    "value",
    [
        (8, 1), [8, 1], torch.Size([8, 1]), np.array([8, 1]), torch.tensor([8, 1]), np.array([[8, 1]]), [[8, 1]],
        ["8", "1"], ("８", 1), (8.0, 1.0), (np.int64(8), torch.tensor(1)),
        "8 x 1", "8x1", "8X1", "8×1", "８×１", "8*1", "8, 1", "8,1", "(8, 1)", "（8，1）", "[8,1]", "{8, 1}", "8 1",
        "torch.Size([8, 1])", "TORCH.SIZE([8,1])", "shape: (8, 1)", "形状为（8，1）", "8 by 1", "8乘1", "8行1列",
        "8 rows, 1 column", b"8 x 1", "(8, 1)。", "(8行,1列)", "（8行，1列）", "[8 1]", "8x1矩阵", "8乘1的矩阵",
        "八行一列", "八乘一", "8行1列的矩阵", "8 x 1 matrix", {"weight": (8, 1)}, {"权重形状": "8x1"},
        {"w_shape": [8, 1]},
    ],
    ids=repr,
)  # fmt: skip
def test_a_shape_is_understood(value: Any) -> None:
    """Brackets, separators, digits of any width, and numbers from any library."""
    assert parse_shape(value) == (8, 1)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ((), ()), ([], ()), ("()", ()), ("标量", ()), ("scalar", ()), (1, (1,)), ("1", (1,)), ("１", (1,)), (1.0, (1,)),
        ((1,), (1,)), ("(1,)", (1,)), ("一个", (1,)), ("1个", (1,)), (np.int32(1), (1,)), (torch.tensor(1), (1,)),
        (torch.tensor([1]), (1,)), (np.array([[1, 1]]), (1, 1)), ("1 x 8", (1, 8)), ("7x8x1", (7, 8, 1)),
        ("一个数", (1,)), ("1个数字", (1,)), ("one number", (1,)), ("a single number", (1,)), ("一个标量", (1,)),
        ({"bias": 1}, (1,)), ("一行八列", (1, 8)), ("(1行，8列)", (1, 8)), ("8个数", (8,)), ("一", (1,)),
    ],
    ids=repr,
)  # fmt: skip
def test_shapes_of_other_lengths_are_understood(value: Any, shape: tuple[int, ...]) -> None:
    """No axis, one axis, three."""
    assert parse_shape(value) == shape


@pytest.mark.parametrize(
    "value",
    [None, True, "", "abc", "8.5 x 1", "-8 x 1", (-1, 8), (8, "x"), "1列8行", torch.zeros(8, 1), {8, 1}, {"a": 1},
     object(), "9" * 50, [1] * 100, "8 x 1 or 1 x 8", 1 + 2j, torch.zeros(2, dtype=torch.complex64), [[[[[[8]]]]]],
     "十八行一列", "不是8x1矩阵", "八列一行", "8维列向量", "两个数", "多一个数", "a", "number", "不是一个数",
     "-8行1列", "-1个数", "≠一个数",
     {"weight": (8, 1), "bias": (1,)}, {8: 1}, {"input": (8, 1)}, {"not_weight": (8, 1)}, torch.ones(8), torch.zeros(1),
     torch.zeros(1, 1), np.zeros(1), torch.tensor(0.0)],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
def test_no_shape_is_read_into_anything_else(value: Any) -> None:
    """Without order, with a sign or in prose, numbers are no shape."""
    assert parse_shape(value) is None


@given(st.lists(st.integers(0, 999), min_size=1, max_size=4), st.sampled_from([" x ", "×", "*", ", ", "，", " by "]))
def test_a_written_shape_is_read_back(sizes: list[int], separator: str) -> None:
    """Whatever stands between the sizes."""
    assert parse_shape(separator.join(map(str, sizes))) == tuple(sizes)
    assert parse_shape(f"（{separator.join(map(str, sizes))}）") == tuple(sizes)


@given(st.text(max_size=30) | st.lists(st.integers() | st.text(max_size=3), max_size=12))
def test_any_value_gives_a_shape_or_none(value: Any) -> None:
    """Nothing that students write breaks the parser."""
    shape = parse_shape(value)

    assert shape is None or all(size >= 0 for size in shape)


@pytest.mark.parametrize(
    ("value", "blank"),
    [(None, True), (..., True), ("", True), ("...", True), ("？", True), ("B", False), ("()", False)],
)
def test_a_placeholder_is_blank(value: Any, *, blank: bool) -> None:
    """None, dots and empty texts answer nothing; the empty shape does."""
    assert is_blank(value) is blank
