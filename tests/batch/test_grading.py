"""What is kept of one submission."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from grader.batch.frames import Failed, Outcome
from grader.batch.grading import grade
from grader.judge.judgement import Judgement
from grader.model.assignment import Assignment, Exercise, ExerciseKind, Limits, SubmissionFormat
from grader.model.result import Case, CaseResult, Finding, FindingKind
from grader.model.text import Language, Text
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model.submission import Submission


@pytest.fixture
def judge() -> Callable[[Verdict], Any]:
    """Makes a judge that gives its only case the same verdict for everybody."""
    title = Text(en="T", zh="题")
    exercise = Exercise(id="sgd", kind=ExerciseKind.FUNCTION, points=3, title=title, names=("sgd",))
    assignment = Assignment(
        id="linear_regression",
        title=title,
        language=Language.EN,
        accepts=(SubmissionFormat.MODULE,),
        exercises=(exercise,),
        limits=Limits(),
    )
    case = Case(id="sgd.1", exercise="sgd", number=1, node="t.py::t", points=3, visible=False, doc="D", title=title)
    kinds = {Verdict.WRONG: FindingKind.VALUES, Verdict.SUITE_ERROR: FindingKind.SUITE}

    def make(verdict: Verdict) -> Any:
        finding = None if verdict is Verdict.PASSED else Finding(kind=kinds.get(verdict, FindingKind.INTERNAL))
        result = CaseResult(case=case, verdict=verdict, seconds=0.1, finding=finding, detail="pytest's words")
        judgement = Judgement(results=(result,), load=None, walls=(), environment={"python": "3"})
        return SimpleNamespace(assignment=SimpleNamespace(assignment=assignment), judge=lambda _submission: judgement)

    return make


@pytest.mark.parametrize(("verdict", "points"), [(Verdict.PASSED, 3.0), (Verdict.WRONG, 0.0)])
def test_a_judged_submission_has_a_result_and_a_report(
    judge: Callable[[Verdict], Any], submission: Callable[..., Submission], verdict: Verdict, points: float
) -> None:
    """And what tables need, without what only the report needs."""
    outcome = grade(judge(verdict), submission("ana"), language=Language.EN)

    assert isinstance(outcome, Outcome)
    assert outcome.feedback.points == points
    assert b'"student_id": "ana"' in outcome.result
    assert outcome.report.startswith(b"<!")
    assert outcome.feedback.cells == ()


def test_a_fault_of_the_course_costs_nothing_and_is_told(
    judge: Callable[[Verdict], Any], submission: Callable[..., Submission]
) -> None:
    """With pytest's own words, which no report has."""
    outcome = grade(judge(Verdict.SUITE_ERROR), submission("ana"), language=Language.EN)

    assert isinstance(outcome, Outcome)
    assert outcome.feedback.points == 3.0
    assert outcome.course_faults == ("sgd.1 (t.py::t): pytest's words",)
    assert b"pytest's words" not in outcome.report + outcome.result


def test_a_fault_of_the_machine_is_no_grade(
    judge: Callable[[Verdict], Any], submission: Callable[..., Submission]
) -> None:
    """Neither full points nor none: it is judged again."""
    failed = grade(judge(Verdict.INTERNAL_ERROR), submission("ana"), language=Language.EN)

    assert isinstance(failed, Failed)
    assert failed.details == "sgd.1 (t.py::t): pytest's words"
