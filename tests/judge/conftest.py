"""A small course, and student processes that are threads of this one."""

from __future__ import annotations

import ast
import linecache
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from grader.course import CourseAssignment
from grader.judge.process import Zygotes
from grader.judge.session import Judge, with_judge
from grader.model.assignment import Assignment, Exercise, ExerciseKind, Limits, SubmissionFormat
from grader.model.result import Wall
from grader.model.submission import Cell, CellKind, Submission
from grader.model.text import Language, Text
from grader.sandbox.zygote import SandboxFailed
from grader.wire.channel import Channel
from grader.wire.control import Breach, Ended
from grader.wire.evidence import CellRun, DefinedName, LoadReport, StatementFailure
from grader.wire.frames import STUDENT_RECEIVES, Load
from grader.wire.peer import Exports, Loading, Peer
from grader.wire.raising import describe_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.judge.judgement import Judgement

REFERENCE = '''"""The reference."""

letter = "B"


def power(base, exponent):
    """A power."""
    return base**exponent
'''

POWER_SUITE = '''"""Hidden cases for power."""

import pytest
import torch

from grader.suite import check_close


@pytest.mark.points(2)
@pytest.mark.hint(en="Mind the exponent.", zh="注意指数。")
def test_values(student, reference):
    """Element by element."""
    base = torch.tensor([1.5, 2.0, 3.0])

    check_close(student.power(base, 3), reference.power(base, 3))


def test_gradient(student):
    """The derivative of a square."""
    base = torch.tensor([1.0, 2.0], requires_grad=True)

    student.power(base, 2).sum().backward()

    assert base.grad.tolist() == [2.0, 4.0]
'''

LETTER_SUITE = '''"""Hidden cases for letter."""

from grader.suite import check_choice


def test_answer(student):
    """The right letter."""
    check_choice(student.letter, "B")
'''

TITLE = Text(en="a title", zh="标题")
LIMITS = Limits(load_seconds=20, call_seconds=20, case_seconds=40, reloads=3)


class OutputFlooded(BaseException):
    """Has the name by which the judge knows a flood."""


class FakeProcess:
    """A student process that is a thread; the hand-in may call ``die``, ``hang``, ``flood`` and ``go_silent``."""

    def __init__(self, limits: Limits) -> None:
        """Serve at once."""
        self.socket, self._theirs = socket.socketpair()
        self.walls = (Wall(id="rlimits", stood=True),)
        self._ended: Ended | None = None
        self._stopped = threading.Event()
        self._silent = threading.Event()
        self._frame_bytes = limits.frame_bytes
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> Ended:
        """Hang up."""
        self._stopped.set()
        self.socket.close()
        self._thread.join(10)
        if FakeZygote.failing_stops:
            FakeZygote.failing_stops -= 1
            raise SandboxFailed("the zygote is gone")
        return self._ended or Ended(pid=1, signal=9, killed_by_us=True)

    def _serve(self) -> None:
        channel = Channel(self._theirs, receives=STUDENT_RECEIVES, max_frame_bytes=self._frame_bytes)
        try:
            Peer(channel, exports=Exports.OPEN, drain_printed=self._drain).serve(self._load)
        except Exception:  # noqa: BLE001 - the process is over, whatever it was
            self._theirs.close()
        self._theirs.close()

    def _die(self, number: int = 11, breach: Breach | None = None) -> None:
        """End as if by a signal, or with exit code 3 for number 0, or killed by the watch for a breach."""
        self._ended = Ended(pid=1, signal=number) if number else Ended(pid=1, exit_code=3)
        if breach is not None:
            self._ended = Ended(pid=1, killed_by_us=True, breach=Breach(breach))
        self._theirs.shutdown(socket.SHUT_RDWR)

    def _drain(self) -> str:
        """What was printed; asked for before each answer, and so the place to fall silent."""
        if self._silent.is_set():
            self._stopped.wait(20)
        return "printed\n"

    def _flood(self) -> None:
        raise OutputFlooded

    def _load(self, request: Load, on_statement: Callable[[int, int], None]) -> Loading:
        namespace: dict[str, Any] = {
            "die": self._die,
            "hang": lambda: self._stopped.wait(20),
            "go_silent": self._silent.set,
            "flood": self._flood,
            "__name__": request.name,
        }
        own = set(namespace)
        cells = [_run(cell.index, cell.source, request, namespace, on_statement) for cell in request.cells]
        names = tuple(
            DefinedName(name=name, type_name=type(value).__name__, from_stand_in=getattr(value, "borrowed_from", ""))
            for name, value in namespace.items()
            if name not in own and name != "__builtins__"
        )
        ended = "crashed" if request.skip else "complete"
        return Loading(namespace=namespace, report=LoadReport(cells=tuple(cells), names=names, ended=ended))


def _run(
    index: int, source: str, request: Load, namespace: dict[str, Any], on_statement: Callable[[int, int], None]
) -> CellRun:
    """Run one cell statement by statement."""
    linecache.cache[f"cell:{index}"] = (len(source), None, source.splitlines(keepends=True), f"cell:{index}")
    failures = []
    for position, statement in enumerate(ast.parse(source).body):
        on_statement(index, position)
        reason = "skipped" if (index, position) in request.skip else ""
        try:
            if not reason:
                code = compile(ast.Module([statement], []), f"cell:{index}", "exec")
                exec(code, namespace)
                continue
        except Exception as error:  # noqa: BLE001 - the statement's failure is the report's
            described, reason = describe_error(error), "raised"
        else:
            described = describe_error(RuntimeError("skipped"))
        binds = tuple(node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id != "die")
        failures.append(
            StatementFailure(
                cell=index,
                statement=position,
                line=statement.lineno,
                source=ast.unparse(statement).split("\n", 1)[0],
                error=described,
                binds=binds,
                reason=reason,
            )
        )
    return CellRun(index=index, status="partly" if failures else "ok", failures=tuple(failures))


