"""The single home of judging the hostile corpus: each folder once per mode, by one warm zygote, as a batch does it.

How an attack is added stands in the README beside this file.
"""

from __future__ import annotations

import functools
import tempfile
import time
import tomllib
import traceback
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import pytest

from grader.batch.frames import Failed, Job, Outcome
from grader.batch.grading import grade
from grader.batch.running import Batch, BatchResult, run_batch
from grader.course import find_course
from grader.errors import GraderError
from grader.feedback.view import Feedback
from grader.judge import Judge, with_judge
from grader.judge.process import ProcessSource, StudentProcess, Zygotes
from grader.model.submission import Submission, Unreadable
from grader.model.text import Language
from grader.model.verdict import Verdict
from grader.sandbox.zygote import SandboxFailed, Zygote
from grader.submission import collect

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from grader.model.assignment import Limits

Traces: TypeAlias = Any
"""What is on the machine; see ``tests/conftest.py``."""
HERE = Path(__file__).parent
COURSE = find_course(HERE)
COURSE_ASSIGNMENT = COURSE.open("linear_regression")
MODES = ("namespaces", "inner")
"""With every wall there is, and without the outer one: marks must not depend on it."""
SHORT = {
    "load_seconds": 3.0,
    "load_grace_seconds": 2.0,
    "call_seconds": 1.0,
    "case_seconds": 3.0,
    "cpu_seconds": 10.0,
    "memory_bytes": 512_000_000,
    "disk_bytes": 32_000_000,
    "output_bytes": 1_000_000,
    "frame_bytes": 16_000_000,
}
LASTS_SECONDS = 30.0  # how long something must be there, after everything, to be called left
LIMITS = msgspec.structs.replace(COURSE_ASSIGNMENT.assignment.limits, **SHORT)


# -- what a folder says -----------------------------------------------------------------------------------------------


