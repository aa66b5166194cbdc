"""The single home of a batch: hand-ins in, one folder of results out, the overviews at the end.

Each student's files are written as soon as they are known, so that whatever stops the batch costs only what was still
being judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from grader.batch.frames import Failed, Job
from grader.batch.grading import slim
from grader.batch.storing import make_folder, write_whole
from grader.course import CourseAssignment
from grader.errors import MachineError
from grader.export.grades import grades_csv
from grader.export.junit import junit_xml
from grader.export.result import result_json
from grader.feedback import show_internal_error, show_unreadable
from grader.feedback.view import Feedback
from grader.model.grade import Status
from grader.model.submission import Submission, Unreadable
from grader.model.text import Language
from grader.report import render_html, render_index, summarise
from grader.report.safe_text import visible
from grader.submission.naming import folder_names

if TYPE_CHECKING:
    from grader.batch.executor import Executor
    from grader.batch.frames import Outcome

REPORT_NAME, RESULT_NAME, GRADES_NAME, INDEX_NAME = "report.html", "result.json", "grades.csv", "index.html"
LOG_NAME = "grader.log"


class Watcher(Protocol):
    """Who is told how far the batch is."""

    def graded(self, feedback: Feedback) -> None:
        """One hand-in has its result, and its files are written."""
        ...


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for."""

    course_root: Path
    assignment: CourseAssignment
    hand_ins: Sequence[Submission | Unreadable]
    language: Language
    out: Path
    junit: Path | None = None
    allow_weak_sandbox: bool = False
    """Whether to grade also where a required wall is missing; everything that is written says so, then."""


class BatchResult(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it; the files are written."""

    feedbacks: tuple[Feedback, ...]
    """Sorted by student; without the cells and pictures."""
    index: Path
    folders: dict[str, str]
    """Per student, the name of the folder below the results."""
    failed: tuple[str, ...] = ()
    """The students whose hand-ins the grader failed on."""
    course_faults: tuple[str, ...] = ()
    """The cases that do not hold for the reference."""
    unwritten: dict[str, str] = {}
    """The files that could not be written (a full disk, say), each with the reason."""
    interrupted: bool = False
    """Whether somebody stopped it before all were done."""

    def below(self, points: float) -> list[str]:
        """Who has fewer points; nobody on whose hand-in the grader failed, because that is no grade."""
        rated = (feedback for feedback in self.feedbacks if feedback.status is not Status.INTERNAL_ERROR)
        return [feedback.student_id for feedback in rated if feedback.points < points]


class _Writer:
    """Keeps what the overviews need and writes everything else at once."""

    def __init__(self, batch: Batch, watcher: Watcher) -> None:
        self._batch = batch
        self._watcher = watcher
        self._folders = folder_names(hand_in.student_id for hand_in in batch.hand_ins)
        self._feedbacks: dict[str, Feedback] = {}
        self._log: list[str] = []
        self._failed: set[str] = set()
        self._course_faults: dict[str, None] = {}
        self._unwritten: dict[str, str] = {}

    def unreadable(self, unreadable: Unreadable) -> None:
        """A hand-in that needs no judge."""
        batch = self._batch
        self._keep(show_unreadable(unreadable, assignment=batch.assignment.assignment, language=batch.language))

    def judged(self, outcome: Outcome) -> None:
        """A hand-in that has been judged."""
        self._course_faults |= dict.fromkeys(outcome.course_faults)
        self._write(outcome.feedback, result=outcome.result, report=outcome.report)

    def failed(self, failed: Failed) -> None:
        """A hand-in that the grader could not judge."""
        batch = self._batch
        self._failed.add(failed.submission.student_id)
        self._log.append(f"{failed.submission.student_id}:\n{failed.details}")
        feedback = show_internal_error(
            failed.submission,
            assignment=batch.assignment.assignment,
            language=batch.language,
            reference=failed.submission.digest.removeprefix("sha256:")[:12],
        )
        self._keep(feedback)

    def finish(self, *, interrupted: bool) -> BatchResult:
        """Write the overviews of everything that is done; where nothing is, those of an earlier run stay."""
        batch = self._batch
        feedbacks = tuple(self._feedbacks[student] for student in sorted(self._feedbacks))
        if feedbacks or not interrupted:
            self._write_overviews(feedbacks)
        return BatchResult(
            feedbacks=feedbacks,
            index=batch.out / INDEX_NAME,
            folders=dict(self._folders),
            failed=tuple(sorted(self._failed)),
            course_faults=tuple(self._course_faults),
            unwritten=dict(sorted(self._unwritten.items())),
            interrupted=interrupted,
        )

    def _write_overviews(self, feedbacks: tuple[Feedback, ...]) -> None:
        batch = self._batch
        exercise_ids = [exercise.id for exercise in batch.assignment.assignment.exercises]
        self._try_to_write(batch.out / GRADES_NAME, grades_csv(feedbacks, exercise_ids=exercise_ids).encode())
        rows = [summarise(feedback, report=self._report(feedback.student_id)) for feedback in feedbacks]
        index = render_index(rows, title=batch.assignment.assignment.title, language=batch.language)
        self._try_to_write(batch.out / INDEX_NAME, index.encode())
        if batch.junit:
            self._try_to_write(batch.junit, junit_xml(feedbacks))
        log = [*self._log, *self._course_faults]
        if log:
            self._try_to_write(batch.out / LOG_NAME, (visible("\n\n".join(log)) + "\n").encode())

    def _try_to_write(self, path: Path, data: bytes) -> None:
        """Write a file, or keep the reason why not: points that are known are told, whatever becomes of files."""
        try:
            write_whole(path, data)
        except MachineError as error:
            self._unwritten[str(path)] = str(error)

    def _keep(self, feedback: Feedback) -> None:
        self._write(slim(feedback), result=result_json(feedback), report=render_html(feedback).encode())

    def _write(self, feedback: Feedback, *, result: bytes, report: bytes) -> None:
        folder = self._batch.out / self._folders[feedback.student_id]
        self._try_to_write(folder / RESULT_NAME, result)
        self._try_to_write(folder / REPORT_NAME, report)
        self._feedbacks[feedback.student_id] = feedback
        self._watcher.graded(feedback)

    def _report(self, student_id: str) -> str:
        return f"{self._folders[student_id]}/{REPORT_NAME}"


def run_batch(batch: Batch, *, executor: Executor, watcher: Watcher) -> BatchResult:
    """Grade every hand-in and write its files; the overviews are written also where somebody stops it.

    Raises:
        UsageError: if the folder for the results cannot be made.
        CourseError: if the suite or the reference is faulty.
        MachineError: if this machine must not run student code.
    """
    make_folder(batch.out)
    writer = _Writer(batch, watcher)
    for hand_in in batch.hand_ins:
        if isinstance(hand_in, Unreadable):
            writer.unreadable(hand_in)
    submissions = [hand_in for hand_in in batch.hand_ins if isinstance(hand_in, Submission)]
    job = Job(
        course_root=str(batch.course_root.resolve()),
        assignment_id=batch.assignment.assignment.id,
        language=batch.language,
        allow_weak_sandbox=batch.allow_weak_sandbox,
    )
    interrupted = False
    try:
        with closing(executor.run(job, submissions)) as results:
            for result in results:
                writer.failed(result) if isinstance(result, Failed) else writer.judged(result)
    except KeyboardInterrupt:
        interrupted = True
    return writer.finish(interrupted=interrupted)
