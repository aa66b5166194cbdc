"""The single home of the row of stages for one submission: judge → score → show → render and export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from grader.batch.frames import Failed, Outcome
from grader.export.result import result_json
from grader.feedback import show_to
from grader.feedback.view import Audience
from grader.model.verdict import Blame
from grader.report import render_html
from grader.scoring import score

if TYPE_CHECKING:
    from grader.feedback.view import Feedback
    from grader.judge import Judge
    from grader.model.result import CaseResult
    from grader.model.submission import Submission
    from grader.model.text import Language


def grade(judge: Judge, submission: Submission, *, language: Language) -> Outcome | Failed:
    """Everything that is kept of one submission; a case that the machine failed on is not a grade."""
    assignment = judge.assignment.assignment
    judgement = judge.judge(submission)
    if faults := _faults(judgement.results, Blame.GRADER):
        return Failed(submission=submission, details="\n\n".join(faults))
    feedback = show_to(
        Audience.STUDENT,
        assignment=assignment,
        submission=submission,
        judgement=judgement,
        grade=score(assignment, judgement.results),
        language=language,
    )
    return Outcome(
        feedback=slim(feedback),
        result=result_json(feedback),
        report=render_html(feedback).encode(),
        course_faults=_faults(judgement.results, Blame.COURSE),
    )


def slim(feedback: Feedback) -> Feedback:
    """What tables and JUnit need of a feedback; cells and pictures of a whole class would fill the memory."""
    exercises = tuple(
        msgspec.structs.replace(
            exercise,
            cases=tuple(
                msgspec.structs.replace(case, inputs=(), expected=None, got=None, difference=None, exhibits=())
                for case in exercise.cases
            ),
        )
        for exercise in feedback.exercises
    )
    return msgspec.structs.replace(feedback, exercises=exercises, cells=())


def _faults(results: tuple[CaseResult, ...], blame: Blame) -> tuple[str, ...]:
    """The cases that somebody other than the student must look at, with pytest's own words."""
    return tuple(
        f"{result.case.id} ({result.case.node}): {result.detail}".strip()
        for result in results
        if result.verdict.blame is blame
    )
