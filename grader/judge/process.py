"""The single home of one submission's student processes: start, load, ask, and start again when one is lost."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from grader.errors import MachineError
from grader.judge.alarm import held_back
from grader.judge.evidence import bounded_report, error_record, verdict_of_error
from grader.judge.faults import ProcessLost
from grader.model.result import Finding, FindingKind
from grader.model.submission import CellKind
from grader.model.verdict import Verdict
from grader.sandbox.ended import HowItEnded, how_it_ended
from grader.sandbox.walls import WeakSandbox, missing
from grader.sandbox.zygote import SandboxFailed, Zygote
from grader.wire.channel import Channel
from grader.wire.evidence import BROKEN_OFF, Notice
from grader.wire.faults import ChannelTimeout, ProtocolBroken, RemoteRaised, WireFault
from grader.wire.frames import JUDGE_RECEIVES, CellSource, Load
from grader.wire.peer import Exports, Peer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from grader.judge.contract import Contract
    from grader.model.assignment import Limits
    from grader.model.result import Wall
    from grader.model.submission import Submission
    from grader.wire.control import Ended
    from grader.wire.evidence import CellRun, LoadReport, StatementFailure

LOAD_SEED = 0
_MOST_WAITS_IN_VAIN = 2
"""How often a hand-in may let a limit pass before any case has begun: all reloads together could take minutes."""
_REASONS = {
    Verdict.TIMED_OUT: "timed_out",
    Verdict.OUT_OF_MEMORY: "out_of_memory",
    Verdict.FLOODED: "flooded",
    Verdict.CRASHED: "crashed",
}
_OVER_A_LIMIT = {
    HowItEnded.MEMORY: (Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    HowItEnded.SHARED_MEMORY: (Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    HowItEnded.FILE_LIMIT: (Verdict.FLOODED, FindingKind.FILE_SIZE),
    HowItEnded.DISK: (Verdict.FLOODED, FindingKind.DISK),
    HowItEnded.FILES: (Verdict.FLOODED, FindingKind.FILES),
    HowItEnded.THREADS: (Verdict.CRASHED, FindingKind.THREADS),
}


class StudentProcess(Protocol):
    """A started student process, as `grader.sandbox` gives it."""

    @property
    def socket(self) -> socket.socket:
        """The judge's end of the data channel."""

    @property
    def walls(self) -> tuple[Wall, ...]:
        """What it says of each of its walls."""

    def stop(self) -> Ended:
        """End it and everything it left behind; idempotent."""


class ProcessSource(Protocol):
    """Where student processes come from: a zygote."""

    @property
    def environment(self) -> dict[str, str]:
        """Versions of what student code runs with."""

    def start_student(self, limits: Limits) -> StudentProcess:
        """Start one student process."""

    def close(self) -> None:
        """End the zygote."""


class Zygotes:
    """One warm zygote at a time, replaced once when it fails."""

    def __init__(self, open_zygote: Callable[[], ProcessSource] = Zygote, *, allow_weak: bool = True) -> None:
        """Open nothing yet. Unless ``allow_weak``, no process is given away for which a required wall is missing."""
        self._open = open_zygote
        self._allow_weak = allow_weak
        self._zygote: ProcessSource | None = None
        self.environment: dict[str, str] = {}
        """Versions of what student code runs with; known once a zygote has been open."""

    def start_student(self, limits: Limits) -> StudentProcess:
        """Start a student process, from a fresh zygote if this one fails.

        Raises:
            WeakSandbox: if a required wall does not stand.
            MachineError: if the fresh one fails, too.
        """
        process = self._start(limits)
        if not self._allow_weak and (fallen := missing(process.walls)):
            process.stop()
            raise WeakSandbox(fallen)
        return process

    def close(self) -> None:
        """End the zygote, if there is one."""
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            zygote.close()

    def _start(self, limits: Limits) -> StudentProcess:
        """A student process, whatever stands around it."""
        try:
            return self._warm().start_student(limits)
        except (SandboxFailed, OSError):
            self.close()
            try:
                return self._warm().start_student(limits)
            except OSError as error:
                raise MachineError(f"no student process could be started: {error}") from error

    def _warm(self) -> ProcessSource:
        """The zygote, opened on first use."""
        if self._zygote is None:
            self._zygote = self._open()
            self.environment = self._zygote.environment
        return self._zygote


