"""The single home of the warm judge: one pytest session, collected once, run for one submission after another."""

from __future__ import annotations

import contextlib
import gc
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import pytest
import torch

from grader.errors import CourseError, MachineError
from grader.judge.cases import expect_every_exercise, read_cases
from grader.judge.conductor import Conductor
from grader.judge.contract import Contract
from grader.judge.findings import Outcome
from grader.judge.isolation import arguments, isolated
from grader.judge.judgement import Judgement
from grader.judge.markers import MARKERS
from grader.judge.process import LoadedSubmission, Zygotes
from grader.judge.proxy import LocalSubject
from grader.judge.reference import course_error, imported
from grader.model.result import CaseResult, Finding, FindingKind
from grader.model.verdict import Verdict
from grader.sandbox.view import expect_out_of_sight
from grader.sandbox.zygote import Zygote

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
    from types import ModuleType

    from grader.course import CourseAssignment
    from grader.model.result import Case
    from grader.model.submission import Submission

T = TypeVar("T")

_ENVIRONMENT = ("python", "torch", "numpy", "platform")
_WORTH_A_SECOND_RUN = (Verdict.WRONG, Verdict.RAISED)


def with_judge(course_assignment: CourseAssignment, body: Callable[[Judge], T], *, zygotes: Zygotes | None = None) -> T:
    """Collect the suites, prove them on the reference, and give ``body`` a judge that lives until it returns.

    To be called from the main thread: a case's time limit is an alarm.

    Raises:
        CourseError: if a suite or the reference is faulty, with file and line; if student code could read them.
    """
    expect_out_of_sight(course_assignment.secrets, CourseError)
    suites = _suites(course_assignment)
    root = _root(course_assignment)
    with (
        isolated(_folders(course_assignment)),
        _one_thread(),
        imported(course_assignment.reference) as reference,
        imported(course_assignment.reference) as stand_in,
        contextlib.closing(zygotes or Zygotes(partial(Zygote, files=course_assignment.files))) as source,
    ):
        session = _Session(course_assignment, body, reference=reference, stand_in=stand_in, zygotes=source)
        status = pytest.main(arguments(suites, root=root), plugins=[session])
        return session.result(status)


