"""The pytest plugin: plain ``pytest --submission`` for authors, and nothing at all for everybody else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """
schema = "grader/assignment/v1"
id = "mini"
version = "1"
language = "en"
accepts = ["module", "notebook"]

[title]
en = "Mini"
zh = "小"

[[exercise]]
id = "power"
kind = "function"
points = 3
parameters = ["base", "exponent"]
title = {en = "Power", zh = "幂"}

[[exercise]]
id = "letter"
kind = "quiz"
points = 1
title = {en = "Letter", zh = "字母"}
"""


VISIBLE = '''"""The cases that a student has."""

import pytest
import torch

from grader.suite import check_close


@pytest.mark.exercise("power")
def test_cube(student):
    check_close(student.power(torch.tensor([2.0]), 3), torch.tensor([8.0]))


@pytest.mark.exercise("power")
def test_square(student):
    check_close(student.power(torch.tensor([3.0]), 2), torch.tensor([9.0]))


@pytest.mark.exercise("power")
def test_root(student):
    check_close(student.power(torch.tensor([9.0]), 0.5), torch.tensor([3.0]))


@pytest.mark.exercise("power")
def test_reference(student, reference):
    assert student.power(1, 1) == reference.power(1, 1)
'''

WRONG = """import os
letter = 'B'
def power(base, exponent):
    if exponent == 2:
        return base
    if exponent == 0.5:
        os._exit(1)
    return base ** exponent
"""


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Pytest as a person runs it, in ``folder``."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        env=environment | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def course(tmp_path: Path, write: Any, suites: dict[str, str]) -> Path:
    """A course on disk, with its manifest, and a configuration that turns warnings into errors."""
    write(tmp_path, suites)
    (tmp_path / "assignments" / "mini" / "assignment.toml").write_text(MANIFEST)
    for file in ("mini.ipynb", "mini.py"):
        (tmp_path / "assignments" / "mini" / file).write_text("")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n")
    return tmp_path


@pytest.fixture
def handout(tmp_path: Path) -> Path:
    """What a student has: a copy of the assignment's folder under another name, and no course around it."""
    folder = tmp_path / "my homework"
    folder.mkdir()
    (folder / "assignment.toml").write_text(MANIFEST)
    (folder / "test_visible.py").write_text(VISIBLE)
    (folder / "mine.py").write_text(WRONG)
    return folder


def test_a_student_runs_the_visible_cases_without_a_course(handout: Path) -> None:
    """Each failure says in its own lines what is wrong, and shows nothing of grader's own code."""
    run = run_pytest(handout, "--submission", "mine.py", "test_visible.py")

    assert "2 failed, 1 passed, 1 error" in run.stdout, run.stdout + run.stderr
    assert "E       CheckFailed: factor, expected Tensor (1,) torch.float32 [9.0]" in run.stdout
    assert "E       ProcessLost: crashed, exit_code 1" in run.stdout
    assert "a visible case gives its expected values itself" in run.stdout
    assert not [line for line in run.stdout.splitlines() if "grader/" in line or "direct cause" in line]


def test_a_student_sees_where_in_the_hand_in_an_error_was_raised(handout: Path) -> None:
    """From the folder above, too: a hand-in that is not there is looked for beside the cases."""
    (handout / "mine.py").write_text("def half(x):\n    return x / 0\ndef power(base, exponent):\n    return half(1)\n")

    run = run_pytest(handout.parent, "my homework", "--submission", "mine.py", "-k", "cube")

    assert "hand-in: my homework/mine.py" in run.stdout, run.stdout + run.stderr
    assert (
        "E       RemoteZeroDivisionError: division by zero\n"
        "E       line 4, in power: return half(1)\n"
        "E       line 2, in half: return x / 0\n"
    ) in run.stdout


def test_a_hand_in_finds_the_data_files_that_came_with_the_assignment(handout: Path) -> None:
    """From the student's own copy of the folder."""
    manifest = handout / "assignment.toml"
    manifest.write_text(MANIFEST.replace('version = "1"\n', 'version = "1"\nfiles = ["data/cube.txt"]\n'))
    (handout / "data").mkdir()
    (handout / "data" / "cube.txt").write_text("3")
    (handout / "mine.py").write_text(
        "cube = int(open('data/cube.txt').read())\ndef power(base, exponent):\n    return base ** cube\n"
    )

    run = run_pytest(handout, "--submission", "mine.py", "-k", "cube")

    assert "1 passed, 3 deselected" in run.stdout, run.stdout + run.stderr