class LoadedSubmission:
    """A submission in its student process; each loss costs one of the bounded reloads."""

    def __init__(self, submission: Submission, *, contract: Contract, zygotes: Zygotes) -> None:
        """Start nothing yet."""
        self._cells = [
            CellSource(index=cell.index, source=cell.source) for cell in submission.cells if cell.kind is CellKind.CODE
        ]
        self._format = str(submission.format)
        self._contract = contract
        self._limits = contract.assignment.limits
        self._zygotes = zygotes
        self._process: StudentProcess | None = None
        self._peer: Peer | None = None
        self._losses: list[ProcessLost] = []
        self._waits_in_vain = 0
        self._fatal_statements: dict[tuple[int, int], ProcessLost] = {}
        self._at: tuple[int, int] | None = None
        self._last_report: LoadReport | None = None
        self.first_report: LoadReport | None = None
        self.walls: tuple[Wall, ...] = ()
        self.machine_error: MachineError | None = None
        """Why the zygote could not end a process; the case has to be run again, whatever its suite made of it."""

    @property
    def report(self) -> LoadReport | None:
        """What the latest loading showed."""
        return self._last_report

    @property
    def sources(self) -> Sequence[str]:
        """The code that was handed in."""
        return [cell.source for cell in self._cells]

    def begin_case(self, seed: int) -> None:
        """Have a loaded process that has forgotten the last case.

        Raises:
            ProcessLost: if the reloads are used up; the last loss is what every further case gets.
        """
        while True:
            is_fresh = self._peer is None
            peer = self._peer or self._load()
            if peer is None:
                continue
            try:
                peer.begin_case(seed)
            except (WireFault, RemoteRaised) as fault:
                self._waits_in_vain += is_fresh and isinstance(fault, ChannelTimeout)
                self.lose(fault)
            else:
                return

    def get(self, name: str) -> Any:
        """What the hand-in defines under ``name``."""
        if self._peer is None:
            raise self._gone()
        return self._peer.get(name)

    def fault(self) -> WireFault | None:
        """What ended the conversation with the process, if it has ended and nobody has stopped the process yet."""
        return self._peer.fault if self._peer is not None else None

    def printed(self) -> str:
        """What student code printed since the case began."""
        return self._peer.printed if self._peer is not None else ""

    def lose(self, fault: WireFault | RemoteRaised | None, *, loading: bool = False) -> ProcessLost:
        """Stop the process after ``fault`` (None: the case's own time was up) and say what that means.

        A case that goes on asking a process that is gone gets the same loss again.
        """
        if self._process is None:
            return self._gone()
        with held_back():  # removing what is left in its folder may take longer than the case has
            return self._lose(self._process, fault, loading=loading)

    def _lose(self, process: StudentProcess, fault: WireFault | RemoteRaised | None, *, loading: bool) -> ProcessLost:
        """Stop the process and remember the loss."""
        self.forget_process()
        try:
            ended = process.stop()
        except MachineError as error:
            self.machine_error = error
            raise
        over = ended.breach is not None  # then that is why, whatever the judge was waiting for
        loss = _died(ended, self._limits) if over else _loss(fault, ended, self._limits, loading=loading)
        self._losses.append(loss)
        return loss

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            process = self._process
            self.forget_process()
            process.stop()

    def forget_process(self) -> None:
        """Drop the process without a loss; what it did to tensors of the suite is undone."""
        if self._peer is not None:
            self._peer.end_case()
        self._process, self._peer, self.machine_error = None, None, None

    def _gone(self) -> ProcessLost:
        """What to tell a case that asks a process that is gone."""
        if self.machine_error is not None:
            raise self.machine_error
        return self._losses[-1]

    def _load(self) -> Peer | None:
        """One attempt to start a process and load the hand-in; None if the process was lost over it.

        Raises:
            ProcessLost: if there have been too many losses to try again.
        """
        if len(self._losses) > self._limits.reloads or self._waits_in_vain >= _MOST_WAITS_IN_VAIN:
            raise self._losses[-1]
        process = self._process = self._zygotes.start_student(self._limits)
        self.walls = self.walls or process.walls
        self._at = None
        try:
            channel = Channel(process.socket, receives=JUDGE_RECEIVES, max_frame_bytes=self._limits.frame_bytes)
            peer = Peer(channel, exports=Exports.STRICT)
            report = peer.load(self._request(), seconds=self._limits.load_deadline_seconds, on_statement=self._arrive)
        except (WireFault, RemoteRaised) as fault:
            self._waits_in_vain += isinstance(fault, ChannelTimeout)
            self._note_fatal_statement(self.lose(fault, loading=True))
            return None
        peer.call_seconds = self._limits.call_seconds
        self._peer = peer
        self._last_report = self._explained(report)
        self.first_report = self.first_report or self._last_report
        return peer

    def _note_fatal_statement(self, loss: ProcessLost) -> None:
        """The next attempt leaves out the statement that ran when the process was lost."""
        if self._at is not None:
            self._fatal_statements[self._at] = loss

    def _arrive(self, cell: int, statement: int) -> None:
        """Remember where the load is, for the case that the process dies there."""
        self._at = (cell, statement)

    def _request(self) -> Load:
        """What to load, without the statements that have killed a process."""
        limits = self._limits
        return Load(
            id=0,
            format=self._format,
            name=self._contract.assignment.id,
            cells=self._cells,
            names=list(self._contract.names),
            load_seconds=limits.load_seconds,
            output_bytes=limits.output_bytes,
            seed=LOAD_SEED,
            skip=sorted(self._fatal_statements),
        )

    def _explained(self, report: LoadReport) -> LoadReport:
        """The report, with the true reason at each statement that was skipped because it had killed a process."""
        report = bounded_report(report, cells={cell.index for cell in self._cells})
        if not self._fatal_statements:
            return report
        notices = tuple(Notice(kind="reloaded", cell=cell) for cell, _ in sorted(self._fatal_statements))
        explained = tuple(self._explained_cell(cell) for cell in report.cells)
        ended = report.ended
        if ended == "crashed":  # all that a student process can say of a statement that it was told to leave out
            reasons = {_reason(loss) for loss in self._fatal_statements.values()}
            ended = min(reasons, key=BROKEN_OFF.index)
        return msgspec.structs.replace(report, cells=explained, notices=report.notices + notices, ended=ended)

    def _explained_cell(self, cell: CellRun) -> CellRun:
        """One cell of the report."""
        failures = tuple(self._explained_failure(failure) for failure in cell.failures)
        return msgspec.structs.replace(cell, failures=failures)

    def _explained_failure(self, failure: StatementFailure) -> StatementFailure:
        """One failed statement of the report."""
        loss = self._fatal_statements.get((failure.cell, failure.statement))
        if loss is None:
            return failure
        return msgspec.structs.replace(failure, reason=_reason(loss))


