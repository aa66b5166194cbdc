"""The checkers: what passes, and which finding each failure carries."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch

from grader.model.result import Finding, FindingKind
from grader.suite import (
    CheckFailed,
    Text,
    as_tensor,
    check_between,
    check_changed_in_place,
    check_close,
    check_dtype,
    check_equal,
    check_gradient,
    check_leaf,
    check_length,
    check_requires_grad,
    check_shape,
    check_that,
    check_type,
    check_unchanged,
)

WHAT = Text(en="the spread", zh="离散程度")


def finding_of(check: Any, *arguments: Any, **options: Any) -> Finding:
    """The finding of a check that must fail."""
    with pytest.raises(CheckFailed) as caught:
        check(*arguments, **options)
    return caught.value.finding


def test_equal_results_pass() -> None:
    """A tensor is close to itself within the tolerance."""
    expected = torch.tensor([[1.0, 2.0, 3.0]])

    check_close(expected + 1e-7, expected)


@pytest.mark.parametrize(
    ("got", "kind"),
    [
        (None, FindingKind.RETURNED_NONE),
        ([[1.0], [3.0]], FindingKind.NOT_A_TENSOR),
        (np.array([[1.0], [3.0]], dtype=np.float32), FindingKind.NOT_A_TENSOR),
        (torch.tensor([1.0, 3.0]), FindingKind.SHAPE),
        (torch.tensor([[1.0, 3.0]]), FindingKind.TRANSPOSED),
        (torch.tensor([[1.0], [3.0]], dtype=torch.float64), FindingKind.DTYPE),
        (torch.tensor([[1.0], [math.nan]]), FindingKind.NOT_FINITE),
        (torch.tensor([[2.0], [6.0]]), FindingKind.FACTOR),
        (torch.tensor([[1.0], [3.5]]), FindingKind.VALUES),
    ],
)
def test_the_first_thing_that_is_wrong_is_the_finding(got: Any, kind: FindingKind) -> None:
    """Type, shape, dtype, finiteness and values are looked at in this order."""
    assert finding_of(check_close, got, torch.tensor([[1.0], [3.0]])).kind is kind


def test_the_worst_element_is_named() -> None:
    """The difference names its largest element and counts the wrong ones."""
    got, expected = torch.tensor([[1.0, 2.0, 3.5], [4.0, 9.0, 6.0]]), torch.arange(1.0, 7.0).reshape(2, 3)

    difference = finding_of(check_close, got, expected).difference

    assert difference is not None
    assert (difference.index, difference.largest_absolute, difference.mismatched, difference.total) == ((1, 1), 4, 2, 6)


def test_a_square_transposed_result_is_recognised() -> None:
    """Where shapes cannot tell, the values do."""
    expected = torch.tensor([[1.0, 2.0], [3.0, 4.0]])

    assert finding_of(check_close, expected.T, expected).kind is FindingKind.TRANSPOSED


def test_sequences_are_compared_element_by_element() -> None:
    """A pair of tensors passes as a tuple and as a list, and fails with the element's finding."""
    pair = (torch.zeros(2, 3), torch.ones(3, 1))

    check_close([torch.zeros(2, 3), torch.ones(3, 1)], pair)

    assert finding_of(check_close, (pair[0], torch.ones(3)), pair).kind is FindingKind.SHAPE
    assert finding_of(check_close, (pair[0],), pair).kind is FindingKind.WRONG_LENGTH
    assert finding_of(check_close, torch.zeros(2), pair).kind is FindingKind.WRONG_TYPE


@pytest.mark.parametrize("got", [2, 2.0, np.float32(2), torch.tensor(2.0)])
def test_any_plain_number_is_close_to_a_number(got: Any) -> None:
    """A number may be Python's, numpy's or a tensor without axes."""
    check_close(got, 2.0)


@pytest.mark.parametrize("got", [True, "2", torch.tensor([2.0]), [2.0]])
def test_what_is_no_number_is_of_the_wrong_type(got: Any) -> None:
    """A truth value, a text or a vector is no number."""
    assert finding_of(check_close, got, 2.0).kind is FindingKind.WRONG_TYPE