class Judge:
    """Judges submissions by an already collected suite."""

    def __init__(
        self,
        assignment: CourseAssignment,
        cases: Sequence[Case],
        items: Sequence[pytest.Item],
        *,
        conductor: Conductor,
        zygotes: Zygotes,
    ) -> None:
        """Keep the collected items; ``cases`` describe them one by one."""
        self.assignment = assignment
        self.cases = tuple(cases)
        self._items = tuple(items)
        self._conductor = conductor
        self._zygotes = zygotes
        self._version = version("grader")
        self.faults: Mapping[str, str] = {}
        """Per id of a case that the reference does not pass, pytest's own words; no student is judged by it."""

    def judge(self, submission: Submission) -> Judgement:
        """Run every case on ``submission``."""
        loaded = LoadedSubmission(submission, contract=self._conductor.contract, zygotes=self._zygotes)
        try:
            results = self._run_all(loaded)
        finally:
            self._close(loaded)
        environment = self._environment()
        return Judgement(results=results, load=loaded.first_report, walls=loaded.walls, environment=environment)

    def prove_walls(self) -> None:
        """Start a student process and end it, so that a machine without its walls is known before anyone is graded.

        Raises:
            WeakSandbox: if a required wall does not stand.
            MachineError: if no student process can be started.
        """
        self._zygotes.start_student(self.assignment.assignment.limits).stop()

    def check_suite(self, reference: ModuleType) -> None:
        """Run every case on the reference itself, and remember those that it does not pass."""
        faults: dict[str, str] = {}
        subject = LocalSubject(reference)
        for position, (case, item) in enumerate(zip(self.cases, self._items, strict=True)):
            following = self._items[position + 1] if position + 1 < len(self._items) else None
            run = self._conductor.run_case(item, following, subject=subject)
            if run.outcome.verdict is not Verdict.PASSED:
                faults[case.id] = run.outcome.detail or f"{run.outcome.verdict} with the reference"
        self.faults = faults

    def _run_all(self, loaded: LoadedSubmission) -> tuple[CaseResult, ...]:
        """A result for each case, in order; after a failure of the machine the rest is not run."""
        results: dict[str, CaseResult] = {
            case.id: _suite_error(case, self.faults[case.id]) for case in self.cases if case.id in self.faults
        }
        runnable = [pair for pair in zip(self.cases, self._items, strict=True) if pair[0].id not in self.faults]
        for position, (case, item) in enumerate(runnable):
            following = runnable[position + 1][1] if position + 1 < len(runnable) else None
            try:
                results[case.id] = self._run(case, item, following, loaded)
            except (MachineError, OSError) as error:
                item.ihook.pytest_runtest_teardown(item=item, nextitem=None)
                for rest, _ in runnable[position:]:
                    results[rest.id] = _internal_error(rest, error)
                break
        return tuple(results[case.id] for case in self.cases)

    def _run(
        self, case: Case, item: pytest.Item, following: pytest.Item | None, loaded: LoadedSubmission
    ) -> CaseResult:
        """One case; a zygote that dies over it is replaced once, and reordered parameters get a second run."""
        try:
            run = self._conductor.run_case(item, following, subject=loaded)
        except MachineError:
            self._zygotes.close()
            loaded.forget_process()
            run = self._conductor.run_case(item, following, subject=loaded)
        outcome = run.outcome
        if outcome.verdict in _WORTH_A_SECOND_RUN and run.observation.reordered:
            again = self._conductor.run_case(item, following, subject=loaded, by_name=True)
            # What the first run did not come to, the second has seen.
            if again.outcome.verdict is Verdict.PASSED and again.observation.own_reordered:
                outcome = self._reordered(again.observation.own_reordered, detail=outcome.detail)
        return CaseResult(
            case=case,
            verdict=outcome.verdict,
            seconds=run.seconds,
            finding=outcome.finding,
            calls=tuple(run.observation.calls),
            exhibits=tuple(run.observation.exhibits),
            printed=run.printed,
            detail=outcome.detail,
        )

    def _reordered(self, reordered: Mapping[str, tuple[str, ...]], *, detail: str) -> Outcome:
        """The outcome of a case that passes when the arguments are given by name."""
        function, order = next(iter(reordered.items()))
        finding = Finding(
            kind=FindingKind.PARAMETER_ORDER,
            subject=function,
            values={"expected": ", ".join(self._conductor.contract.parameters(function)), "got": ", ".join(order)},
        )
        return Outcome(verdict=Verdict.WRONG, finding=finding, detail=detail)

    def _environment(self) -> dict[str, str]:
        """What the results depend on and a report names."""
        theirs = self._zygotes.environment
        known: dict[str, str] = {name: theirs[name] for name in _ENVIRONMENT if name in theirs}
        return {**known, "grader": self._version}

    def _close(self, loaded: LoadedSubmission) -> None:
        """End the student process; a zygote that cannot do even that is thrown away."""
        try:
            loaded.close()
        except (MachineError, OSError):
            self._zygotes.close()