def _reason(loss: ProcessLost) -> str:
    """Why a statement that lost a process was broken off, as a load's report says it."""
    kind = loss.case_finding.kind.value
    return kind if kind in BROKEN_OFF else _REASONS[loss.verdict]


def _loss(fault: WireFault | RemoteRaised | None, ended: Ended, limits: Limits, *, loading: bool) -> ProcessLost:
    """What the end of a student process means: verdict and finding."""
    if fault is None:
        return _lost(Verdict.TIMED_OUT, FindingKind.CALL_TIMED_OUT, seconds=limits.case_seconds)
    if isinstance(fault, ChannelTimeout):
        if loading:
            return _lost(Verdict.TIMED_OUT, FindingKind.LOAD_TIMED_OUT, seconds=limits.load_seconds)
        return _lost(Verdict.TIMED_OUT, FindingKind.CALL_TIMED_OUT, seconds=limits.call_seconds)
    if isinstance(fault, ProtocolBroken):
        return _lost(Verdict.CRASHED, FindingKind.BROKE_PROTOCOL)
    if isinstance(fault, RemoteRaised):  # what the hand-in did reached its loader, which nothing should
        verdict, kind = verdict_of_error(fault.error)
        return ProcessLost(
            Verdict.CRASHED if verdict is Verdict.RAISED else verdict,
            Finding(kind=FindingKind.CRASHED if kind is FindingKind.RAISED else kind, error=error_record(fault.error)),
        )
    return _died(ended, limits)


def _died(ended: Ended, limits: Limits) -> ProcessLost:
    """What it means that the process was gone before anybody stopped it."""
    how = how_it_ended(ended, limits)
    if how in _OVER_A_LIMIT:
        return _lost(*_OVER_A_LIMIT[how])
    if how is HowItEnded.CPU_LIMIT:
        return _lost(Verdict.TIMED_OUT, FindingKind.CALL_TIMED_OUT, seconds=limits.cpu_seconds)
    if how is HowItEnded.SIGNALLED and ended.signal is not None:
        return _lost(Verdict.CRASHED, FindingKind.CRASHED, signal=_signal_name(ended.signal))
    details = {} if ended.exit_code is None else {"exit_code": ended.exit_code}
    return _lost(Verdict.CRASHED, FindingKind.CRASHED, **details)


def _lost(verdict: Verdict, kind: FindingKind, **values: str | float) -> ProcessLost:
    """A loss with its finding."""
    return ProcessLost(verdict, Finding(kind=kind, values={**values}))


def _signal_name(number: int) -> str:
    """``SIGSEGV`` for 11."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