class Says(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a student would read, and never."""

    contains: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class HandedIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The names under which it is handed in, for attacks by name."""

    student: str = ""
    file_name: str = ""


class Promise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``expected.toml`` says."""

    why: str
    points: float
    verdicts: dict[str, Verdict] = {}
    """Per id of a case, or of an exercise for all of its cases."""
    says: Says = Says()
    handed_in: HandedIn = HandedIn()
    limits: dict[str, float] = {}


class Attack(msgspec.Struct, frozen=True, kw_only=True):
    """One folder: a hand-in and its promise."""

    id: str
    """``<class>/<name>``."""
    file: Path
    promise: Promise
    class_limits: dict[str, float] = {}
    """What ``<class>/limits.toml`` says, if there is one: each other set of limits needs a judge of its own."""

    @property
    def limits(self) -> Limits:
        """The corpus's short limits, with those of this attack's class and its own."""
        own = self.class_limits | self.promise.limits
        return msgspec.structs.replace(LIMITS, **{name: _number(name, value) for name, value in own.items()})


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one attack, and what it left on the machine."""

    attack: Attack
    feedback: Feedback
    report: str
    result: bytes
    failure: str
    left: tuple[str, ...]


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """What came of the whole corpus in one mode."""

    judged: dict[str, Judged]
    unreadable_folders: dict[str, str]
    """Per attack whose folder breaks the rules, how."""
    overviews: BatchResult
    left: tuple[str, ...]
    walls: dict[str, bool]


def attack_ids() -> list[str]:
    """``<class>/<name>`` of every folder."""
    return sorted(f"{path.parent.name}/{path.name}" for path in HERE.glob("*/*") if _is_attack(path))


def _is_attack(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(("_", ".")) and not path.parent.name.startswith(("_", "."))


def _read(attack_id: str) -> Attack:
    folder = HERE / attack_id
    promise = msgspec.convert(tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8")), Promise)
    (file,) = (path for path in folder.iterdir() if path.name.startswith(COURSE_ASSIGNMENT.assignment.id))
    shared = folder.parent / "limits.toml"
    class_limits = tomllib.loads(shared.read_text(encoding="utf-8")) if shared.is_file() else {}
    attack = Attack(id=attack_id, file=file, promise=promise, class_limits=class_limits)
    _ = attack.limits  # a limit that does not exist raises here
    own = file.read_text(encoding="utf-8", errors="replace")
    for words in promise.says.contains:
        assert words not in own, f"{words!r} stands in the hand-in, whose source is in every report; compose it there"
    return attack


def _number(name: str, value: float) -> float:
    return int(value) if isinstance(getattr(LIMITS, name), int) else value


def _handed_in(attack: Attack, place: Path) -> Submission | Unreadable:
    """The hand-in as it is collected from a student's folder; it is called like the attack unless that is one."""
    names = attack.promise.handed_in
    folder = place / attack.id / (names.student or attack.id.replace("/", "-"))
    folder.mkdir(parents=True)
    (folder / (names.file_name or attack.file.name)).write_bytes(attack.file.read_bytes())
    (hand_in,) = collect([folder], assignment=COURSE_ASSIGNMENT.assignment)
    return hand_in


# -- judging ----------------------------------------------------------------------------------------------------------


class KeptZygote:
    """One zygote for several judges, which differ by their limits; replaced where it fails."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._zygote: Zygote | None = None

    def open(self) -> ProcessSource:
        """The zygote, for a judge that believes to own it."""
        if self._zygote is None:
            self._zygote = Zygote()
        self.environment = self._zygote.environment
        return self

    def start_student(self, limits: Limits) -> StudentProcess:
        """Start a student process."""
        assert self._zygote is not None
        try:
            return self._zygote.start_student(limits)
        except SandboxFailed:
            self.end()
            raise

    def close(self) -> None:
        """Nothing: another judge will use it."""

    def end(self) -> None:
        """End it."""
        zygote, self._zygote = self._zygote, None
        if zygote is not None:
            zygote.close()


class _Given:
    """An executor that has judged already."""

    def __init__(self, outcomes: Sequence[Outcome | Failed]) -> None:
        self._outcomes = outcomes

    def run(self, job: Job, submissions: Sequence[Submission]) -> Generator[Outcome | Failed]:
        """The outcomes."""
        assert job.assignment_id == COURSE_ASSIGNMENT.assignment.id
        assert len(submissions) == len(self._outcomes)
        yield from self._outcomes


class _Nobody:
    """Nobody watches."""

    def graded(self, feedback: Feedback) -> None:
        """Not of interest."""


class Run:
    """The corpus on its way through one mode."""

    def __init__(self, mode: str, place: Path, traces_below: Callable[[Path], Traces]) -> None:
        """Work below ``place``."""
        self.mode = mode
        self.place = place
        self.traces = traces_below(place)
        self.kept = KeptZygote()
        self.walls: dict[str, bool] = {}
        self.outcomes: dict[str, Outcome | Failed] = {}
        self.left: dict[str, list[str]] = defaultdict(list)

    @contextmanager
    def surroundings(self) -> Generator[None]:
        """A folder for temporary files that is ours alone, and no bubblewrap where the mode is without it."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("TMPDIR", str(self.traces.temporary))
            patch.setattr(tempfile, "tempdir", None)
            if self.mode == "inner":
                (self.place / "no_programs").mkdir()
                patch.setenv("PATH", str(self.place / "no_programs"))
            try:
                yield
            finally:
                self.kept.end()

    def warm_up(self) -> None:
        """Start the zygote, look which walls stand, and skip a mode that this machine does not have."""
        self.kept.open()
        student = self.kept.start_student(LIMITS)
        try:
            self.walls = {wall.id: wall.stood for wall in student.walls}
            details = {wall.id: wall.detail for wall in student.walls}
        finally:
            student.stop()
        if self.mode == "namespaces" and not self.walls.get("namespaces"):
            self.kept.end()
            pytest.skip(f"no outer wall on this machine: {details.get('namespaces') or 'it is not reported'}")
        if self.mode == "inner":
            assert not self.walls.get("namespaces"), "bubblewrap was found although it is not on PATH"

    def judge_all(self, hand_ins: dict[str, tuple[Attack, Submission]]) -> None:
        """Judge by one judge for each set of limits."""
        groups: dict[Limits, dict[str, Submission]] = defaultdict(dict)
        for attack, submission in hand_ins.values():
            groups[attack.limits][attack.id] = submission
        for limits, group in groups.items():
            assignment = msgspec.structs.replace(COURSE_ASSIGNMENT.assignment, limits=limits)
            course_assignment = msgspec.structs.replace(COURSE_ASSIGNMENT, assignment=assignment)
            zygotes = Zygotes(self.kept.open)
            with_judge(course_assignment, functools.partial(self._judge, group=group), zygotes=zygotes)

    def _judge(self, judge: Judge, group: dict[str, Submission]) -> None:
        assert not judge.faults
        for attack_id, submission in group.items():
            before = self.traces.ours() | self.traces.lasting()
            try:
                self.outcomes[attack_id] = grade(judge, submission, language=Language.EN)
            except Exception:  # noqa: BLE001 - the border of a job, as in a slot: one attack's failure is its own
                self.outcomes[attack_id] = Failed(submission=submission, details=traceback.format_exc())
            self.left[attack_id] += sorted((self.traces.ours() | self.traces.lasting()) - before)

    def lasting(self) -> set[str]:
        """What outlives processes and stays: what another run on this machine makes for its own purposes goes away."""
        left, deadline = set().union(*self.left.values()), time.monotonic() + LASTS_SECONDS
        while (left := left & self.traces.lasting()) and time.monotonic() < deadline:
            time.sleep(0.2)
        return left

    def remains(self) -> tuple[str, ...]:
        """What is there when all is over."""
        return tuple(sorted(self.traces.ours()))


def _judge_corpus(mode: str, ids: Sequence[str], place: Path, traces_below: Callable[[Path], Traces]) -> Class:
    """Everything that the tests look at, in one mode."""
    run, broken = Run(mode, place, traces_below), {}
    hand_ins: dict[str, tuple[Attack, Submission | Unreadable]] = {}
    for attack_id in ids:
        try:
            attack = _read(attack_id)
            hand_ins[attack_id] = attack, _handed_in(attack, place / "handed_in")
        except (AssertionError, ValueError, TypeError, OSError, GraderError) as error:
            broken[attack_id] = f"{type(error).__name__}: {error}"
    with run.surroundings():
        run.warm_up()
        run.judge_all({i: (a, h) for i, (a, h) in hand_ins.items() if isinstance(h, Submission)})
        lasting = run.lasting()
    overviews = _written(run, [hand_in for _, hand_in in hand_ins.values()])
    return Class(
        judged={
            attack_id: _judged(attack, hand_in.student_id, run, overviews, lasting)
            for attack_id, (attack, hand_in) in hand_ins.items()
        },
        unreadable_folders=broken,
        overviews=overviews,
        left=run.remains(),
        walls=run.walls,
    )


def _written(run: Run, hand_ins: Sequence[Submission | Unreadable]) -> BatchResult:
    """The files of a class, written as ``grader grade`` writes them."""
    batch = Batch(
        course_root=COURSE.root,
        assignment=COURSE_ASSIGNMENT,
        hand_ins=hand_ins,
        language=Language.EN,
        out=run.place / "results",
        junit=run.place / "results" / "junit.xml",
    )
    return run_batch(batch, executor=_Given(tuple(run.outcomes.values())), watcher=_Nobody())


def _judged(attack: Attack, student_id: str, run: Run, overviews: BatchResult, lasting: set[str]) -> Judged:
    outcome = run.outcomes.get(attack.id)
    folder = overviews.index.parent / overviews.folders[student_id]
    (feedback,) = (feedback for feedback in overviews.feedbacks if feedback.student_id == student_id)
    failure = outcome.details if isinstance(outcome, Failed) else "\n".join(outcome.course_faults if outcome else ())
    left = [thing for thing in run.left[attack.id] if thing.startswith(("process ", "file ")) or thing in lasting]
    return Judged(
        attack=attack,
        feedback=feedback,
        report=(folder / "report.html").read_text(encoding="utf-8"),
        result=(folder / "result.json").read_bytes(),
        failure=failure,
        left=tuple(left),
    )


# -- what tests ask for -----------------------------------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test about an attack runs for every folder in every mode."""
    if "attack_id" in metafunc.fixturenames:
        pairs = [pytest.param(mode, attack, id=f"{attack}[{mode}]") for mode in MODES for attack in attack_ids()]
        metafunc.parametrize(("mode", "attack_id"), pairs)
    elif "mode" in metafunc.fixturenames:
        metafunc.parametrize("mode", MODES)


@pytest.fixture(scope="session")
def judge_corpus(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, traces_below: Callable[[Path], Traces]
) -> Callable[[str], Class]:
    """The corpus in one mode, judged when it is first asked for: all of it, or the folders that were chosen with -k."""
    parameters = [getattr(item, "callspec", None) for item in request.session.items]
    chosen = {of.params["attack_id"] for of in parameters if of is not None and "attack_id" in of.params}
    known: dict[str, Class | BaseException] = {}

    def judge(mode: str) -> Class:
        if mode not in known:
            try:
                place = tmp_path_factory.mktemp(mode)
                known[mode] = _judge_corpus(mode, sorted(chosen or attack_ids()), place, traces_below)
            except BaseException as error:  # noqa: BLE001 - a skip or failure holds for every test of the mode
                known[mode] = error
        result = known[mode]
        if isinstance(result, BaseException):
            raise result
        return result

    return judge


@pytest.fixture
def corpus(mode: str, judge_corpus: Callable[[str], Class]) -> Class:
    """The whole corpus in this mode."""
    return judge_corpus(mode)


@pytest.fixture
def judged(attack_id: str, corpus: Class) -> Judged:
    """What came of this attack in this mode."""
    assert attack_id not in corpus.unreadable_folders, corpus.unreadable_folders[attack_id]
    return corpus.judged[attack_id]