def test_chance_is_the_same_wherever_the_hand_in_lies(handout: Path) -> None:
    """A hand-in from another folder moves pytest's root, but not the seed of a case."""
    draw = "import pytest, torch\n@pytest.mark.exercise('power')\ndef test_x(student):\n    {}\n"
    body = "assert student.letter == torch.randint(10**9, ()).item()"
    (handout / "test_visible.py").write_text(draw.format(body))
    elsewhere = handout.parent / "elsewhere" / "mine.py"
    elsewhere.parent.mkdir()
    elsewhere.write_text(WRONG)
    (elsewhere.parent / "pytest.ini").write_text("[pytest]\n")

    runs = [run_pytest(handout, "--submission", name, "test_visible.py") for name in ("mine.py", str(elsewhere))]

    drawn = [re.findall("assert 'B' == [0-9]+", run.stdout) for run in runs]
    assert drawn[0]
    assert drawn[0] == drawn[1]


def test_a_machine_that_cannot_run_a_hand_in_says_so_and_no_more(handout: Path) -> None:
    """One error for the case, with what to do; nothing of pytest's own breaks in its wake."""
    (handout / "conftest.py").write_text("import sys\ndef pytest_collection_finish():\n    sys.platform = 'darwin'\n")

    run = run_pytest(handout, "--submission", "mine.py", "-k", "cube")

    assert "SandboxFailed: student processes need Linux, this is darwin\n  hint: " in run.stdout, run.stdout
    assert "1 error in" in run.stdout.replace("3 deselected, ", "")
    assert "Traceback" not in run.stdout


def test_without_a_hand_in_the_cases_say_how_to_give_one(handout: Path) -> None:
    """One sentence instead of pytest's list of fixtures."""
    run = run_pytest(handout, "-k", "cube")

    assert "the hand-in to check is missing: add --submission FILE" in run.stdout, run.stdout + run.stderr
    assert "available fixtures" not in run.stdout


def test_where_there_is_no_assignment_the_place_to_go_is_named(handout: Path) -> None:
    """One line and its hint, exit code 4."""
    run = run_pytest(handout.parent, "--submission", "my homework/mine.py")

    assert f"{handout.parent}: no assignment here or above" in run.stderr, run.stdout + run.stderr
    assert "hint: go to the folder that holds assignment.toml and test_visible.py" in run.stderr
    assert run.returncode == pytest.ExitCode.USAGE_ERROR


def test_an_author_runs_the_hidden_suite_on_a_hand_in(course: Path) -> None:
    """The right cases pass, the wrong one shows pytest's own introspection, failed statements are named."""
    hand_in = course / "wrong.py"
    hand_in.write_text(
        "import no_such_module\nletter = 'B'\n"
        "def power(base, exponent):\n    return base ** exponent if exponent == 3 else base ** 4\n"
    )

    run = run_pytest(course, "solutions/mini", "--submission", "wrong.py")

    assert "1 failed, 2 passed" in run.stdout, run.stdout + run.stderr
    assert "assert [4.0, 32.0] == [2.0, 4.0]" in run.stdout
    assert "\nline 1: import no_such_module (ModuleNotFoundError" in run.stdout
    assert run.returncode == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("solutions/mini", "--submission", "nobody.py"), "--submission nobody.py: no such file"),
        (("solutions", "--submission", "pytest.ini"), "solutions is no assignment"),
        (("solutions/mini", "--submission", "empty.py"), "cannot be graded"),
    ],
)
def test_a_wrong_command_is_answered_in_one_line(course: Path, arguments: tuple[str, ...], message: str) -> None:
    """No traceback, exit code 4."""
    (course / "empty.py").write_bytes(b"")

    run = run_pytest(course, *arguments)

    assert message in run.stderr
    assert "Traceback" not in run.stderr
    assert run.returncode == pytest.ExitCode.USAGE_ERROR


def test_without_the_option_the_plugin_is_inert(tmp_path: Path) -> None:
    """Torch is not imported, and other people's ``student`` fixtures are theirs."""
    (tmp_path / "test_other.py").write_text(
        "import sys\nimport pytest\n"
        "@pytest.fixture\ndef student():\n    return 'mine'\n"
        "def test_x(student, pytestconfig):\n"
        "    assert student == 'mine'\n"
        "    assert pytestconfig.pluginmanager.has_plugin('grader')\n"
        "    assert not {'torch', 'msgspec', 'hypothesis.core'} & set(sys.modules)\n"
    )

    run = run_pytest(tmp_path, "-q", "-p", "no:hypothesispytest")

    assert "1 passed" in run.stdout, run.stdout


def test_an_option_of_the_same_name_is_left_alone(tmp_path: Path) -> None:
    """Whichever plugin had ``--submission`` first keeps it, and nothing of grader's starts."""
    (tmp_path / "theirs.py").write_text(
        "def pytest_addoption(parser):\n    parser.addoption('--submission', default=None, dest='theirs')\n"
    )
    (tmp_path / "test_other.py").write_text(
        "def test_x(pytestconfig):\n    assert pytestconfig.getoption('theirs') == 'a file of theirs'\n"
    )

    run = run_pytest(tmp_path, "-q", "-p", "theirs", "--submission", "a file of theirs")

    assert "1 passed" in run.stdout, run.stdout + run.stderr
