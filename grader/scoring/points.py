"""The single home of how case results become points. Pure: the same results give the same grade.

Points are added as decimals and rounded to a millionth at the end, so that ten cases of 0.1 make exactly 1, and three
of 1/3 do, too.
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Final

from grader.errors import CourseError, MachineError
from grader.model.grade import ExerciseGrade, Grade, ScoredCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.model.assignment import Assignment, Exercise
    from grader.model.result import Case, CaseResult

_SMALLEST_STEP: Final = Decimal("0.000001")
_MOST_POINTS: Final = 1_000_000


def score(assignment: Assignment, results: Sequence[CaseResult]) -> Grade:
    """The points of one submission, exercise by exercise in the assignment's order.

    A case earns all of its points or none. A fault of the course or of the grader costs nothing.

    Raises:
        CourseError: if the cases' points do not add up to their exercise's points; see `check_points`.
        MachineError: if one case was judged twice.
    """
    check_points(assignment, [result.case for result in results])
    _check_judged_once(results)
    exercises = tuple(_score_exercise(exercise, results) for exercise in assignment.exercises)
    return Grade(
        points=total(exercise.points for exercise in exercises),
        max_points=total(exercise.max_points for exercise in exercises),
        exercises=exercises,
    )


def check_points(assignment: Assignment, cases: Sequence[Case]) -> None:
    """See that every exercise's points are what its cases add up to; can be asked before anyone is graded.

    Raises:
        CourseError: naming the exercise, the sum found and the points expected.
    """
    place = f"solutions/{assignment.id}"
    known = [exercise.id for exercise in assignment.exercises]
    for case in cases:
        if case.exercise not in known:
            raise CourseError(
                f"case {case.id} belongs to exercise {case.exercise!r}, expected one of {', '.join(known)}",
                place=place,
                hint="name the file test_<exercise>.py or mark the test with @pytest.mark.exercise",
            )
        if not 0 <= case.points <= _MOST_POINTS:
            raise CourseError(
                f"case {case.id} has {case.points!r} points, expected a number from 0 to {_MOST_POINTS}",
                place=place,
                hint="correct its @pytest.mark.points",
            )
    for exercise in assignment.exercises:
        found = total(case.points for case in cases if case.exercise == exercise.id)
        if found != total([exercise.points]):
            raise CourseError(
                f"the cases of {exercise.id} add up to {found:g} points, expected {exercise.points:g}",
                place=place,
                hint=f"change its cases' @pytest.mark.points, or write points = {found:g} for it in assignment.toml",
            )


def total(points: Iterable[float]) -> float:
    """The sum, free of binary dust.

    ::

        >>> total([0.1] * 3)
        0.3
    """
    exact = sum((_decimal(value) for value in points), start=Decimal(0))
    return float(exact.quantize(_SMALLEST_STEP, rounding=ROUND_HALF_EVEN))


def _score_exercise(exercise: Exercise, results: Sequence[CaseResult]) -> ExerciseGrade:
    """The points of one exercise; its cases keep the order in which they were judged."""
    cases = tuple(
        ScoredCase(result=result, points=total([result.case.points]) if result.verdict.earns else 0.0)
        for result in results
        if result.case.exercise == exercise.id
    )
    return ExerciseGrade(
        exercise_id=exercise.id,
        points=total(case.result.case.points for case in cases if case.result.verdict.earns),
        max_points=total([exercise.points]),
        cases=cases,
    )


def _check_judged_once(results: Sequence[CaseResult]) -> None:
    """Two results for one case would count its points twice."""
    case_id, times = Counter(result.case.id for result in results).most_common(1)[0] if results else ("", 0)
    if times > 1:
        raise MachineError(f"case {case_id} was judged {times} times, expected once")


def _decimal(points: float) -> Decimal:
    """The decimal that a person wrote, not the binary fraction next to it."""
    return Decimal(repr(float(points)))