def test_arrays_are_compared_with_arrays() -> None:
    """An expected array asks for an array of its dtype; one of objects is of the wrong type."""
    expected = np.array([1.0, 2.0])

    check_close(np.array([1.0, 2.0]), expected)

    assert finding_of(check_close, torch.tensor([1.0, 2.0]), expected).kind is FindingKind.WRONG_TYPE
    assert finding_of(check_close, np.array([1, 2], dtype=object), expected).kind is FindingKind.WRONG_TYPE
    assert finding_of(check_close, np.array([1.0, 2.0], dtype=np.float32), expected).kind is FindingKind.DTYPE


def test_an_object_that_equals_everything_is_no_tensor() -> None:
    """No comparison of the value's own is asked."""

    class AlwaysEqual:
        def __eq__(self, other: object) -> bool:
            raise AssertionError("asked")

        __hash__ = None  # type: ignore[assignment]

    assert finding_of(check_close, AlwaysEqual(), torch.zeros(2)).kind is FindingKind.NOT_A_TENSOR
    assert finding_of(check_equal, AlwaysEqual(), 3).kind is FindingKind.VALUES
    assert finding_of(check_that, AlwaysEqual(), what=WHAT).kind is FindingKind.LAW
    assert finding_of(check_between, AlwaysEqual(), 0, 1, what=WHAT).kind is FindingKind.WRONG_TYPE


def test_shapes_and_dtypes_are_checked_alone() -> None:
    """`check_shape` and `check_dtype` look at nothing else."""
    got = torch.zeros(2, 3)
    check_shape(got, (2, 3))
    check_dtype(got, torch.float32)

    finding = finding_of(check_shape, got, (3, 2), subject="X")

    assert (finding.kind, finding.subject, finding.expected and finding.expected.shape) == (
        FindingKind.SHAPE,
        "X",
        (3, 2),
    )
    assert finding_of(check_dtype, got, torch.int64).kind is FindingKind.DTYPE


def test_types_and_lengths_are_checked() -> None:
    """A tuple of the right length passes; None is told apart."""
    check_length((1, 2), 2)
    check_type(3, int)

    assert finding_of(check_length, (1,), 2).kind is FindingKind.WRONG_LENGTH
    assert finding_of(check_length, None, 2).kind is FindingKind.RETURNED_NONE
    assert finding_of(check_type, "3", int).kind is FindingKind.WRONG_TYPE


def test_laws_hold_or_say_so_in_the_authors_words() -> None:
    """A law accepts any kind of truth value."""
    for truth in (True, np.bool_(True), torch.tensor(True)):
        check_that(truth, what=WHAT)

    assert finding_of(check_that, torch.tensor(False), what=WHAT).what == WHAT


@pytest.mark.parametrize(("got", "holds"), [(0.5, True), (0.2, True), (1.5, False), (math.nan, False)])
def test_a_statistic_lies_between_its_bounds(got: float, *, holds: bool) -> None:
    """The bounds belong to the range; NaN is in no range."""
    if holds:
        check_between(got, 0.2, 1.0, what=WHAT)
    else:
        assert finding_of(check_between, got, 0.2, 1.0, what=WHAT).kind is FindingKind.OUT_OF_RANGE


def test_an_input_that_changed_is_named() -> None:
    """Contents, shape and NaN are compared exactly."""
    before = torch.tensor([1.0, math.nan])
    check_unchanged(before.clone(), before, name="y")

    finding = finding_of(check_unchanged, torch.tensor([1.0, 2.0]), before, name="y")

    assert (finding.kind, finding.subject) == (FindingKind.INPUT_CHANGED, "y")


def test_a_parameter_that_never_changed_is_told_apart_from_a_wrong_change() -> None:
    """With the copy from before, the finding is that nothing happened in place."""
    before, expected = torch.tensor([1.0, 2.0]), torch.tensor([0.5, 1.5])
    check_changed_in_place(torch.tensor([0.5, 1.5]), expected, name="w", before=before)

    untouched = finding_of(check_changed_in_place, before.clone(), expected, name="w", before=before)
    wrong = finding_of(check_changed_in_place, torch.tensor([0.0, 1.5]), expected, name="w", before=before)

    assert (untouched.kind, wrong.kind) == (FindingKind.NOT_IN_PLACE, FindingKind.VALUES)


