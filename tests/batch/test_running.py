"""A batch: whatever comes out of the executor ends in files."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest

from grader.batch.frames import Failed, Job, Outcome
from grader.batch.running import Batch, BatchResult, run_batch
from grader.course import CourseAssignment
from grader.errors import CourseError
from grader.feedback.view import Audience, Feedback
from grader.model.assignment import Assignment, Exercise, ExerciseKind, Limits, SubmissionFormat
from grader.model.grade import Status
from grader.model.submission import Submission, Unreadable
from grader.model.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence
    from pathlib import Path

    Run = Callable[..., BatchResult]


class FakeExecutor:
    """Gives what it was told for each student; an exception is raised."""

    def __init__(self, told: dict[str, object]) -> None:
        self.told = told
        self.closed = False

    def run(self, job: Job, submissions: Sequence[Submission]) -> Generator[Outcome | Failed]:
        """One result per submission, in reverse order: executors promise none."""
        try:
            for submission in reversed(submissions):
                told = self.told.get(submission.student_id)
                if isinstance(told, BaseException):
                    raise told
                yield _outcome(job, submission) if told is None else Failed(submission=submission, details=str(told))
        finally:
            self.closed = True


class Names:
    """A watcher that remembers who was graded."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def graded(self, feedback: Feedback) -> None:
        """One more."""
        self.seen.append(feedback.student_id)


def _outcome(job: Job, submission: Submission) -> Outcome:
    feedback = Feedback(
        audience=Audience.STUDENT,
        language=job.language,
        assignment=job.assignment_id,
        assignment_title=Text(en="T", zh="题"),
        student_id=submission.student_id,
        submission=submission.file_name,
        format="module",
        digest=submission.digest,
        status=Status.GRADED,
        points=2.0,
        max_points=3.0,
    )
    return Outcome(feedback=feedback, result=b"{}", report=b"<p>")


@pytest.fixture
def assignment(tmp_path: Path) -> CourseAssignment:
    """An assignment whose files nobody reads here."""
    title = Text(en="T", zh="题")
    exercise = Exercise(id="sgd", kind=ExerciseKind.FUNCTION, points=3, title=title, names=("sgd",))
    return CourseAssignment(
        assignment=Assignment(
            id="linear_regression",
            title=title,
            language=Language.EN,
            accepts=(SubmissionFormat.MODULE,),
            exercises=(exercise,),
            limits=Limits(),
        ),
        handout=tmp_path,
        solutions=tmp_path,
        reference=tmp_path,
        suites=(),
        visible_suite=None,
        suite_digest="",
    )


@pytest.fixture
def run(tmp_path: Path, assignment: CourseAssignment, submission: Callable[..., Submission]) -> Run:
    """Runs a batch of three students and one hand-in that cannot be read; ``told`` are the executor's orders."""

    def call(*, watcher: Names | None = None, executor: FakeExecutor | None = None, **told: object) -> BatchResult:
        unreadable = Unreadable(student_id="eve", file_name="eve.ipynb", digest="", kind="empty")
        batch = Batch(
            course_root=tmp_path,
            assignment=assignment,
            hand_ins=(submission("ana"), submission("ben"), submission("cem"), unreadable),
            language=Language.EN,
            out=tmp_path / "out",
            junit=tmp_path / "junit.xml",
        )
        return run_batch(batch, executor=executor or FakeExecutor(told), watcher=watcher or Names())

    return call


def _statuses(out: Path) -> dict[str, str]:
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row["status"] for row in csv.DictReader(file)}


def test_every_hand_in_ends_in_files(run: Run, tmp_path: Path) -> None:
    """Also those that cannot be read; the overviews are in the students' order."""
    watcher = Names()

    result = run(watcher=watcher)

    assert _statuses(tmp_path / "out") == {"ana": "graded", "ben": "graded", "cem": "graded", "eve": "invalid"}
    assert (
        len(list((tmp_path / "out").glob("*/report.html"))) == len(list((tmp_path / "out").glob("*/result.json"))) == 4
    )
    assert [feedback.student_id for feedback in result.feedbacks] == ["ana", "ben", "cem", "eve"]
    assert watcher.seen == ["eve", "cem", "ben", "ana"]
    assert (result.failed, result.interrupted) == ((), False)
    assert (tmp_path / "junit.xml").exists()
    assert not (tmp_path / "out" / "grader.log").exists()


def test_the_index_links_every_report(run: Run, tmp_path: Path) -> None:
    """By paths below it."""
    run()

    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    for student in ("ana", "ben", "cem", "eve"):
        assert f'href="{student}/report.html"' in index


def test_a_failure_is_named_and_logged(run: Run, tmp_path: Path) -> None:
    """The student's report does not have the details."""
    result = run(ben="a secret traceback")

    assert result.failed == ("ben",)
    assert _statuses(tmp_path / "out")["ben"] == "internal_error"
    assert "a secret traceback" in (tmp_path / "out" / "grader.log").read_text()
    assert "a secret traceback" not in (tmp_path / "out" / "ben" / "report.html").read_text(encoding="utf-8")


def test_the_log_commands_no_terminal_that_shows_it(run: Run, tmp_path: Path) -> None:
    """A traceback can quote what a student wrote."""
    run(ben="line 1\nline 2 \x1b[2J\x1b]0;owned\x07\u202e\x9b")

    log = (tmp_path / "out" / "grader.log").read_text(encoding="utf-8")
    assert log == "ben:\nline 1\nline 2 ⟨U+202E⟩⟨U+009B⟩\n"


def test_files_that_cannot_be_written_are_named_in_order(run: Run, tmp_path: Path) -> None:
    """Whichever hand-in was finished first."""
    reports = [tmp_path / "out" / student / "report.html" for student in ("ana", "ben", "cem")]
    for report in reports:
        report.mkdir(parents=True)

    assert list(run().unwritten) == [str(report) for report in reports]


def test_an_interrupt_keeps_what_is_finished(run: Run, tmp_path: Path) -> None:
    """The executor is closed, the overviews hold the others."""
    executor = FakeExecutor({"ben": KeyboardInterrupt()})

    result = run(executor=executor)

    assert result.interrupted
    assert executor.closed
    assert _statuses(tmp_path / "out") == {"cem": "graded", "eve": "invalid"}


def test_an_interrupt_while_writing_closes_the_executor(run: Run, tmp_path: Path) -> None:
    """Wherever it comes."""

    class Impatient(Names):
        def graded(self, feedback: Feedback) -> None:
            super().graded(feedback)
            if feedback.student_id == "cem":
                raise KeyboardInterrupt

    executor = FakeExecutor({})

    assert run(executor=executor, watcher=Impatient()).interrupted
    assert executor.closed
    assert _statuses(tmp_path / "out") == {"cem": "graded", "eve": "invalid"}


def test_a_faulty_course_is_passed_on(run: Run) -> None:
    """It is nobody's result."""
    with pytest.raises(CourseError, match="no reference"):
        run(cem=CourseError("no reference"))