class _Session(Generic[T]):
    """The pytest plugin that turns a pytest run into the life of a judge."""

    def __init__(
        self,
        course_assignment: CourseAssignment,
        body: Callable[[Judge], T],
        *,
        reference: ModuleType,
        stand_in: ModuleType,
        zygotes: Zygotes,
    ) -> None:
        self._assignment = course_assignment
        self._body = body
        self._stand_in = stand_in
        self._zygotes = zygotes
        self._root = _root(course_assignment)
        roots = (self._root, Path(torch.__file__).parents[1], Path(__file__).parents[2])
        self._conductor = Conductor(Contract(course_assignment.assignment), reference, roots=roots)
        self._error: BaseException | None = None
        self._results: list[T] = []

    def result(self, status: int) -> T:
        """What the body gave, or the error that kept it from giving anything."""
        if self._error is not None:
            raise self._error
        if not self._results:
            raise CourseError(
                f"pytest could not collect the suites (exit status {int(status)})",
                place=str(self._assignment.solutions),
            )
        return self._results[0]

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self) -> Generator[None, None, None]:
        """A ``conftest.py`` that raises is the course's fault; pytest itself would only print it."""
        try:
            yield
        except (Exception, SystemExit) as failure:
            raise self._course_error(getattr(failure, "cause", failure)) from failure

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """No terminal output; the markers and fixtures of the suites."""
        config.pluginmanager.unregister(name="terminalreporter")
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)
        config.pluginmanager.register(self._conductor)

    def pytest_exception_interact(self, call: pytest.CallInfo[object]) -> None:
        """Keep the first error of collection."""
        if call.when == "collect" and call.excinfo is not None and self._error is None:
            cause = call.excinfo.value
            if isinstance(cause, pytest.Collector.CollectError) and cause.__cause__ is not None:
                cause = cause.__cause__
            self._error = self._course_error(cause)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep what ended the session, and print nothing; a suite that exits is faulty."""
        error = excinfo.value
        self._error = self._error or (self._course_error(error) if isinstance(error, SystemExit) else error)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """The judge's whole life, in the place where pytest would run the items once."""
        if self._error is not None:
            return True
        try:
            judge = self._open(session.items)
            gc.collect()
            gc.freeze()  # nothing collected until here will be garbage: keep it out of every later collection
            try:
                self._results.append(self._body(judge))
            finally:
                gc.unfreeze()
        except BaseException as error:  # noqa: BLE001 - a border: `with_judge` raises it again, outside pytest
            self._error = error
        session.testsfailed = 0
        return True

    def _course_error(self, cause: BaseException) -> CourseError:
        """What the course's own files raised, at the line that did."""
        return course_error(cause, folders=_folders(self._assignment), fallback=self._assignment.solutions)

    def _open(self, items: Sequence[pytest.Item]) -> Judge:
        """A judge whose suite has been proven on the reference."""
        assignment = self._assignment.assignment
        cases = read_cases(items, assignment, self._assignment.visible_suite)
        expect_every_exercise(cases, assignment, place=str(self._assignment.solutions))
        judge = Judge(self._assignment, cases, items, conductor=self._conductor, zygotes=self._zygotes)
        judge.check_suite(self._stand_in)
        return judge


def _suites(course_assignment: CourseAssignment) -> list[Path]:
    """The files to collect, visible cases first."""
    visible = [] if course_assignment.visible_suite is None else [course_assignment.visible_suite]
    return [*visible, *course_assignment.suites]


def _folders(course_assignment: CourseAssignment) -> tuple[Path, Path]:
    """Where the assignment's own Python files lie."""
    return course_assignment.handout, course_assignment.solutions


def _root(course_assignment: CourseAssignment) -> Path:
    """The course's folder, which holds ``assignments/`` and ``solutions/``."""
    return course_assignment.solutions.parent.parent


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """One torch thread: results do not depend on the number of cores, and slots do not fight for them."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _suite_error(case: Case, detail: str) -> CaseResult:
    """The result of a case that the reference does not pass."""
    finding = Finding(kind=FindingKind.SUITE)
    return CaseResult(case=case, verdict=Verdict.SUITE_ERROR, seconds=0.0, finding=finding, detail=detail)


def _internal_error(case: Case, error: Exception) -> CaseResult:
    """The result of a case that the machine could not run."""
    finding = Finding(kind=FindingKind.INTERNAL)
    detail = f"{type(error).__name__}: {error}"
    return CaseResult(case=case, verdict=Verdict.INTERNAL_ERROR, seconds=0.0, finding=finding, detail=detail)
