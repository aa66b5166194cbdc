"""The single home of judging on this machine: a pool of slot processes, each with one submission at a time.

A slot that dies, hangs past its deadline or fails is replaced, and its submission is tried once more on a fresh one.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from grader.batch.frames import Failed, Fault, Outcome, Prepared, Refused
from grader.batch.slot_process import SLOT_COMMAND, SlotProcess
from grader.errors import CourseError, UsageError
from grader.sandbox.folders import remove_abandoned_folders
from grader.sandbox.walls import WeakSandbox

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from grader.batch.frames import Job
    from grader.model.assignment import Limits
    from grader.model.submission import Submission

ATTEMPTS = 2
"""How often a submission is tried, and how often in a row slots may fail to start."""
START_SECONDS = 300.0
SLACK_SECONDS = 60.0
"""What a task may take beyond the sum of its limits."""


class LocalPool:
    """An `Executor` with up to ``jobs`` slots on this machine."""

    def __init__(
        self,
        *,
        jobs: int,
        limits: Limits,
        command: Sequence[str] = SLOT_COMMAND,
        start_seconds: float = START_SECONDS,
        slack_seconds: float = SLACK_SECONDS,
    ) -> None:
        self._jobs = jobs
        self._limits = limits
        self._command = command
        self._start_seconds = start_seconds
        self._slack_seconds = slack_seconds

    def run(self, job: Job, submissions: Sequence[Submission]) -> Generator[Outcome | Failed]:
        """One outcome or failure per submission, as they come; closing it kills every slot.

        Raises:
            CourseError: if a slot says that the course is faulty.
            WeakSandbox: if a slot says that this machine lacks a required wall.
        """
        remove_abandoned_folders()
        run = _Run(self, job, submissions)
        try:
            yield from run.results()
        finally:
            run.close()

    def start_slot(self, job: Job) -> SlotProcess:
        """A new slot that warms up."""
        return SlotProcess(job, command=self._command, start_seconds=self._start_seconds)

    def slots_for(self, tasks: int) -> int:
        """How many slots are worth having for so many tasks."""
        return min(self._jobs, tasks)

    def task_seconds(self, case_count: int) -> float:
        """How long a slot may be silent over one task."""
        return self._limits.task_seconds(case_count) + self._slack_seconds


class _Waiting(NamedTuple):
    """A submission that is to be judged."""

    submission: Submission
    attempt: int


class _Run:
    """One batch on the pool: what waits, which slots there are, what each is doing."""

    def __init__(self, pool: LocalPool, job: Job, submissions: Sequence[Submission]) -> None:
        self._pool = pool
        self._job = job
        self._waiting = deque(_Waiting(submission, 1) for submission in submissions)
        self._attempts: dict[SlotProcess, int] = {}
        """The slots, with the attempt that each one's task is."""
        self._selector = selectors.DefaultSelector()
        self._failed_starts = 0

    def results(self) -> Iterator[Outcome | Failed]:
        """Keep the slots busy until every submission has its result."""
        while self._waiting or any(slot.submission for slot in self._attempts):
            yield from self._start_slots()
            for slot in self._speaking():
                yield from self._hear(slot)
            for slot in self._overdue():
                yield from self._lose(slot)

    def close(self) -> None:
        """End every slot that is left; those that had nothing more to do are gone already."""
        for slot in list(self._attempts):
            self._remove(slot).kill()
        self._selector.close()

    def _start_slots(self) -> Iterator[Failed]:
        """As many as there is work for; one that warms up will need a task, too."""
        busy = sum(slot.submission is not None for slot in self._attempts)
        wanted = self._pool.slots_for(len(self._waiting) + busy)
        while self._failed_starts < ATTEMPTS and len(self._attempts) < wanted:
            try:
                slot = self._pool.start_slot(self._job)
            except OSError as error:
                yield from self._miss_start(f"no slot process can be started: {error}")
                continue
            self._attempts[slot] = 0
            self._selector.register(slot, selectors.EVENT_READ)

    def _miss_start(self, details: str) -> Iterator[Failed]:
        """A slot did not start. The others go on; where there are none and none can be had, nothing can be judged."""
        self._failed_starts += 1
        if self._failed_starts >= ATTEMPTS and not self._attempts:
            yield from (Failed(submission=waiting.submission, details=details) for waiting in self._waiting)
            self._waiting.clear()

    def _speaking(self) -> list[SlotProcess]:
        """The slots that have something to say, once one has or one's time is up."""
        until = min((slot.deadline for slot in self._attempts), default=0.0)
        events = self._selector.select(max(0.0, until - time.monotonic()))
        return [slot for key, _ in events if isinstance(slot := key.fileobj, SlotProcess)]

    def _overdue(self) -> list[SlotProcess]:
        now = time.monotonic()
        return [slot for slot in self._attempts if slot.deadline < now]

    def _hear(self, slot: SlotProcess) -> Iterator[Outcome | Failed]:
        """Act on what a slot says."""
        answer, submission = slot.answer(), slot.submission
        if isinstance(answer, Prepared) and slot.case_count is None:
            self._failed_starts = 0
            slot.case_count = answer.case_count
            self._occupy(slot)
        elif isinstance(answer, Outcome) and submission and answer.feedback.student_id == submission.student_id:
            slot.submission = None
            yield answer
            self._occupy(slot)
        elif isinstance(answer, Refused) and answer.fault is not Fault.MACHINE:
            kind = CourseError if answer.fault is Fault.COURSE else UsageError
            raise kind(answer.finding, place=answer.place, hint=answer.hint)
        elif isinstance(answer, Refused) and answer.fallen:
            raise WeakSandbox(answer.fallen)
        elif isinstance(answer, Refused):
            yield from self._lose(slot, details=f"{answer.place} {answer.finding}\n{answer.details}".strip())
        else:
            yield from self._lose(slot, details=answer.details if isinstance(answer, Failed) else "")

    def _occupy(self, slot: SlotProcess) -> None:
        """Give a slot its next task, or let it go."""
        if not self._waiting:
            self._remove(slot).dismiss()
            return
        waiting = self._waiting.popleft()
        self._attempts[slot] = waiting.attempt
        slot.give(waiting.submission, seconds=self._pool.task_seconds(slot.case_count or 0))

    def _lose(self, slot: SlotProcess, *, details: str = "") -> Iterator[Failed]:
        """A slot is gone; its submission is tried once more."""
        attempt, submission, started = self._attempts[slot], slot.submission, slot.case_count is not None
        details = details or slot.last_words()
        self._remove(slot).kill()
        if submission is not None and attempt < ATTEMPTS:
            self._waiting.appendleft(_Waiting(submission, attempt + 1))
        elif submission is not None:
            yield Failed(submission=submission, details=details)
        if started:
            self._failed_starts = 0
        else:
            yield from self._miss_start(details)

    def _remove(self, slot: SlotProcess) -> SlotProcess:
        del self._attempts[slot]
        self._selector.unregister(slot)
        return slot
