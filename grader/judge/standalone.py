"""The single home of plain ``pytest --submission``: pytest runs as ever, the hand-in runs in its own process."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from grader.course import find_course
from grader.errors import CourseError, GraderError, MachineError
from grader.judge.cases import read_cases
from grader.judge.conductor import Conductor
from grader.judge.contract import Contract
from grader.judge.isolation import repeatable_hypothesis
from grader.judge.process import LoadedSubmission, Zygotes
from grader.judge.reference import imported
from grader.model.submission import Unreadable
from grader.submission import read_submission

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course import CourseAssignment
    from grader.model.submission import Submission
    from grader.wire.evidence import LoadReport


class Standalone:
    """The plugin that serves the fixtures ``student`` and ``reference`` in an ordinary pytest run."""

    def __init__(self, config: pytest.Config, submission: str) -> None:
        """Nothing is started before pytest has collected the suite."""
        self._config = config
        self._path = config.invocation_params.dir / submission
        self._resources = contextlib.ExitStack()
        self._resources.enter_context(repeatable_hypothesis())
        self._loaded: LoadedSubmission | None = None
        # What a hand-in returns may make torch warn in this process; that is no failure of the hand-in.
        config.addinivalue_line("filterwarnings", "default")
        if not self._path.is_file():
            raise pytest.UsageError(f"--submission {submission}: no such file")
        try:
            self._open(_assignment_of(config))
        except GraderError as error:
            self._resources.close()
            raise pytest.UsageError(str(error)) from error

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Refuse suites whose markers say nothing usable, as the judge does."""
        try:
            read_cases(items, self._contract.assignment, None)
        except CourseError as error:
            raise pytest.UsageError(str(error)) from error

    def pytest_unconfigure(self) -> None:
        """End the student process and its zygote."""
        self._resources.close()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name the statements of the hand-in that failed."""
        report = self._loaded.first_report if self._loaded is not None else None
        lines = [] if report is None else _failures(report)
        if lines:
            terminalreporter.section("statements of the hand-in that failed")
            for line in lines:
                terminalreporter.write_line(line)

    def _open(self, course_assignment: CourseAssignment) -> None:
        """Everything that the cases need; the zygote itself starts with the first case."""
        submission = _read(self._path, course_assignment)
        contract = self._contract = Contract(course_assignment.assignment)
        reference = self._resources.enter_context(imported(course_assignment.reference))
        zygotes = self._resources.enter_context(contextlib.closing(Zygotes()))
        self._loaded = LoadedSubmission(submission, contract=contract, zygotes=zygotes)
        self._resources.callback(_close, self._loaded)
        conductor = Conductor(contract, reference, roots=())
        conductor.subject = self._loaded
        self._config.pluginmanager.register(conductor, "grader-conductor")


def _assignment_of(config: pytest.Config) -> CourseAssignment:
    """The one assignment that pytest's arguments lie in."""
    starts = [config.invocation_params.dir / argument.split("::", 1)[0] for argument in config.args]
    found = {}
    for start in starts:
        course = find_course(start)
        parts = start.resolve().relative_to(course.root.resolve()).parts
        if len(parts) < 2:  # noqa: PLR2004 - solutions/<assignment>
            raise pytest.UsageError(
                f"--submission: {start} is no assignment; name a folder like solutions/<assignment>"
            )
        found[course.root, parts[1]] = course
    if len(found) != 1:
        names = ", ".join(sorted(name for _, name in found)) or "none"
        raise pytest.UsageError(f"--submission: expected suites of one assignment, got {names}")
    (_, name), course = next(iter(found.items()))
    return course.open(name)


def _read(path: Path, course_assignment: CourseAssignment) -> Submission:
    """The hand-in at ``path``."""
    accepts = course_assignment.assignment.accepts
    submission = read_submission(path.name, path.read_bytes(), student_id=path.stem, accepts=accepts)
    if isinstance(submission, Unreadable):
        values = "".join(f", {name} {value}" for name, value in submission.values.items())
        raise pytest.UsageError(f"--submission {path}: cannot be graded: {submission.kind}{values}")
    return submission


def _close(loaded: LoadedSubmission) -> None:
    """End the student process; closing the zygote, next, ends what is left."""
    with contextlib.suppress(MachineError, OSError):
        loaded.close()


def _failures(report: LoadReport) -> list[str]:
    """One line for each failed statement."""
    return [
        f"cell {failure.cell}, line {failure.line}: {failure.source} "
        f"({failure.error.type_name}: {failure.error.message})"
        for cell in report.cells
        for failure in cell.failures
    ]
