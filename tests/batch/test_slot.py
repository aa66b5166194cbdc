"""A slot's life: prepared or refused, then one answer per task until its other end closes."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest

import grader.judge
from grader.batch import grading, slot
from grader.batch.frames import FRAME_BYTES, Failed, Fault, Job, Outcome, Prepared, Refused, Task
from grader.errors import CourseError, MachineError
from grader.judge.session import Judge
from grader.model.assignment import Assignment, Exercise, ExerciseKind, Limits, SubmissionFormat
from grader.model.result import Case, Wall
from grader.model.text import Language, Text
from grader.sandbox.walls import REQUIRED
from grader.wire.channel import Channel
from grader.wire.faults import ChannelClosed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from grader.judge.process import Zygotes
    from grader.model.submission import Submission

SECONDS = 30.0
TITLE = Text(en="t", zh="题")
CASES = tuple(
    Case(id=f"f.{number}", exercise="f", number=number, node="n", points=1.0, visible=False, doc="d")
    for number in (1, 2)
)


RESTRAINED: list[Limits] = []
"""By which limits slots have restrained themselves."""


def _assignment(points: float) -> Assignment:
    return Assignment(
        id="a",
        title=TITLE,
        language=Language.EN,
        accepts=(SubmissionFormat.MODULE,),
        exercises=(Exercise(id="f", kind=ExerciseKind.FUNCTION, points=points, title=TITLE, names=("f",)),),
        limits=Limits(),
    )


def _opened_assignment(points: float) -> Any:
    """As `grader.course` gives it."""
    return SimpleNamespace(assignment=_assignment(points))


def _source(process: object) -> Any:
    """A zygote whose student processes are all ``process``."""
    return SimpleNamespace(start_student=lambda _limits: process, environment={}, close=lambda: None)


class Life:
    """The coordinator's end of a slot that lives in a thread."""

    def __init__(self, job: Job) -> None:
        near, far = socket.socketpair()
        self.channel = Channel(near, receives=Prepared | Refused | Outcome | Failed, max_frame_bytes=FRAME_BYTES)
        self.codes: list[int] = []
        self._thread = threading.Thread(target=lambda: self.codes.append(slot.main(far.detach())))
        self._thread.start()
        self.channel.send(job)

    def hear(self) -> Any:
        """What the slot says next."""
        return self.channel.receive(seconds=SECONDS)

    def end(self) -> int:
        """Close this end; the slot's exit code."""
        self.channel.close()
        self._thread.join(SECONDS)
        return self.codes[0]


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Life]]:
    """Starts a slot whose judge has two cases of one point; ``fails`` is raised while it is prepared.

    ``missing`` are the walls that its student processes lack, and ``allow`` whether the job allows that. It does not
    restrain itself, since it lives in the tests' own process.
    """
    opened = SimpleNamespace(assignment=_assignment(2.0), files={})
    monkeypatch.setattr(slot, "Course", lambda root: SimpleNamespace(root=root, open=lambda _name: opened))
    monkeypatch.setattr(slot, "restrain", RESTRAINED.append)
    lives: list[Life] = []

    def start(
        fails: Exception | None = None, *, points: float = 2.0, missing: Sequence[str] = (), allow: bool = False
    ) -> Life:
        walls = tuple(Wall(id=wall, stood=wall not in missing, detail="old kernel") for wall in REQUIRED)

        def with_judge(_opened: object, body: Callable[[object], None], *, zygotes: Zygotes) -> None:
            if fails is not None:
                raise fails
            process = SimpleNamespace(walls=walls, stop=lambda: None)
            monkeypatch.setattr(zygotes, "_open", lambda: _source(process))
            judge = Judge(_opened_assignment(points), CASES, (), conductor=Mock(), zygotes=zygotes)
            body(judge)

        monkeypatch.setattr(grader.judge, "with_judge", with_judge, raising=False)
        job = Job(course_root=str(tmp_path), assignment_id="a", language=Language.EN, allow_weak_sandbox=allow)
        lives.append(Life(job))
        return lives[-1]

    yield start
    for life in lives:
        life.end()


def test_a_slot_restrains_itself_before_there_is_a_judge(live: Callable[..., Life]) -> None:
    """By the limits of its assignment; so the reference is tried within them, too."""
    RESTRAINED.clear()
    life = live(CourseError("no suite"))

    assert isinstance(life.hear(), Refused)
    assert [Limits()] == RESTRAINED


def test_a_slot_says_how_many_cases_there_are(live: Callable[..., Life]) -> None:
    """And ends well when nobody wants it any more."""
    life = live()

    assert life.hear() == Prepared(case_count=2)
    assert life.end() == 0


@pytest.mark.parametrize(
    ("error", "fault"), [(CourseError("f", place="p", hint="h"), Fault.COURSE), (MachineError("f"), Fault.MACHINE)]
)
def test_a_slot_that_cannot_be_prepared_says_who_must_act(
    live: Callable[..., Life], error: MachineError | CourseError, fault: Fault
) -> None:
    """With the parts of the message."""
    life = live(error)

    assert life.hear() == Refused(fault=fault, finding="f", place=error.place, hint=error.hint)
    assert life.end() == 1


def test_points_that_do_not_add_up_are_told_before_anyone_is_graded(live: Callable[..., Life]) -> None:
    """The course is at fault, with what was found and expected."""
    life = live(points=3.0)

    refused = life.hear()

    assert (refused.fault, refused.finding) == (Fault.COURSE, "the cases of f add up to 2 points, expected 3")
    assert life.end() == 1


def test_a_machine_without_a_required_wall_is_refused_before_anyone_is_graded(live: Callable[..., Life]) -> None:
    """With the walls that are missing, and why."""
    life = live(missing=["filesystem", "network"])

    refused = life.hear()

    assert (refused.fault, refused.details) == (Fault.MACHINE, "")
    assert refused.fallen == tuple(
        Wall(id=wall, stood=False, detail="old kernel") for wall in ("filesystem", "network")
    )
    assert life.end() == 1


def test_a_job_may_allow_that_a_wall_is_missing(live: Callable[..., Life]) -> None:
    """Then the slot is prepared as ever."""
    assert live(missing=["filesystem"], allow=True).hear() == Prepared(case_count=2)


def test_what_nobody_foresaw_is_told_with_its_traceback(live: Callable[..., Life]) -> None:
    """The machine's fault, as far as anybody can tell."""
    refused = live(ZeroDivisionError("boom")).hear()

    assert (refused.fault, refused.finding) == (Fault.MACHINE, "ZeroDivisionError: boom")
    assert "Traceback" in refused.details


def test_a_task_that_fails_is_told_and_ends_the_slot(
    live: Callable[..., Life], submission: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows what state it is in."""

    def fail(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(grading, "grade", fail)
    life = live()
    life.hear()
    life.channel.send(Task(submission=submission("ana")))

    failed = life.hear()

    assert failed.submission.student_id == "ana"
    assert "ZeroDivisionError: boom" in failed.details
    with pytest.raises(ChannelClosed):
        life.hear()


def test_a_submission_that_the_machine_failed_on_ends_the_slot(
    live: Callable[..., Life], submission: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an exception does."""
    monkeypatch.setattr(grading, "grade", lambda _judge, task, language: Failed(submission=task, details=language))
    life = live()
    life.hear()
    life.channel.send(Task(submission=submission("ana")))

    assert life.hear().details == "en"
    with pytest.raises(ChannelClosed):
        life.hear()
