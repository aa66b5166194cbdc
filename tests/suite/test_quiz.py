"""The checkers of quiz answers: findings that conceal what they expected."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from grader.model.result import Finding, FindingKind
from grader.suite import CheckFailed, Text, check_choice, check_shape_answer

WHY = Text(en="that is the layout of nn.Linear.weight", zh="那是 nn.Linear.weight 的布局")
WHAT = Text(en="the weight's shape", zh="权重的形状")


def choice_finding(got: Any) -> Finding:
    """The finding of a wrong choice."""
    with pytest.raises(CheckFailed) as caught:
        check_choice(got, "B", explanations={"C": WHY})
    return caught.value.finding


def shape_finding(got: Any) -> Finding:
    """The finding of a wrong shape."""
    with pytest.raises(CheckFailed) as caught:
        check_shape_answer(got, {(8, 1)}, what=WHAT, explanations={(1, 8): WHY})
    return caught.value.finding


def test_right_answers_pass() -> None:
    """However they are written."""
    check_choice("选 b", "B")
    check_shape_answer("８×１", [(8, 1)], what=WHAT)
    check_shape_answer(1, {(1, 1), (1,), ()}, what=WHAT)


def test_a_wrong_option_has_its_own_explanation_and_conceals_the_right_one() -> None:
    """The finding carries the explanation of what was chosen."""
    finding = choice_finding("c")

    assert (finding.kind, finding.explanation, finding.conceal_expected) == (FindingKind.ANSWER, WHY, True)
    assert finding.got is not None
    assert finding.got.text == "C"


@pytest.mark.parametrize(
    ("got", "kind"),
    [
        (None, FindingKind.NOT_ANSWERED),
        (..., FindingKind.NOT_ANSWERED),
        ("", FindingKind.NOT_ANSWERED),
        ("A or B", FindingKind.ANSWER_FORM),
        (7, FindingKind.ANSWER_FORM),
        ("A", FindingKind.ANSWER),
    ],
)
def test_no_answer_an_unreadable_one_and_a_wrong_one_are_told_apart(got: Any, kind: FindingKind) -> None:
    """Each has a finding of its own."""
    assert choice_finding(got).kind is kind


def test_a_wrong_shape_has_its_own_explanation() -> None:
    """The transposed shape is explained; what was expected stays concealed."""
    finding = shape_finding("1 x 8")

    assert (finding.kind, finding.what, finding.explanation, finding.conceal_expected) == (
        FindingKind.ANSWER,
        WHAT,
        WHY,
        True,
    )
    assert shape_finding("eight").kind is FindingKind.ANSWER_FORM
    assert shape_finding(None).kind is FindingKind.NOT_ANSWERED


@pytest.mark.parametrize("got", [torch.ones(8, 1), torch.zeros(1), np.zeros((8, 1)), torch.nn.Linear(8, 1).weight])
def test_a_tensor_of_a_shape_is_told_from_the_shape(got: Any) -> None:
    """It does not count, and the explanation says what to write."""
    finding = shape_finding(got)

    assert finding.kind is FindingKind.ANSWER_FORM
    assert finding.explanation is not None
    assert "not a tensor" in finding.explanation.en
    assert "张量" in finding.explanation.zh


def test_sizes_in_a_tensor_are_a_shape() -> None:
    """Whole positive numbers in a row are read as sizes, right or wrong."""
    check_shape_answer(torch.tensor([8, 1]), {(8, 1)}, what=WHAT)

    assert shape_finding(torch.tensor([1, 8])).explanation == WHY


def test_the_text_of_an_option_counts() -> None:
    """Where the author gives the options' texts, they stand for their letters."""
    texts = {"A": "x + 1", "B": "x + 2"}

    check_choice("x+2", "B", texts=texts)

    with pytest.raises(CheckFailed) as caught:
        check_choice("x + 1", "B", texts=texts, explanations={"A": WHY})
    assert caught.value.finding.explanation == WHY
