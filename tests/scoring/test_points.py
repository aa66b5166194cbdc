"""Points: sums without dust, faults that cost nothing, and courses whose points do not add up."""

from __future__ import annotations

import math
from random import Random  # noqa: TC003 - hypothesis reads the annotation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import CourseError, MachineError
from grader.model.assignment import Assignment, Exercise, ExerciseKind, Limits, SubmissionFormat
from grader.model.result import Case, CaseResult
from grader.model.text import Language, Text
from grader.model.verdict import Blame, Verdict
from grader.scoring import check_points, score
from grader.scoring.points import total

TITLE = Text(en="t", zh="题")


def make_assignment(**points: float) -> Assignment:
    """An assignment with one function exercise per keyword."""
    return Assignment(
        id="linear_regression",
        title=TITLE,
        language=Language.EN,
        accepts=(SubmissionFormat.NOTEBOOK,),
        limits=Limits(),
        exercises=tuple(
            Exercise(id=name, kind=ExerciseKind.FUNCTION, points=value, title=TITLE, names=(name,))
            for name, value in points.items()
        ),
    )


def make_case(exercise: str, number: int, points: float) -> Case:
    """A hidden case."""
    return Case(
        id=f"{exercise}.{number}", exercise=exercise, number=number, node="n", points=points, visible=False, doc="d"
    )


def make_result(exercise: str, number: int, points: float, verdict: Verdict = Verdict.PASSED) -> CaseResult:
    """A result without evidence."""
    return CaseResult(case=make_case(exercise, number, points), verdict=verdict, seconds=0.1)


def test_partial_credit_is_per_case() -> None:
    """A case earns all of its points or none, and the others keep theirs."""
    results = [
        make_result("sgd", 1, 1.5),
        make_result("sgd", 2, 2.0, Verdict.WRONG),
        make_result("loss", 1, 3.0, Verdict.RAISED),
        make_result("sgd", 3, 0.5),
    ]

    grade = score(make_assignment(sgd=4, loss=3), results)

    assert (grade.points, grade.max_points) == (2.0, 7.0)
    assert [(e.exercise_id, e.points, e.max_points) for e in grade.exercises] == [("sgd", 2.0, 4.0), ("loss", 0.0, 3.0)]
    assert [(c.result.case.id, c.points) for c in grade.exercises[0].cases] == [
        ("sgd.1", 1.5),
        ("sgd.2", 0.0),
        ("sgd.3", 0.5),
    ]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_the_students_own_verdicts_cost_points(verdict: Verdict) -> None:
    """A fault of the course or of the grader earns the case's points."""
    grade = score(make_assignment(sgd=2), [make_result("sgd", 1, 2, verdict)])

    assert grade.points == (0.0 if verdict.blame is Blame.STUDENT else 2.0)


def test_ten_tenths_are_one() -> None:
    """Decimal points add up without binary dust."""
    grade = score(
        make_assignment(sgd=1, loss=0.3),
        [make_result("sgd", n, 0.1) for n in range(10)] + [make_result("loss", n, 0.1) for n in range(3)],
    )

    assert (grade.points, grade.max_points) == (1.3, 1.3)
    assert [exercise.points for exercise in grade.exercises] == [1.0, 0.3]


def test_three_thirds_are_one() -> None:
    """Points that no decimal can write still add up."""
    assert score(make_assignment(sgd=1), [make_result("sgd", n, 1 / 3) for n in range(3)]).points == 1.0


def test_cases_that_do_not_add_up_are_the_courses_fault() -> None:
    """The message names the exercise, the sum, the points expected and what to write."""
    with pytest.raises(CourseError) as caught:
        check_points(make_assignment(sgd=3), [make_case("sgd", 1, 1.5), make_case("sgd", 2, 1)])

    assert str(caught.value) == (
        "solutions/linear_regression: the cases of sgd add up to 2.5 points, expected 3\n"
        "  hint: change its cases' @pytest.mark.points, or write points = 2.5 for it in assignment.toml"
    )


def test_an_exercise_without_cases_does_not_add_up() -> None:
    """Points that nothing can earn are found before anyone is graded."""
    with pytest.raises(CourseError, match="the cases of loss add up to 0 points, expected 1"):
        score(make_assignment(sgd=1, loss=1), [make_result("sgd", 1, 1)])


def test_a_case_of_no_exercise_is_the_courses_fault() -> None:
    """A case that no exercise claims is named with the exercises that exist."""
    with pytest.raises(CourseError, match=r"case sdg\.1 belongs to exercise 'sdg', expected one of sgd, loss"):
        check_points(make_assignment(sgd=1, loss=1), [make_case("sdg", 1, 1)])


@pytest.mark.parametrize("points", [-1.0, math.inf, math.nan])
def test_points_must_be_a_number_from_zero(points: float) -> None:
    """A negative, infinite or undefined number of points is refused."""
    with pytest.raises(CourseError, match=r"case sgd\.1 has .* points, expected a number from 0"):
        check_points(make_assignment(sgd=1), [make_case("sgd", 1, points)])


def test_a_case_judged_twice_is_the_graders_fault() -> None:
    """The same case does not count twice, even where the sums would fit."""
    with pytest.raises(MachineError, match=r"case sgd\.1 was judged 2 times"):
        score(make_assignment(sgd=2), [make_result("sgd", 1, 1), make_result("sgd", 1, 1)])


def test_an_assignment_without_exercises_has_no_points() -> None:
    """Nothing to do gives nothing, not an error."""
    grade = score(make_assignment(), [])

    assert (grade.points, grade.max_points, grade.exercises) == (0.0, 0.0, ())


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=40), st.randoms(use_true_random=False))
def test_a_sum_is_exact_and_does_not_depend_on_the_order(hundredths: list[int], random: Random) -> None:
    """Points written with two decimals add up to the exact decimal sum, in any order."""
    points = [value / 100 for value in hundredths]
    shuffled = list(points)
    random.shuffle(shuffled)

    assert total(points) == total(shuffled) == sum(hundredths) / 100


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(list(Verdict))), min_size=1, max_size=12))
def test_points_lie_between_nothing_and_everything(drawn: list[tuple[int, Verdict]]) -> None:
    """A grade is never negative, never above its maximum, and full exactly if no case was lost by the student."""
    results = [make_result("sgd", n, quarter / 4, verdict) for n, (quarter, verdict) in enumerate(drawn)]
    grade = score(make_assignment(sgd=sum(quarter for quarter, _ in drawn) / 4), results)

    assert 0 <= grade.points <= grade.max_points
    lost = any(verdict.blame is Blame.STUDENT and quarter for quarter, verdict in drawn)
    assert (grade.points == grade.max_points) is not lost
