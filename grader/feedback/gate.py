"""The single home of who may see what: the one gate between a grade and its readers.

Of a hidden case a student sees what kind of failure it was, the author's title and hint, what the hand-in returned
beside what was expected (unless that is the answer itself), the places of an error in the hand-in, and the pictures
that the author attached. Never: the test's docstring, source and output, what was printed, and the inputs, unless the
author reveals those. Where a finding is about an input itself, only its shape and type are shown. A function that
returns text or an object of its own could return the inputs in writing, so of such a result only the type and length
are shown; and since it could leave them in the place of an answer, or in the names of another function's parameters,
those are quoted only as far as the hand-in holds them. How long a hidden case took is not told, since a function can
sleep. An error's message is quoted only where it cannot carry the inputs out; see `explain`.

A visible case hides nothing but pytest's own words, and instructors see everything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from grader.feedback import untrusted
from grader.feedback.catalogue import text
from grader.feedback.explain import explain, quotable
from grader.feedback.messages import Around, call_text, case_message, subject_of
from grader.feedback.places import HandInText, is_raised_on_purpose
from grader.feedback.run import missing_packages, show_cells, show_notices
from grader.feedback.view import Audience, CaseView, ErrorView, ExerciseView, Feedback, WallView
from grader.model.assignment import SubmissionFormat
from grader.model.grade import Status
from grader.model.result import Difference, Finding, FindingKind, Snapshot
from grader.model.verdict import Verdict
from grader.sandbox.walls import missing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.judge.judgement import Judgement
    from grader.model.assignment import Assignment
    from grader.model.grade import ExerciseGrade, Grade, ScoredCase
    from grader.model.result import CaseResult, ErrorRecord, Frame, NamedSnapshot, Wall
    from grader.model.submission import Submission, Unreadable
    from grader.model.text import Language, Text

_NO_POINTS: Final = 0.0
_ABOUT_AN_INPUT: Final = (
    FindingKind.INPUT_CHANGED,
    FindingKind.NOT_IN_PLACE,
    FindingKind.NO_GRADIENT,
    FindingKind.NOT_A_LEAF,
)
"""Findings whose ``got`` is, or may be, an argument as the case made it."""
_OF_NUMBERS: Final = ("tensor", "array", "number", "none")
"""Kinds of value that an exercise asks for and that a report may show of a hidden case."""
_TEXT_ARRAYS: Final = ("<U", ">U", "|S")
"""How the dtypes of arrays of text begin."""
_SHORT_ANSWER: Final = 8
"""Characters of an answer that are quoted whatever they are: it was asked for in a few."""
_NAME_THEIR_CAUSE: Final = (
    FindingKind.NAME_MISSING,
    FindingKind.NAME_NEAR_MISS,
    FindingKind.NAME_STATEMENT_FAILED,
    FindingKind.NAME_FROM_STAND_IN,
    FindingKind.NOT_ANSWERED,
    FindingKind.NOT_CALLABLE,
    FindingKind.PARAMETER_ORDER,
    FindingKind.PARAMETERS,
    FindingKind.LOAD_TIMED_OUT,
    FindingKind.SUITE,
    FindingKind.INTERNAL,
)
"""Findings that have nothing to do with what their case is about: its hint would lead to a mistake nobody made."""


def show_to(
    audience: Audience,
    *,
    assignment: Assignment,
    submission: Submission,
    judgement: Judgement,
    grade: Grade,
    language: Language,
) -> Feedback:
    """What ``audience`` may see of a graded submission."""
    around = Around(assignment, HandInText(submission), missing_packages(judgement.load))
    fallen = missing(judgement.walls) if judgement.walls else ()  # where nothing could be started, nothing ran
    return Feedback(
        audience=audience,
        language=language,
        assignment=assignment.id,
        assignment_title=assignment.title,
        student_id=submission.student_id,  # an identity: others look students up by it
        submission=untrusted.line(submission.file_name),
        format=submission.format,
        digest=submission.digest,
        status=Status.GRADED,
        points=grade.points,
        max_points=grade.max_points,
        exercises=tuple(_exercise(one, audience, around) for one in grade.exercises),
        cells=show_cells(submission, judgement.load, around.hand_in, assignment.limits),
        notices=(*_fault_notices(grade), *show_notices(judgement.load, assignment)),
        walls=tuple(_wall(wall, audience, needed=wall in fallen) for wall in judgement.walls),
        weak_sandbox=bool(fallen),
        environment={name: untrusted.line(value) for name, value in judgement.environment.items()},
    )


def show_unreadable(unreadable: Unreadable, *, assignment: Assignment, language: Language) -> Feedback:
    """What everybody sees of a hand-in that cannot be graded: what is wrong with it and what to do."""
    file_name = untrusted.line(unreadable.file_name)
    values = {"file": file_name, "accepts": _accepted(assignment), **untrusted.values(unreadable.values)}
    return _without_grade(
        Status.INVALID,
        text(f"invalid.{unreadable.kind}", **values),
        assignment=assignment,
        language=language,
        student_id=unreadable.student_id,
        file_name=file_name,
        digest=unreadable.digest,
    )


def show_internal_error(
    submission: Submission, *, assignment: Assignment, language: Language, reference: str
) -> Feedback:
    """What everybody sees of a submission on which the grader failed; ``reference`` finds it in the grader's log."""
    file_name = untrusted.line(submission.file_name)
    return _without_grade(
        Status.INTERNAL_ERROR,
        text("problem.internal_error", file=file_name, reference=untrusted.line(reference)),
        assignment=assignment,
        language=language,
        student_id=submission.student_id,
        file_name=file_name,
        digest=submission.digest,
        hand_in_format=submission.format,
    )


