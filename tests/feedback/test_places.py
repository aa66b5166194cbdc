"""Places in a hand-in: only those that exist, with the hand-in's own lines and names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.feedback.places import MOST_FRAMES, HandInText, is_raised_on_purpose
from grader.model.assignment import SubmissionFormat
from grader.model.result import Frame
from grader.model.text import Text

if TYPE_CHECKING:
    from grader.model.submission import Submission


def frame(cell: int, line: int, function: str = "squared_loss", source: str = "forged") -> Frame:
    """A reported place."""
    return Frame(cell=cell, line=line, function=function, source=source)


def test_the_line_shown_is_the_hand_ins_own(submission: Submission) -> None:
    """What the process reports as source is not believed."""
    (shown,) = HandInText(submission).frames([frame(1, 5)])

    assert shown.source == "if y.ndim > 2:"


@pytest.mark.parametrize(("cell", "line"), [(1, 0), (1, -1), (1, 99), (7, 1), (-1, 1)])
def test_a_place_outside_the_hand_in_is_no_place(submission: Submission, cell: int, line: int) -> None:
    """It could carry a number out or mislead a reader."""
    assert HandInText(submission).frames([frame(cell, line)]) == ()


@pytest.mark.parametrize(
    ("function", "shown"), [("squared_loss", "squared_loss"), ("<module>", "<module>"), ("made_up", "")]
)
def test_a_function_is_named_if_the_hand_in_names_it(submission: Submission, function: str, shown: str) -> None:
    """A function can be renamed while it runs."""
    assert HandInText(submission).frames([frame(1, 5, function)])[0].function == shown


def test_endless_recursion_shows_the_innermost_places(submission: Submission) -> None:
    """A thousand frames are cut to the last ones."""
    frames = HandInText(submission).frames([frame(1, 1)] + [frame(1, 3)] * 1000)

    assert len(frames) == MOST_FRAMES
    assert {one.line for one in frames} == {3}


@pytest.mark.parametrize(
    ("reported", "shown"),
    [("ValueError", "ValueError"), ("torch.OutOfMemoryError", "OutOfMemoryError"), ("Made_1_5", "Exception")],
)
def test_a_type_is_named_if_it_is_common(submission: Submission, reported: str, shown: str) -> None:
    """A class can be created, and named, while the code runs."""
    assert HandInText(submission).type_name(reported) == shown


def test_a_module_is_one_cell_without_a_number(submission: Submission) -> None:
    """Its places are lines."""
    module = msgspec.structs.replace(submission, format=SubmissionFormat.MODULE)

    assert HandInText(module).place(0, 12) == Text(en="line 12", zh="第 12 行")


@pytest.mark.parametrize(
    ("source", "is_raised"),
    [
        ("    raise ValueError(str(y))", True),
        ("if y.dim() > 2: raise ValueError", True),
        ("assert y_hat.shape == y.shape, y", True),
        ("x = 1; raise E", True),
        ("return raised(y)", False),
        ("y = y_hat @ y  # raise the power", False),
        ("raised = 3", False),
    ],
)
def test_a_raise_of_the_hand_ins_own_is_recognised(source: str, *, is_raised: bool) -> None:
    """By the innermost line."""
    assert is_raised_on_purpose([frame(1, 1, source="f()"), frame(1, 2, source=source)]) is is_raised


def test_no_place_is_no_raise() -> None:
    """An error from outside the hand-in was not raised by it."""
    assert not is_raised_on_purpose([])
