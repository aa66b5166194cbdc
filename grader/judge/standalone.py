"""The single home of plain ``pytest --submission``: pytest runs as ever, the hand-in runs in its own process."""

from __future__ import annotations

import contextlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.course import MANIFEST_NAME, find_course, find_handout, read_manifest
from grader.errors import CourseError, GraderError, MachineError, UsageError
from grader.judge.cases import read_cases
from grader.judge.conductor import Conductor
from grader.judge.contract import Contract
from grader.judge.excerpt import place_of, shorten
from grader.judge.isolation import repeatable_hypothesis
from grader.judge.process import LoadedSubmission, Zygotes
from grader.judge.reference import imported
from grader.model.assignment import Assignment, SubmissionFormat
from grader.model.submission import Submission, Unreadable
from grader.sandbox.view import expect_out_of_sight
from grader.sandbox.zygote import Zygote
from grader.submission import read_submission

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from grader.wire.evidence import LoadReport


class Standalone:
    """The plugin that serves the fixtures ``student`` and ``reference`` in an ordinary pytest run."""

    def __init__(self, config: pytest.Config, submission: str) -> None:
        """Nothing is started before pytest has collected the suite."""
        self._config = config
        self._resources = contextlib.ExitStack()
        self._resources.enter_context(repeatable_hypothesis())
        # What a hand-in returns may make torch warn in this process; that is no failure of the hand-in.
        config.addinivalue_line("filterwarnings", "default")
        try:
            setting = _setting_of(config)
            self._path = _find(submission, [config.invocation_params.dir, *setting.folders])
            self._submission = _read(self._path, setting.assignment)
            self._open(setting)
        except GraderError as error:
            self._resources.close()
            raise pytest.UsageError(str(error)) from error

    def pytest_report_header(self) -> str:
        """Say which file is being checked."""
        return f"hand-in: {_seen_from(self._config.invocation_params.dir, self._path)}"

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse suites whose markers say nothing usable, as the judge does."""
        try:
            read_cases(items, self._contract.assignment, None)
        except CourseError as error:
            raise pytest.UsageError(str(error)) from error

    def pytest_unconfigure(self) -> None:
        """End the student process and its zygote."""
        self._resources.close()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Show a failure by the lines of the suite and of the hand-in alone; ``--full-trace`` shows all."""
        message = None if self._config.getoption("fulltrace") else shorten(call, form=self._submission.format)
        report = yield
        if message is not None:
            report.longrepr = message
        return report

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name the statements of the hand-in that failed."""
        report = self._loaded.first_report
        lines = [] if report is None else _failures(report, self._submission.format)
        if lines:
            terminalreporter.section("statements of the hand-in that failed")
            for line in lines:
                terminalreporter.write_line(line)

    def _open(self, setting: _Setting) -> None:
        """Everything that the cases need; the zygote itself starts with the first case."""
        contract = self._contract = Contract(setting.assignment)
        reference = None if setting.reference is None else self._resources.enter_context(imported(setting.reference))
        source = Zygotes(partial(Zygote, files=setting.files))
        zygotes = self._resources.enter_context(contextlib.closing(source))
        self._loaded = LoadedSubmission(self._submission, contract=contract, zygotes=zygotes)
        self._resources.callback(_close, self._loaded)
        conductor = Conductor(contract, reference, roots=())
        conductor.subject = self._loaded
        self._config.pluginmanager.register(conductor, "grader-conductor")


class _Setting(msgspec.Struct, frozen=True, kw_only=True):
    """What pytest's arguments lie in: a whole course, or no more than what students have."""

    assignment: Assignment
    reference: Path | None
    """None where the visible cases run as they do for students, who have none."""
    files: dict[str, Path]
    """Where the data files are, by the path under which a hand-in reads them."""
    folders: tuple[Path, ...] = ()
    """Where a hand-in is looked for that is not in the current folder."""


def _setting_of(config: pytest.Config) -> _Setting:
    """The setting of the one assignment that pytest's arguments lie in."""
    starts = [config.invocation_params.dir / argument.split("::", 1)[0] for argument in config.args]
    handouts = {find_handout(start) for start in starts}
    if len(handouts) == 1 and (handout := handouts.pop()) is not None:
        assignment = read_manifest(handout / MANIFEST_NAME, copied=True)
        files = {name: handout / name for name in assignment.files}
        return _Setting(assignment=assignment, reference=None, files=files, folders=(handout,))
    return _setting_in_course(starts)


def _setting_in_course(starts: Sequence[Path]) -> _Setting:
    """The setting of suites that have their course around them."""
    found = {}
    for start in starts:
        try:
            course = find_course(start)
        except UsageError as error:
            finding = f"no assignment here or above ({MANIFEST_NAME} not found)"
            hint = f"go to the folder that holds {MANIFEST_NAME} and test_visible.py"
            raise UsageError(finding, place=str(start), hint=hint) from error
        parts = start.resolve().relative_to(course.root.resolve()).parts
        if len(parts) < 2:  # noqa: PLR2004 - solutions/<assignment>
            raise UsageError(f"--submission: {start} is no assignment; name a folder like solutions/<assignment>")
        found[course.root, parts[1]] = course
    if len(found) != 1:
        names = ", ".join(sorted(name for _, name in found)) or "none"
        raise UsageError(f"--submission: expected suites of one assignment, got {names}")
    (_, name), course = next(iter(found.items()))
    opened = course.open(name)
    expect_out_of_sight(opened.secrets, CourseError)
    return _Setting(assignment=opened.assignment, reference=opened.reference, files=opened.files)


def _find(submission: str, folders: Sequence[Path]) -> Path:
    """The hand-in, in the first of the folders that has it."""
    for folder in folders:
        if (folder / submission).is_file():
            return folder / submission
    raise UsageError(f"--submission {submission}: no such file")


def _read(path: Path, assignment: Assignment) -> Submission:
    """The hand-in at ``path``."""
    submission = read_submission(path.name, path.read_bytes(), student_id=path.stem, accepts=assignment.accepts)
    if isinstance(submission, Unreadable):
        values = "".join(f", {name} {value}" for name, value in submission.values.items())
        raise UsageError(f"--submission {path}: cannot be graded: {submission.kind}{values}")
    return submission


def _seen_from(folder: Path, path: Path) -> Path:
    """``path``, relative to ``folder`` where it lies inside."""
    return path.relative_to(folder) if path.is_relative_to(folder) else path


def _close(loaded: LoadedSubmission) -> None:
    """End the student process; closing the zygote, next, ends what is left."""
    with contextlib.suppress(MachineError, OSError):
        loaded.close()


def _failures(report: LoadReport, form: SubmissionFormat) -> list[str]:
    """One line for each failed statement."""
    return [
        f"{place_of(failure.cell, failure.line, form)}: {failure.source} "
        f"({failure.error.type_name}: {failure.error.message})"
        for cell in report.cells
        for failure in cell.failures
    ]