def _without_grade(
    status: Status,
    problem: Text,
    *,
    assignment: Assignment,
    language: Language,
    student_id: str,
    file_name: str,
    digest: str,
    hand_in_format: str = "",
) -> Feedback:
    """The feedback of a submission without cases."""
    return Feedback(
        audience=Audience.STUDENT,
        language=language,
        assignment=assignment.id,
        assignment_title=assignment.title,
        student_id=student_id,
        submission=file_name,
        format=hand_in_format,
        digest=digest,
        status=status,
        points=_NO_POINTS,
        max_points=assignment.max_points,
        problem=problem,
    )


def _accepted(assignment: Assignment) -> Text:
    """The kinds of file that the assignment takes, in words."""
    if set(assignment.accepts) == {SubmissionFormat.NOTEBOOK}:
        return text("accepts.notebook")
    if set(assignment.accepts) == {SubmissionFormat.MODULE}:
        return text("accepts.module")
    return text("accepts.either")


def _exercise(graded: ExerciseGrade, audience: Audience, around: Around) -> ExerciseView:
    """One exercise with its cases."""
    exercise = around.assignment.exercise(graded.exercise_id)
    return ExerciseView(
        id=exercise.id,
        title=exercise.title,
        points=graded.points,
        max_points=graded.max_points,
        cases=tuple(_case(scored, audience, around) for scored in graded.cases),
    )


def _case(scored: ScoredCase, audience: Audience, around: Around) -> CaseView:
    """One case, with exactly what the audience may see."""
    case = scored.result.case
    may_know_all = audience is Audience.INSTRUCTOR
    may_see_inputs = may_know_all or case.visible or case.reveal_inputs
    # Visible cases come first. Before all others the hand-in may have seen inputs that are hidden.
    may_read_writing = may_know_all or case.visible
    result = scored.result if may_read_writing else _without_writing(scored.result, around)
    finding = result.finding
    evidence = _evidence(finding, may_know_all=may_know_all, may_see_inputs=may_see_inputs)
    return CaseView(
        id=case.id,
        number=case.number,
        title=case.title or text("case.title", number=case.number),
        verdict=result.verdict,
        blame=result.verdict.blame,
        points=scored.points,
        max_points=case.points,
        visible=case.visible,
        message=case_message(result, around),
        seconds=result.seconds if may_read_writing else None,
        hint=_hint(result),
        call=call_text(_called(result, around), around.assignment),
        inputs=_inputs(result, around) if may_see_inputs else (),
        expected=evidence.expected,
        got=evidence.got,
        difference=evidence.difference,
        error=_error(finding.error, around, may_read_writing=may_read_writing)
        if finding is not None and finding.error is not None
        else None,
        exhibits=result.exhibits,
        printed=untrusted.block(result.printed) if may_read_writing else "",
        detail=result.detail if may_know_all else "",
        node=case.node if may_know_all else "",
        doc=case.doc if may_know_all else "",
    )


def _hint(result: CaseResult) -> Text | None:
    """The author's hint, for those who did not pass and whose mistake it is about."""
    if result.verdict in (Verdict.PASSED, Verdict.SUITE_ERROR, Verdict.INTERNAL_ERROR):
        return None
    if result.finding is not None and result.finding.kind in _NAME_THEIR_CAUSE:
        return None
    return result.case.hint


class _Evidence(msgspec.Struct, frozen=True):
    """The compared values that an audience may see."""

    expected: Snapshot | None = None
    got: Snapshot | None = None
    difference: Difference | None = None


def _evidence(finding: Finding | None, *, may_know_all: bool, may_see_inputs: bool) -> _Evidence:
    """What was got beside what was expected; neither the answer to a question nor a hidden input."""
    if finding is None:
        return _Evidence()
    got = _picture(finding.got)
    if finding.conceal_expected and not may_know_all:
        return _Evidence(got=got)
    expected = _picture(finding.expected)
    if may_see_inputs or finding.kind not in _ABOUT_AN_INPUT:
        return _Evidence(expected, got, finding.difference)
    if finding.kind is FindingKind.INPUT_CHANGED:
        expected = _outline(expected)
    return _Evidence(expected, _outline(got))


