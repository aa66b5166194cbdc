"""A class in which every second hand-in attacks: what the others get is what they get without them, byte for byte.

Nothing here measures time. That nobody waits for an attack longer than its own limits allow shows in two things: the
pool gives up a slot that is silent for longer, and would start another one; and whoever lost time to a neighbour would
be timed out, which stands in the result.
"""

from __future__ import annotations

import itertools
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.batch.local import LocalPool
from grader.batch.running import Batch, BatchResult, run_batch
from grader.course import Course, find_course
from grader.model.submission import Submission
from grader.model.text import Language
from grader.submission import read_submission

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.batch.frames import Job
    from grader.batch.slot_process import SlotProcess
    from grader.feedback.view import Feedback

HERE = Path(__file__).parent
COURSE = find_course(HERE)
NAME = "linear_regression"
LIMITS = """[limits]
load_seconds = 20
load_grace_seconds = 5
call_seconds = 3
case_seconds = 10
cpu_seconds = 20
memory_bytes = 400_000_000
disk_bytes = 8_000_000
disk_files = 1000
file_bytes = 4_000_000
output_bytes = 1_000_000
"""
"""Soon reached by the attacks, and never by an honest hand-in that draws, on however busy a machine."""
ATTACKS = (
    "breaking_out/blocks_the_cleaner",
    "breaking_out/hooks_the_worker",
    "breaking_out/refuses_to_stop",
    "exhausting/dies_while_loading",
    "exhausting/disk_many_files",
    "exhausting/memory_of_the_zygote",
    "exhausting/memory_shared",
    "exhausting/slow_to_end",
    "exhausting/stops_itself",
    "exhausting/threads_all_at_once",
    "forging/frames_oversized",
    "forging/patched_torch",
    "forging/replaced_worker",
    "report/whole_page",
    "spying/leaves_marks_first",
    "spying/leaves_marks_next",
)
SECONDS = re.compile(rb'"seconds": [0-9.e-]+')
"""What each visible case took: all in which two results of one hand-in differ, as the result's schema says."""
MOST_SILENT_SECONDS = 20.0
"""What a task may take beyond the sum of its limits before its slot is given up."""


class CountedPool(LocalPool):
    """A pool that knows how many slots it needed."""

    started = 0

    def start_slot(self, job: Job) -> SlotProcess:
        """A new slot, counted."""
        self.started += 1
        return super().start_slot(job)


class Graded(msgspec.Struct, frozen=True, kw_only=True):
    """One batch: what was written about each student, but for the time it took, and how many slots it needed."""

    result: BatchResult
    files: dict[str, bytes]
    slots: int


class _Nobody:
    def graded(self, feedback: Feedback) -> None:
        """Not of interest."""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The shipped course, with limits that are soon reached."""
    root = tmp_path_factory.mktemp("course")
    for folder in ("assignments", "solutions"):
        shutil.copytree(COURSE.root / folder / NAME, root / folder / NAME)
    manifest = root / "assignments" / NAME / "assignment.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(re.sub(r"\[limits\]\n(?:\w.*\n)*", LIMITS, text), encoding="utf-8")
    assert LIMITS in manifest.read_text(encoding="utf-8")
    return Course(root=root)


@pytest.fixture(scope="module")
def honest(course: Course) -> list[Submission]:
    """One more than there are attacks, of every quality and both formats; none prints how long it took."""
    folders = sorted((course.root / "solutions" / NAME / "submissions").iterdir())
    read = [_read(folder, folder.name) for folder in folders]
    timeless = [hand_in for hand_in in read if all("time()" not in cell.source for cell in hand_in.cells)]
    return timeless[: len(ATTACKS) + 1]


@pytest.fixture(scope="module")
def alone(course: Course, honest: list[Submission], tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """The honest ones among themselves."""
    return _graded(course, honest, tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def besieged(course: Course, honest: list[Submission], tmp_path_factory: pytest.TempPathFactory) -> Graded:
    """An attack between each two of them, all on one slot."""
    attacks = [_read(HERE / attack, f"attacks-by-{Path(attack).name}") for attack in ATTACKS]
    in_turns = [hand_in for pair in itertools.zip_longest(honest, attacks) for hand_in in pair if hand_in is not None]
    return _graded(course, in_turns, tmp_path_factory.mktemp("besieged"))


def _read(folder: Path, student_id: str) -> Submission:
    (file,) = folder.glob(f"{NAME}.*")
    accepts = COURSE.open(NAME).assignment.accepts
    submission = read_submission(file.name, file.read_bytes(), student_id=student_id, accepts=accepts)
    assert isinstance(submission, Submission)
    return submission


def _graded(course: Course, hand_ins: Sequence[Submission], out: Path) -> Graded:
    assignment = course.open(NAME)
    batch = Batch(course_root=course.root, assignment=assignment, hand_ins=hand_ins, language=Language.EN, out=out)
    pool = CountedPool(jobs=1, limits=assignment.assignment.limits, slack_seconds=MOST_SILENT_SECONDS)
    result = run_batch(batch, executor=pool, watcher=_Nobody())
    files = {
        f"{path.parent.name}/{path.name}": SECONDS.sub(b'"seconds": 0', path.read_bytes()) for path in out.glob("*/*")
    }
    return Graded(result=result, files=files, slots=pool.started)


def test_no_byte_of_a_neighbours_result_changes(alone: Graded, besieged: Graded, honest: list[Submission]) -> None:
    """Neither the marks nor a word of the report, for the one before an attack and for the one after it."""
    changed = [name for name, data in alone.files.items() if besieged.files[name] != data]

    assert changed == []
    assert len(alone.files) == 2 * len(honest)


def test_every_attack_was_graded_too(besieged: Graded, honest: list[Submission]) -> None:
    """None of them is an error of the grader, or never ran, which would prove nothing."""
    assert besieged.result.failed == ()
    assert len(besieged.result.feedbacks) == len(honest) + len(ATTACKS)


def test_no_attack_outlasts_its_own_limits(alone: Graded, besieged: Graded) -> None:
    """One slot served all of them: the pool had to give up none for its silence, and none died."""
    assert (alone.slots, besieged.slots) == (1, 1)