def test_a_step_of_nothing_is_no_failure() -> None:
    """A parameter that should not move may stay as it is."""
    weights = torch.tensor([1.0, 2.0])

    check_changed_in_place(weights.clone(), weights, name="w", before=weights)


def test_gradients_and_leaves_are_checked() -> None:
    """A leaf with its gradient passes; without gradient, or computed, it does not."""
    leaf = torch.ones(2, requires_grad=True)
    torch.autograd.backward((leaf * 3).sum())
    check_leaf(leaf, name="w")
    check_gradient(leaf, torch.tensor([3.0, 3.0]), name="w")
    check_requires_grad(leaf * 2)

    assert finding_of(check_leaf, leaf * 2, name="w").kind is FindingKind.NOT_A_LEAF
    assert finding_of(check_gradient, torch.ones(2), name="w").kind is FindingKind.NO_GRADIENT
    assert finding_of(check_gradient, leaf, torch.tensor([3.0, 4.0]), name="w").subject == "w.grad"
    assert finding_of(check_requires_grad, torch.ones(2)).kind is FindingKind.NO_GRADIENT


def test_exact_equality_says_what_differs() -> None:
    """Values, shapes, dtypes and None are told apart."""
    check_equal([1, (2, 3)], [1, (2, 3)])

    assert finding_of(check_equal, None, 1).kind is FindingKind.RETURNED_NONE
    assert finding_of(check_equal, torch.zeros(2), torch.zeros(3)).kind is FindingKind.SHAPE
    assert finding_of(check_equal, torch.zeros(2), torch.zeros(2).long()).kind is FindingKind.DTYPE
    assert finding_of(check_equal, torch.zeros(2), torch.ones(2)).difference is not None


def test_the_text_of_a_failure_is_one_line_for_authors() -> None:
    """It names subject, kind, both sides and the factor."""
    with pytest.raises(CheckFailed) as caught:
        check_close(torch.tensor([2.0, 4.0]), torch.tensor([1.0, 2.0]), subject="squared_loss")

    text = str(caught.value)

    assert text.startswith("squared_loss: factor, expected Tensor (2,) torch.float32 [1.0, 2.0]")
    assert "got = 2 times expected" in text
    assert "\n" not in text


def test_an_expected_value_that_is_an_input_is_concealed() -> None:
    """Values are the answer then; the shape and the dtype that are expected are not."""
    truth = torch.tensor([1.5, -2.5])

    values = finding_of(check_close, torch.zeros(2), truth, what=WHAT, conceal_expected=True)
    shape = finding_of(check_close, torch.zeros(2, 1), truth, what=WHAT, conceal_expected=True)
    not_finite = finding_of(check_close, truth / 0, truth, what=WHAT, conceal_expected=True)

    assert (values.kind, values.what, values.conceal_expected) == (FindingKind.VALUES, WHAT, True)
    assert (shape.kind, shape.conceal_expected, not_finite.kind) == (FindingKind.SHAPE, False, FindingKind.NOT_FINITE)
    for finding in (shape, not_finite):
        assert finding.expected is not None
        assert (finding.expected.shape, finding.expected.values) == ((2,), None)


def test_a_pair_of_three_is_told_in_the_authors_words() -> None:
    """The length is the finding, and the words name what the pair is."""
    finding = finding_of(check_length, (1, 2, 3), 2, what=WHAT)

    assert (finding.kind, finding.what) == (FindingKind.WRONG_LENGTH, WHAT)


@pytest.mark.parametrize("value", [torch.ones(2, 1), np.ones((2, 1), dtype=np.float32)])
def test_an_array_of_numbers_is_taken_as_a_tensor(value: Any) -> None:
    """Where its type is not what the case is about."""
    taken = as_tensor(value)

    assert isinstance(taken, torch.Tensor)
    assert (taken.dtype, taken.tolist()) == (torch.float32, [[1.0], [1.0]])


@pytest.mark.parametrize("value", [[[1.0]], 1.0, np.array(["1"]), np.array([None]), object()])
def test_nothing_else_is_taken_as_a_tensor(value: Any) -> None:
    """Lists, numbers, texts and objects are no tensors."""
    assert finding_of(as_tensor, value, subject="X").kind is FindingKind.NOT_A_TENSOR
    assert finding_of(as_tensor, None).kind is FindingKind.RETURNED_NONE