def _without_writing(result: CaseResult, around: Around) -> CaseResult:
    """The result of a hidden case, without text in which the hand-in could have written its inputs."""
    finding = result.finding
    if finding is None:
        return result
    if finding.kind is FindingKind.PARAMETER_ORDER:
        asked, order = (str(finding.values.get(role, "")).split(", ") for role in ("expected", "got"))
        known = ", ".join(name if name in asked or around.hand_in.has_written(name) else "…" for name in order)
        finding = msgspec.structs.replace(finding, values=finding.values | {"got": known})
    if finding.got is not None and _could_tell(finding.got, result, around):
        got = finding.got
        named = msgspec.structs.replace(got, type_name=around.hand_in.value_type(got.type_name))
        finding = msgspec.structs.replace(finding, got=_outline(got if got.kind in _OF_NUMBERS else named))
    return msgspec.structs.replace(result, finding=finding)


def _could_tell(got: Snapshot, result: CaseResult, around: Around) -> bool:
    """Whether a value could be something written about the inputs, of this case or, in an answer, of one before."""
    if got.kind in _OF_NUMBERS:
        return got.dtype is not None and got.dtype.startswith(_TEXT_ARRAYS)
    if result.calls or got.kind == "object":
        return True
    words = [got.text or "", *(value for value in got.values or () if isinstance(value, str))]
    return not all(len(each) <= _SHORT_ANSWER or around.hand_in.has_written(each) for each in words)


def _outline(snapshot: Snapshot | None) -> Snapshot | None:
    """A value's type and shape without its contents."""
    if snapshot is None:
        return None
    return Snapshot(
        kind=snapshot.kind,
        type_name=snapshot.type_name,
        shape=snapshot.shape,
        dtype=snapshot.dtype,
        requires_grad=snapshot.requires_grad,
    )


def _called(result: CaseResult, around: Around) -> str:
    """The function that a case is about."""
    subject = subject_of(result, around.assignment)
    return (
        subject if call_text(subject, around.assignment) else around.assignment.exercise(result.case.exercise).names[0]
    )


def _inputs(result: CaseResult, around: Around) -> tuple[NamedSnapshot, ...]:
    """The arguments of the last call of the function that the case is about, or of the last call at all."""
    function = _called(result, around)
    calls = [call for call in result.calls if call.function == function] or list(result.calls)
    return untrusted.inputs(calls[-1]) if calls else ()


def _picture(snapshot: Snapshot | None) -> Snapshot | None:
    """A value, cleaned."""
    return None if snapshot is None else untrusted.snapshot(snapshot)


def _error(record: ErrorRecord, around: Around, *, may_read_writing: bool) -> ErrorView:
    """An exception, with its places in the hand-in and as much of its message as the audience may see."""
    hand_in = around.hand_in
    frames = hand_in.frames(record.frames)
    if not may_read_writing:
        return _bounded_error(record, frames, around)
    cleaned = untrusted.error(record)
    return ErrorView(
        type_name=cleaned.type_name,
        message=cleaned.message,
        frames=frames,
        explanation=explain(cleaned.type_name, cleaned.message, frames=frames, missing=around.missing_packages),
    )


def _bounded_error(record: ErrorRecord, frames: tuple[Frame, ...], around: Around) -> ErrorView:
    """An exception of a case whose inputs are hidden.

    Its message is quoted only if no ``raise`` or ``assert`` of the hand-in wrote it and it is one that Python or
    PyTorch is known to write.
    """
    hand_in = around.hand_in
    type_name = hand_in.type_name(record.type_name)
    quoted = "" if is_raised_on_purpose(frames) else quotable(type_name, record.message, words=hand_in.words)
    explanation = explain(type_name, quoted, frames=frames, missing=around.missing_packages)
    if explanation is None and not quoted and record.message.strip():
        explanation = text("error.message_hidden")
    return ErrorView(type_name=type_name, message=quoted, frames=frames, explanation=explanation)


def _fault_notices(grade: Grade) -> tuple[Text, ...]:
    """How many cases could not be judged through no fault of the student's."""
    verdicts = [scored.result.verdict for exercise in grade.exercises for scored in exercise.cases]
    return tuple(_counted(verdicts))


def _counted(verdicts: list[Verdict]) -> Iterable[Text]:
    """One notice for each party at fault."""
    if count := verdicts.count(Verdict.SUITE_ERROR):
        yield text("notice.course_fault", count=count)
    if count := verdicts.count(Verdict.INTERNAL_ERROR):
        yield text("notice.grader_fault", count=count)


def _wall(wall: Wall, audience: Audience, *, needed: bool) -> WallView:
    """A wall, in words; one that stood is never too much."""
    return WallView(
        id=wall.id,
        stood=wall.stood,
        needed=needed or wall.stood,
        text=text(f"wall.{wall.id}" if wall.stood else f"wall.{wall.id}.missing"),
        detail=wall.detail if audience is Audience.INSTRUCTOR else "",
    )
