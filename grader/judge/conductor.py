"""The single home of running one case: the pytest hooks and fixtures around it, and the outcome it leaves.

The same object serves the warm judge, which runs every collected item once per submission, and plain
``pytest --submission``, where pytest runs them itself.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from grader.errors import CourseError, MachineError
from grader.judge.alarm import CaseAlarm
from grader.judge.cases import exercise_of
from grader.judge.faults import CaseOverran, StudentFault
from grader.judge.findings import PASSED, Outcome, detail_of, outcome_of
from grader.judge.observation import Observation
from grader.judge.proxy import StudentProxy
from grader.model.result import Finding, FindingKind
from grader.model.verdict import Verdict
from grader.suite.exhibits import collecting
from grader.wire.faults import RemoteAbsent, WireFault

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path
    from types import ModuleType

    from grader.judge.contract import Contract
    from grader.judge.proxy import Subject


class CaseRun(msgspec.Struct, frozen=True, kw_only=True):
    """One finished run of one case."""

    outcome: Outcome
    observation: Observation
    seconds: float
    printed: str


class _Phase(msgspec.Struct, frozen=True):
    """What pytest reports of set-up, call or tear-down."""

    error: BaseException | None
    report: pytest.TestReport


class Conductor:
    """A pytest plugin that judges ``subject`` by each item that is run."""

    def __init__(self, contract: Contract, reference: ModuleType | None, *, roots: Sequence[Path]) -> None:
        """Offer ``reference``, if there is one; ``roots`` are the folders whose names no detail shall show."""
        self.contract = contract
        self.subject: Subject | None = None
        self.by_name = False
        self._reference_module = reference
        self._roots = roots
        self._observation = Observation()
        self._alarm = CaseAlarm(0)
        self._refusal: StudentFault | MachineError | None = None
        self._phases: list[_Phase] = []
        self._finished: list[CaseRun] = []

    def run_case(
        self, item: pytest.Item, following: pytest.Item | None, *, subject: Subject, by_name: bool = False
    ) -> CaseRun:
        """Run ``item`` on ``subject``; fixtures that ``following`` does not share are torn down.

        Raises:
            MachineError: if no student process could be had or stopped.
            CourseError: if the suite wants to end the session.
        """
        self.subject, self.by_name = subject, by_name
        self._finished.clear()
        item.user_properties.clear()
        item._report_sections.clear()  # noqa: SLF001 - pytest adds to it at every run and never expects many
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        except pytest.exit.Exception as error:
            raise CourseError(f"the suite called pytest.exit: {error.msg}", place=item.nodeid) from error
        if subject.machine_error is not None:
            raise subject.machine_error
        for phase in self._phases:
            if isinstance(phase.error, MachineError):
                raise phase.error
        if not self._finished:
            raise MachineError("pytest did not finish the case", place=item.nodeid)
        return self._finished.pop()

    # -- fixtures ------------------------------------------------------------------------------------------------------

    @pytest.fixture
    def student(self) -> StudentProxy:
        """The hand-in that is being judged."""
        if self.subject is None:
            raise MachineError("a case runs before there is a hand-in to judge")
        return StudentProxy(self.subject, self.contract, self._observation)

    @pytest.fixture
    def reference(self) -> ModuleType:
        """The reference solution."""
        if self._reference_module is None:
            pytest.fail("students have no reference solution: a visible case gives its expected values itself", False)
        return self._reference_module

    # -- hooks ---------------------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Seed both sides before the case, and draw the conclusion after it."""
        self._begin(item)
        began = time.perf_counter()
        with collecting() as exhibits:
            result = yield
        self._observation.exhibits = exhibits
        outcome = self._conclude()
        printed = self.subject.printed() if self.subject is not None else ""
        seconds = time.perf_counter() - began
        run = CaseRun(outcome=outcome, observation=self._observation, seconds=seconds, printed=printed)
        self._finished = [run]
        return result

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self) -> Generator[None, Any, Any]:
        """Refuse the case where there is no process to ask; otherwise its time counts from here.

        Last, so that whatever pytest's own plugins tear down afterwards has been set up.
        """
        if self._refusal is not None:
            raise self._refusal
        with self._alarm.armed():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Break the case off when its time is up."""
        with self._alarm.armed():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Generator[None, Any, Any]:
        """Break the case off when its time is up."""
        with self._alarm.armed():
            return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what each phase raised."""
        report = yield
        self._phases.append(_Phase(call.excinfo.value if call.excinfo is not None else None, report))
        return report

    # -- the story of one case -----------------------------------------------------------------------------------------

    def _begin(self, item: pytest.Item) -> None:
        """A loaded process, equal seeds on both sides, a fresh observation; the time for loading is not the case's."""
        exercise = exercise_of(item, self.contract.assignment)
        self._observation = Observation(by_name=self.by_name, exercise=exercise)
        self._phases, self._refusal = [], None
        # Not the whole id: a hand-in from elsewhere moves pytest's root folder, and with it the id's beginning.
        seed = self.contract.seed(f"{item.path.name}::{item.nodeid.partition('::')[2]}")
        if self.subject is not None:
            try:
                self.subject.begin_case(seed)
            except (StudentFault, MachineError) as refusal:
                self._refusal = refusal
        self._alarm = CaseAlarm(self.contract.assignment.limits.case_seconds)

    def _conclude(self) -> Outcome:
        """The outcome of the first phase that did not go well; a fault that was noted outweighs what was raised."""
        failed = next((p for p in self._phases if p.error is not None or not p.report.passed), None)
        lost = failed is not None and self._lost_by(failed.error)
        if self.subject is not None and (unnoticed := self.subject.fault()) is not None:
            self._observation.note_fault(self.subject.lose(unnoticed))
        fault = self._observation.fault
        detail = "" if failed is None else detail_of(failed.report.longrepr, roots=self._roots)
        if fault is not None:
            return Outcome(verdict=fault.verdict, finding=self._with_subject(fault.case_finding), detail=detail)
        if failed is None:
            return PASSED
        if failed.report.skipped:
            return Outcome(verdict=Verdict.SKIPPED, detail=detail)
        if failed.error is None or lost:
            # A strict xfail that passed: the suite contradicts itself.
            return Outcome(verdict=Verdict.SUITE_ERROR, finding=Finding(kind=FindingKind.SUITE), detail=detail)
        verdict, finding = outcome_of(failed.error, self._observation)
        return Outcome(verdict=verdict, finding=self._with_subject(finding), detail=detail)

    def _lost_by(self, error: BaseException | None) -> bool:
        """Stop the process after a fault that did not come by way of ``student``; whether there was nothing to stop."""
        overran = isinstance(error, CaseOverran)
        broken = isinstance(error, WireFault) and not isinstance(error, RemoteAbsent)
        if not overran and not broken:
            return False
        if self.subject is None:
            return True
        self._observation.note_fault(self.subject.lose(error if isinstance(error, WireFault) else None))
        return False

    def _with_subject(self, finding: Finding | None) -> Finding | None:
        """The finding, about what the case asked for last if it does not say itself."""
        if finding is None or finding.subject:
            return finding
        return msgspec.structs.replace(finding, subject=self._observation.subject)
