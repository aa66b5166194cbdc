"""The judge with real, confined student processes: attacks and accidents cost their case and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.errors import CourseError
from grader.judge.session import Judge, with_judge
from grader.model.assignment import Limits
from grader.model.result import FindingKind
from grader.model.verdict import Verdict
from grader.sandbox import view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import CourseAssignment
    from grader.judge.judgement import Judgement
    from grader.model.submission import Submission

    Suites = dict[str, str]

LETTER = "letter = 'B'\n"
RIGHT = LETTER + "def power(base, exponent):\n    return base ** exponent\n"
LIMITS = Limits(
    load_seconds=20, call_seconds=3, case_seconds=20, reloads=4, output_bytes=100_000, memory_bytes=3 * 1024**3
)


def only_for_values(*lines: str) -> str:
    """A hand-in that does its worst when the first hidden case calls it, and is right in the others."""
    worst = "".join(f"        {line}\n" for line in lines)
    return f"{LETTER}def power(base, exponent):\n    if exponent == 3:\n{worst}    return base ** exponent\n"


SOURCES = {
    "right": RIGHT,
    "endless": only_for_values("while True:", "    pass"),
    "exit": only_for_values("import os", "os._exit(0)"),
    "sys.exit": only_for_values("import sys", "sys.exit(0)"),
    "segfault": only_for_values("import os, signal", "os.kill(os.getpid(), signal.SIGSEGV)"),
    "killed": only_for_values("import os, signal", "os.kill(os.getpid(), signal.SIGKILL)"),
    "memory": only_for_values("return bytearray(10 ** 13)"),
    "tensor": only_for_values("import torch", "return torch.empty(10 ** 13)"),
    "flood": only_for_values("while True:", "    print('x' * 1000)"),
    "equal": LETTER
    + "class Equal:\n    shape = (3,)\n    def __eq__(self, other):\n        return True\n    __hash__ = None\n"
    + "def power(base, exponent):\n    return Equal()\n",
    "patch": "import torch\ntorch.testing.assert_close = torch.allclose = lambda *a, **k: True\nprint('4 passed')\n"
    + LETTER
    + "def power(base, exponent):\n    return base * 0\n",
    "recursion": only_for_values("return power(base, exponent)"),
    "frames": only_for_values("import os", "[os.write(f, b'x' * 64) for f in range(3, 64)]", "return base"),
}


@pytest.fixture(scope="module")
def judgements(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> dict[str, Judgement]:
    """Every source judged by one judge and one zygote, the right one first and last."""
    course = request.getfixturevalue("write")(
        tmp_path_factory.mktemp("real"), request.getfixturevalue("small_suites"), limits=LIMITS
    )
    submission = request.getfixturevalue("submission")

    def judge_all(judge: Judge) -> dict[str, Judgement]:
        sources = {**SOURCES, "right again": RIGHT}
        return {name: judge.judge(submission(source)) for name, source in sources.items()}

    return with_judge(course, judge_all)


def test_a_right_solution_passes_before_and_after_all_the_others(judgements: dict[str, Judgement]) -> None:
    """Nothing that a hand-in does reaches the next one."""
    for name in ("right", "right again"):
        assert [result.verdict for result in judgements[name].results] == [Verdict.PASSED] * 3

    first, again = judgements["right"], judgements["right again"]
    assert first.environment == again.environment
    assert [wall.id for wall in first.walls] == [wall.id for wall in again.walls] != []


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("endless", Verdict.TIMED_OUT),
        ("exit", Verdict.CRASHED),
        ("sys.exit", Verdict.RAISED),
        ("segfault", Verdict.CRASHED),
        ("killed", Verdict.OUT_OF_MEMORY),
        ("memory", Verdict.OUT_OF_MEMORY),
        ("tensor", Verdict.OUT_OF_MEMORY),
        ("flood", Verdict.FLOODED),
        ("recursion", Verdict.RAISED),
        ("frames", Verdict.CRASHED),
    ],
)
def test_an_accident_costs_its_case_only(judgements: dict[str, Judgement], name: str, verdict: Verdict) -> None:
    """The case that it happens in gets its verdict; the others pass."""
    results = {result.case.id: result.verdict for result in judgements[name].results}

    assert results == {"power.1": verdict, "power.2": Verdict.PASSED, "letter.1": Verdict.PASSED}


def test_a_hand_in_reads_the_data_files_of_its_assignment(
    tmp_path: Path, write: Callable[..., CourseAssignment], submission: Callable[[str], Submission], suites: Suites
) -> None:
    """By the path that they have beside the manifest."""
    course = write(tmp_path, suites, limits=LIMITS)
    (course.handout / "data").mkdir(parents=True, exist_ok=True)
    (course.handout / "data" / "letter.txt").write_text("B", encoding="utf-8")
    assignment = msgspec.structs.replace(course.assignment, files=("data/letter.txt",))
    course = msgspec.structs.replace(course, assignment=assignment)
    source = RIGHT.replace(LETTER, "letter = open('data/letter.txt').read()\n")

    judgement = with_judge(course, lambda judge: judge.judge(submission(source)))
    assert [result.verdict for result in judgement.results] == [Verdict.PASSED] * 3


def test_solutions_that_student_code_could_read_are_refused(
    tmp_path: Path, write: Callable[..., CourseAssignment], suites: Suites, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything of the course or of a student runs."""
    course = write(tmp_path, suites, limits=LIMITS)
    monkeypatch.setattr(view, "readable_paths", lambda: (tmp_path.resolve(),))

    with pytest.raises(CourseError, match="student code could read it: all of") as error:
        with_judge(course, lambda _: pytest.fail("a judge was opened"))
    assert error.value.place == str(course.solutions.parent)
    assert error.value.hint == "move it, for instance to a folder in your home"


def test_an_object_that_equals_everything_passes_nothing(judgements: dict[str, Judgement]) -> None:
    """Its ``==`` stays in its own process."""
    result = next(result for result in judgements["equal"].results if result.case.id == "power.1")

    assert (result.verdict, result.finding and result.finding.kind) == (Verdict.WRONG, FindingKind.NOT_A_TENSOR)


def test_patching_torch_in_the_student_process_changes_nothing_here(judgements: dict[str, Judgement]) -> None:
    """The comparison runs in the judge, and what was printed is no result."""
    results = {result.case.id: result.verdict for result in judgements["patch"].results}

    assert results == {"power.1": Verdict.WRONG, "power.2": Verdict.WRONG, "letter.1": Verdict.PASSED}
