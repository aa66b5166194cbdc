"""The single home of what ``grader grade`` does: find, collect, run, tell."""

from __future__ import annotations

import signal
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.batch.local import LocalPool
from grader.batch.running import LOG_NAME, Batch, BatchResult, run_batch
from grader.batch.storing import write_whole
from grader.cli.exit_codes import ExitCode
from grader.cli.places import check_places
from grader.cli.progress import progress
from grader.cli.telling import tell, tell_programs, tell_weak
from grader.course import Course, find_course
from grader.course.manifest import MANIFEST_NAME
from grader.errors import GraderError, MachineError
from grader.model.text import Language
from grader.sandbox.walls import WeakSandbox
from grader.submission import collect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from grader.course import CourseAssignment


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """The command line, as typed."""

    assignment: str
    submissions: tuple[Path, ...]
    out: Path
    jobs: int
    language: str | None = None
    course: Path | None = None
    as_json: bool = False
    junit: Path | None = None
    allow_weak_sandbox: bool = False
    fail_under: float | None = None


def grade_and_tell(request: Request) -> int:
    """Run the command; returns the exit code.

    Raises:
        GraderError: where a person can act; everything unforeseen becomes one, with its details in a log file.
    """
    try:
        return _grade(request)
    except GraderError:
        raise
    except Exception as error:  # the border of the command: nobody gets a traceback for an answer
        finding = f"{type(error).__name__}: {error}"
        place = _write_log(request.out, traceback.format_exc())
        raise MachineError(f"the grader failed: {finding}", hint=f"the details are in {place}") from error


def _grade(request: Request) -> int:
    course, assignment = _find(request)
    language = Language(request.language) if request.language else assignment.assignment.language
    hand_ins = collect(request.submissions, assignment=assignment.assignment, results=request.out)
    check_places(out=request.out, junit=request.junit, sources=request.submissions, hand_ins=hand_ins)
    batch = Batch(
        course_root=course.root,
        assignment=assignment,
        hand_ins=hand_ins,
        language=language,
        out=request.out,
        junit=request.junit,
        allow_weak_sandbox=request.allow_weak_sandbox,
    )
    executor = LocalPool(jobs=request.jobs, limits=assignment.assignment.limits)
    try:
        with (
            _stopped_by_sigterm(),
            progress(len(hand_ins), title=assignment.assignment.title, language=language) as watcher,
        ):
            result = run_batch(batch, executor=executor, watcher=watcher)
    except WeakSandbox as weak:
        tell_weak(weak.fallen, language=language)
        return ExitCode.MACHINE
    code = exit_code(result, fail_under=request.fail_under)
    tell(batch, result, fail_under=request.fail_under, table=not request.as_json)
    if request.as_json:
        tell_programs(batch, result, code=code)
    return code


def exit_code(result: BatchResult, *, fail_under: float | None) -> ExitCode:
    """What the shell is told; the more somebody other than a student must act, the more it counts."""
    if result.interrupted:
        return ExitCode.STOPPED
    if result.failed or result.unwritten:
        return ExitCode.MACHINE
    if result.course_faults:
        return ExitCode.COURSE
    if fail_under is not None and result.below(fail_under):
        return ExitCode.UNDER
    return ExitCode.DONE


def _find(request: Request) -> tuple[Course, CourseAssignment]:
    """The course and the assignment, which is named by its id or by the path of its folder."""
    path = Path(request.assignment)
    if path.name == MANIFEST_NAME:
        path = path.parent
    is_path = len(path.parts) > 1 or (path / MANIFEST_NAME).is_file()
    whole = path.resolve()
    # A path with a slip of the pen still says which course is meant, and the course knows what is near.
    known = next(folder for folder in (whole, *whole.parents) if folder.exists())
    course = find_course(request.course or (known if is_path else Path.cwd()))
    return course, course.open(whole.name if is_path else request.assignment)


def _write_log(out: Path, details: str) -> Path:
    """Keep what is for whoever looks after the grader; beside the results, or where there is room."""
    place = out / LOG_NAME
    try:
        write_whole(place, details.encode(errors="replace"))
    except MachineError:
        place = Path.cwd() / LOG_NAME
        write_whole(place, details.encode(errors="replace"))
    return place


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
    """SIGTERM, which CI sends, ends a batch as cleanly as Ctrl-C."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
