"""Two values side by side: every shape, every kind of value, differences marked where they are."""

from __future__ import annotations

import pytest

from grader.feedback.messages import shape_text
from grader.model.result import Difference, Scalar, Snapshot
from grader.report.matrix import compare, index_text, panel
from grader.report.quantity import points, short, written_alike


def _tensor(shape: tuple[int, ...] | None, values: tuple[Scalar, ...] | None, dtype: str = "torch.float32") -> Snapshot:
    return Snapshot(kind="tensor", type_name="Tensor", shape=shape, dtype=dtype, values=values, text="tensor(…)")


def _difference(index: tuple[int, ...]) -> Difference:
    return Difference(
        largest_absolute=1.0, largest_relative=1.0, index=index, mismatched=1, total=4, atol=1e-5, rtol=1e-6
    )


def test_differing_elements_and_the_largest_are_marked_in_both() -> None:
    """Elements within the tolerance are not."""
    expected, got = _tensor((2, 2), (1.0, 2.0, 3.0, 4.0)), _tensor((2, 2), (1.0, 2.000001, 5.0, 4.5))

    drawn = compare(expected, got, _difference((1, 0)))

    assert drawn.got is not None
    assert drawn.expected is not None
    for side in (drawn.expected, drawn.got):
        rows = side.layers[0].rows
        assert [[element.differs for element in row.elements] for row in rows] == [[False, False], [True, True]]
        assert [[element.largest for element in row.elements] for row in rows] == [[False, False], [True, False]]


def test_a_difference_too_small_for_four_decimals_gets_more() -> None:
    """What is marked as different is never written alike."""
    drawn = compare(_tensor((2,), (0.12346, 1.0)), _tensor((2,), (0.12349, 1.0)), _difference((0,)))

    assert drawn.got is not None
    assert drawn.expected is not None
    assert drawn.expected.layers[0].rows[0].elements[0].text == "0.1234600"
    assert drawn.got.layers[0].rows[0].elements[0].text == "0.1234900"


def test_not_a_number_differs_from_a_number_and_not_from_itself() -> None:
    """NaN arrives as text and is compared as such."""
    drawn = compare(_tensor((2,), ("nan", 1.0)), _tensor((2,), ("nan", "inf")), _difference((1,)))

    assert drawn.got is not None
    assert [element.differs for element in drawn.got.layers[0].rows[0].elements] == [False, True]


def test_other_shapes_and_dtypes_are_marked_instead_of_elements() -> None:
    """Elements of different shapes have no partners."""
    drawn = compare(_tensor((2,), (1.0, 2.0)), _tensor((2, 1), (1.0, 9.0), "torch.float64"), _difference((1,)))

    assert drawn.got is not None
    assert (drawn.got.shape, drawn.got.shape_differs) == ("(2, 1)", True)
    assert (drawn.got.dtype, drawn.got.dtype_differs) == ("float64", True)
    assert not any(element.differs for row in drawn.got.layers[0].rows for element in row.elements)


@pytest.mark.parametrize(
    ("shape", "layers", "rows", "columns"),
    [
        ((), 1, 1, 1),
        ((3,), 1, 1, 3),
        ((20,), 1, 3, 8),
        ((2, 3), 1, 2, 3),
        ((2, 2, 3), 2, 2, 3),
        ((2, 1, 2, 2), 2, 2, 2),
    ],
)
def test_every_shape_has_its_layout(shape: tuple[int, ...], layers: int, rows: int, columns: int) -> None:
    """Scalars, vectors (long ones in rows of eight), matrices, stacks of matrices."""
    count = 1
    for size in shape:
        count *= size

    drawn = panel(_tensor(shape, tuple(float(number) for number in range(count))))

    assert (len(drawn.layers), len(drawn.layers[0].rows)) == (layers, rows)
    assert len(drawn.layers[0].rows[0].elements) == columns
    assert not drawn.text


def test_an_empty_tensor_says_so() -> None:
    """No elements is not the same as elements that are not shown."""
    assert panel(_tensor((0, 3), ())).empty
    assert not panel(_tensor((9, 9), None)).empty


def test_a_large_tensor_shows_its_beginning_and_its_range() -> None:
    """Where the elements are too many, text and statistics stand for them."""
    large = Snapshot(
        kind="tensor",
        type_name="Tensor",
        shape=(1000,),
        dtype="torch.float32",
        text="tensor([…])",
        minimum=-3.21,
        mean=0.5,
        maximum=3.0,
    )

    drawn = panel(large)

    assert (drawn.text, drawn.minimum, drawn.mean, drawn.maximum) == ("tensor([…])", "-3.21", "0.5", "3")


def test_wide_values_stand_one_below_the_other() -> None:
    """Seven columns do not fit twice into a column of text."""
    wide, narrow = _tensor((1, 7), (0.12345,) * 7), _tensor((2, 2), (1.0,) * 4)

    assert compare(wide, wide).wide
    assert not compare(narrow, narrow).wide


def test_either_side_may_be_absent() -> None:
    """An answer that is concealed leaves the student's own."""
    drawn = compare(None, _tensor((), (2.0,)))

    assert drawn.expected is None
    assert drawn.got is not None


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((1.0, -2.5), ["1.0", "-2.5"]),
        ((1, 2, True), ["1", "2", "True"]),
        ((0.123456, 2.0), ["0.1235", "2.0000"]),
        ((1e-7, 2e-7), ["1.000e-07", "2.000e-07"]),
        ((1e6, 1.0), ["1.000e+06", "1.000e+00"]),
        ((0.0, 0.0), ["0.0", "0.0"]),
        (("nan", 1.25), ["nan", "1.25"]),
        ((float("inf"), None), ["inf", "None"]),
        ((), []),
    ],
)
def test_elements_are_written_alike(values: tuple[Scalar, ...], texts: list[str]) -> None:
    """As few decimals as do the data justice, the same for all."""
    assert written_alike(values) == texts


def test_points_and_single_numbers_have_no_needless_digits() -> None:
    """Points to two decimals, numbers to four digits."""
    assert [points(value) for value in (6.0, 4.5, 1 / 3, 10.0, 0.0)] == ["6", "4.5", "0.33", "10", "0"]
    assert [short(value) for value in (1200.0, 0.012345, 1.5e-7, float("nan"))] == ["1200", "0.01235", "1.5e-07", "nan"]


def test_shapes_and_indices_are_written_as_in_python() -> None:
    """One element has its comma."""
    assert [shape_text(shape) for shape in ((), (3,), (2, 1))] == ["()", "(3,)", "(2, 1)"]
    assert index_text((1, 0)) == "[1, 0]"
