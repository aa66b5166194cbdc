"""The single home of what ``grader grade`` says at the end: to a person, and to a program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from rich.console import Console, Group
from rich.text import Text as Line

from grader.batch.running import GRADES_NAME, LOG_NAME, REPORT_NAME
from grader.cli.drawing import put_drawn, standard_output
from grader.cli.output import put
from grader.cli.walls import missing_table
from grader.export.points import clean_points
from grader.feedback import catalogue
from grader.model.grade import Status
from grader.report import scoreboard, summarise
from grader.report.safe_text import one_line
from grader.report.terminal import sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from grader.batch.running import Batch, BatchResult
    from grader.feedback.view import Feedback
    from grader.model.result import Wall
    from grader.model.text import Language

NAMES_SHOWN = 10


def tell(batch: Batch, result: BatchResult, *, fail_under: float | None, table: bool) -> None:
    """The points and where the files are on standard output, what needs somebody's attention on standard error."""
    shown = table and bool(result.feedbacks)
    if shown:
        console = standard_output()
        put_drawn(_points(batch, result, width=console.width), console=console)
    for line in warnings(batch, result, fail_under=fail_under):
        put(line, err=True)
    if shown:
        for line in _files(batch, result):
            put(line)


def _points(batch: Batch, result: BatchResult, *, width: int) -> RenderableType:
    """A table of the class; a single hand-in is told in full instead."""
    if len(batch.hand_ins) == 1:
        return sheet(result.feedbacks[0], language=batch.language)
    rows = [summarise(feedback) for feedback in result.feedbacks]
    return scoreboard(rows, title=batch.assignment.assignment.title, language=batch.language, width=width)


def _files(batch: Batch, result: BatchResult) -> list[str]:
    """Where to read on, one line for each file that is there; what a person opens next comes last."""
    files = {"terminal.grades": batch.out / GRADES_NAME, "terminal.reports": result.index}
    if len(batch.hand_ins) == 1:
        folder = batch.out / result.folders[result.feedbacks[0].student_id]
        files = {"terminal.grades": batch.out / GRADES_NAME, "terminal.report": folder / REPORT_NAME}
    written = {key: str(path) for key, path in files.items() if str(path) not in result.unwritten}
    return [catalogue.say(key, batch.language, path=path) for key, path in written.items()]


def warnings(batch: Batch, result: BatchResult, *, fail_under: float | None) -> list[str]:
    """One line for each thing that somebody should look at."""
    language = batch.language
    log = str(batch.out / LOG_NAME)
    lines = []
    if weak := sum(feedback.weak_sandbox for feedback in result.feedbacks):
        lines.append(catalogue.say("terminal.weak_sandbox", language, count=weak))
    invalid = [feedback.student_id for feedback in result.feedbacks if feedback.status is Status.INVALID]
    if invalid:
        lines.append(catalogue.say("terminal.invalid", language, count=len(invalid), names=_names(invalid)))
    if fail_under is not None and (below := result.below(fail_under)):
        lines.append(catalogue.say("terminal.below", language, count=len(below), points=fail_under))
    if result.course_faults:
        count = len(result.course_faults)
        lines.append(catalogue.say("cli.course_faults", language, count=count, log=log))
    if result.failed:
        names = _names(result.failed)
        lines.append(catalogue.say("terminal.failed", language, count=len(result.failed), names=names))
        lines.append(catalogue.say("cli.details", language, log=log))
    if result.unwritten:
        first = next(iter(result.unwritten.values()))
        lines.append(catalogue.say("cli.unwritten", language, count=len(result.unwritten), first=first))
    if result.interrupted and result.feedbacks:
        done, total = len(result.feedbacks), len(batch.hand_ins)
        lines.append(catalogue.say("cli.stopped", language, done=done, total=total))
    elif result.interrupted:
        lines.append(catalogue.say("cli.stopped_at_once", language))
    return lines


def tell_weak(fallen: Sequence[Wall], *, language: Language) -> None:
    """Why this machine grades nobody: the walls that it lacks, on standard error."""
    put(f"grader: {catalogue.say('doctor.refused', language)}\n", err=True)
    parts = (missing_table(fallen, language=language), Line(), Line(catalogue.say("doctor.refused.next", language)))
    put_drawn(Group(*parts), console=Console(stderr=True), err=True)


def tell_programs(batch: Batch, result: BatchResult, *, code: int) -> None:
    """The summary on standard output, and nothing else there."""
    summary = {
        "schema": "grader/summary/v1",
        "assignment": batch.assignment.assignment.id,
        "language": batch.language,
        "exit_code": code,
        "interrupted": result.interrupted,
        "max_points": clean_points(batch.assignment.assignment.max_points),
        "grades": str(batch.out / GRADES_NAME),
        "index": str(result.index),
        "submissions": [_row(feedback, result.folders[feedback.student_id]) for feedback in result.feedbacks],
        "failed": result.failed,
        "course_faults": len(result.course_faults),
        "unwritten": list(result.unwritten),
    }
    put(msgspec.json.format(msgspec.json.encode(summary), indent=2).decode())


def _row(feedback: Feedback, folder: str) -> dict[str, object]:
    return {
        "student_id": feedback.student_id,
        "submission": feedback.submission,
        "digest": feedback.digest,
        "status": feedback.status,
        "points": clean_points(feedback.points),
        "max_points": clean_points(feedback.max_points),
        "problem": feedback.problem,
        "weak_sandbox": feedback.weak_sandbox,
        "exercises": {exercise.id: clean_points(exercise.points) for exercise in feedback.exercises},
        "folder": folder,
    }


def _names(students: Sequence[str]) -> str:
    shown = [one_line(student, 40) for student in students[:NAMES_SHOWN]]
    return ", ".join([*shown, *(["…"] if len(students) > NAMES_SHOWN else [])])
