"""The order in which a report tells its story: where to begin, what is said once, what needs no second look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader.feedback.view import CaseView, ErrorView, Feedback
from grader.model.result import Frame, Snapshot
from grader.model.text import Text
from grader.model.verdict import Verdict
from grader.report.cases import first_steps, shown_exercises

Make = Callable[..., Feedback]
MakeCase = Callable[..., CaseView]


def tensor(*shape: int, **more: Any) -> Snapshot:
    """A tensor's picture; without ``values`` it is shown as its outline."""
    return Snapshot(kind="tensor", type_name="Tensor", shape=shape, dtype="torch.float32", **more)


def test_one_begins_with_the_simplest_case_that_failed(make_feedback: Make, make_case: MakeCase) -> None:
    """A case of everything together costs most, and explains least."""
    feedback = make_feedback(
        make_case(1), make_case(2, Verdict.WRONG), make_case(3, Verdict.WRONG, max_points=2.0), make_case(4)
    )

    (step,) = first_steps(shown_exercises(feedback))
    assert (step.exercise.en, step.case.view.number) == ("Squared loss", 2)


def test_a_missing_name_precedes_other_mistakes(make_feedback: Make, make_case: MakeCase) -> None:
    """It costs the whole exercise and is repaired by one word, wherever the exercise stands."""
    (wrong,) = make_feedback(make_case(1, Verdict.WRONG)).exercises
    (missing,) = make_feedback(make_case(1, Verdict.MISSING)).exercises
    exercises = (wrong, msgspec.structs.replace(missing, id="sgd"), msgspec.structs.replace(wrong, id="quiz"))
    feedback = msgspec.structs.replace(make_feedback(), exercises=exercises)

    anchors = [step.case.anchor for step in first_steps(shown_exercises(feedback))]
    assert anchors == ["case-sgd-1", "case-squared-loss-1", "case-quiz-1"]


def test_the_same_error_shows_its_place_once(make_feedback: Make, make_case: MakeCase) -> None:
    """Later cases that fail at the same line keep the sentence and leave out the code."""
    same = Text(en="Your code raised SystemExit (line 24).", zh="你的代码引发了 SystemExit（第 24 行）。")
    error = ErrorView(type_name="SystemExit", message="0", frames=(Frame(cell=0, line=24, function="f", source="e"),))
    other = msgspec.structs.replace(error, message="1")
    cases = (make_case(n, Verdict.RAISED, message=same, error=e) for n, e in ((1, error), (2, error), (3, other)))

    (exercise,) = shown_exercises(make_feedback(*cases))
    assert [case.error is not None for case in exercise.open_cases] == [True, False, True]


@pytest.mark.parametrize(
    ("expected", "got", "compared"),
    [
        (tensor(2, 1, values=(0.0, 0.0)), tensor(2, 1, values=(1.0, 0.0)), True),
        (tensor(2, 1, values=(0.0, 0.0)), tensor(2, 1), False),
        (tensor(2), tensor(2, 1), True),
        (None, tensor(2, 1), False),
        (None, tensor(2, 1, values=(1.0, 0.0)), True),
    ],
    ids=["values differ", "contents are hidden", "shapes differ", "hidden and alone", "alone"],
)
def test_values_without_contents_are_not_set_side_by_side(
    make_feedback: Make, make_case: MakeCase, expected: Snapshot | None, got: Snapshot, *, compared: bool
) -> None:
    """An outline says something only where the shape itself is the difference."""
    (exercise,) = shown_exercises(make_feedback(make_case(1, Verdict.WRONG, expected=expected, got=got)))

    assert (exercise.open_cases[0].comparison is not None) == compared


def test_a_tuple_that_the_message_quotes_is_not_shown_again(make_feedback: Make, make_case: MakeCase) -> None:
    """An answer to a question stands in the sentence already."""
    answer = Snapshot(kind="sequence", type_name="tuple", shape=(2,), values=(1, 8), text="(1, 8)")
    message = Text(en="Your answer (1, 8) is not right.", zh="你的答案 (1, 8) 不对。")

    (exercise,) = shown_exercises(make_feedback(make_case(1, Verdict.WRONG, got=answer, message=message)))
    assert exercise.open_cases[0].comparison is None