class FakeZygote:
    """Starts fake processes; fails first as often as it is told."""

    failures_left = 0
    failing_stops = 0
    started = 0

    def __init__(self) -> None:
        """Warm at once."""
        self.environment = {"python": "3.11", "torch": "2.13", "numpy": "2", "platform": "test", "hostname": "secret"}

    def start_student(self, limits: Limits) -> FakeProcess:
        """Start one."""
        if FakeZygote.failures_left:
            FakeZygote.failures_left -= 1
            raise SandboxFailed("no zygote today")
        FakeZygote.started += 1
        return FakeProcess(limits)

    def close(self) -> None:
        """There is nothing to end."""


def write_course(root: Path, suites: dict[str, str], *, limits: Limits = LIMITS) -> CourseAssignment:
    """A course with the exercises ``power`` and ``letter``."""
    handout, solutions = root / "assignments" / "mini", root / "solutions" / "mini"
    handout.mkdir(parents=True)
    solutions.mkdir(parents=True)
    (solutions / "mini.py").write_text(REFERENCE)
    for name, text in suites.items():
        ((handout if name == "test_visible.py" else solutions) / name).write_text(text)
    exercises = (
        Exercise(
            id="power",
            kind=ExerciseKind.FUNCTION,
            points=3,
            title=TITLE,
            names=("power",),
            parameters=("base", "exponent"),
            aliases={"power": ("pow_",)},
        ),
        Exercise(id="letter", kind=ExerciseKind.QUIZ, points=1, title=TITLE, names=("letter",)),
    )
    assignment = Assignment(
        id="mini",
        title=TITLE,
        language=Language.EN,
        accepts=(SubmissionFormat.NOTEBOOK, SubmissionFormat.MODULE),
        exercises=exercises,
        limits=limits,
    )
    visible = handout / "test_visible.py"
    return CourseAssignment(
        assignment=assignment,
        handout=handout,
        solutions=solutions,
        reference=solutions / "mini.py",
        suites=tuple(sorted(solutions.glob("test_*.py"))),
        visible_suite=visible if visible.exists() else None,
        suite_digest="sha256:0",
    )


def submission_of(source: str) -> Submission:
    """A module with that source."""
    cell = Cell(index=0, kind=CellKind.CODE, source=source)
    return Submission(
        student_id="ana", file_name="mini.py", digest="sha256:1", format=SubmissionFormat.MODULE, cells=(cell,)
    )


class JudgeSource(Protocol):
    """Judges one source by the given suites."""

    def __call__(self, source: str, *, limits: Limits = LIMITS, **suites: str) -> Judgement:
        """``test_power='…'`` replaces or adds the suite of that name."""


@pytest.fixture(scope="session")
def small_suites() -> dict[str, str]:
    """The two suites of the small course, for fixtures that live longer than a test."""
    return {"test_power.py": POWER_SUITE, "test_letter.py": LETTER_SUITE}


@pytest.fixture
def suites() -> dict[str, str]:
    """The two suites of the small course."""
    return {"test_power.py": POWER_SUITE, "test_letter.py": LETTER_SUITE}


@pytest.fixture(scope="session")
def fake_zygote() -> type[FakeZygote]:
    """What starts student processes that are threads."""
    return FakeZygote


@pytest.fixture
def fake_zygotes() -> Zygotes:
    """Student processes that are threads."""
    FakeZygote.failures_left = FakeZygote.failing_stops = 0
    return Zygotes(FakeZygote)


@pytest.fixture
def judge_source(tmp_path: Path, suites: dict[str, str], fake_zygotes: Zygotes) -> JudgeSource:
    """Judge a source once, in a course of its own."""

    def judge(source: str, *, limits: Limits = LIMITS, **more: str) -> Judgement:
        texts = suites | {f"{name}.py": text for name, text in more.items()}
        course = write_course(tmp_path / f"course-{time.monotonic_ns()}", texts, limits=limits)
        return with_judge(course, lambda judge: judge.judge(submission_of(source)), zygotes=fake_zygotes)

    return judge


class WithCourse(Protocol):
    """Calls the body with a judge of a small course."""

    def __call__(self, body: Callable[[Judge], Any], *, limits: Limits = LIMITS, **suites: str) -> Any:
        """``test_power='…'`` replaces or adds the suite of that name."""


@pytest.fixture
def in_judge(tmp_path: Path, suites: dict[str, str], fake_zygotes: Zygotes) -> WithCourse:
    """Run a body in the life of a judge."""

    def run(body: Callable[[Judge], Any], *, limits: Limits = LIMITS, **more: str) -> Any:
        texts = suites | {f"{name}.py": text for name, text in more.items()}
        course = write_course(tmp_path / f"course-{time.monotonic_ns()}", texts, limits=limits)
        return with_judge(course, body, zygotes=fake_zygotes)

    return run


@pytest.fixture(scope="session")
def write() -> Callable[..., CourseAssignment]:
    """Write a course somewhere."""
    return write_course


@pytest.fixture(scope="session")
def submission() -> Callable[[str], Submission]:
    """Wrap a source as a submission."""
    return submission_of


@pytest.fixture
def break_zygotes() -> Callable[[int], None]:
    """Let the next zygotes fail that often."""

    def set_failures(count: int) -> None:
        FakeZygote.failures_left = count

    return set_failures


@pytest.fixture
def break_stops() -> Callable[[int], None]:
    """Let the next stops fail that often."""

    def set_failures(count: int) -> None:
        FakeZygote.failing_stops = count

    return set_failures
