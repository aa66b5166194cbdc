"""Where the results go: found out before anything is graded, and told where it fails all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from grader.batch import running
from grader.batch.storing import write_whole
from grader.cli import grading
from grader.errors import MachineError
from grader.sandbox import view

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """From the first result on, files of that name cannot be written."""

    def fill(name: str) -> None:
        def write(path: Path, data: bytes) -> None:
            if path.name == name:
                raise MachineError("cannot be written: No space left on device", place=str(path))
            write_whole(path, data)

        monkeypatch.setattr(running, "write_whole", write)

    return fill


@pytest.mark.parametrize(
    ("named", "out"),
    [("class", "class"), ("class", "class/ana"), ("class/cem", "class"), ("class/cem/linear_regression.py", "class")],
)
def test_results_never_go_among_the_hand_ins(run: Run, hand_ins: Path, named: str, out: str) -> None:
    """They would replace a student's own files, and pass for hand-ins the next time."""
    (hand_ins / "cem").mkdir()
    (hand_ins / "cem" / "linear_regression.py").write_text("x = 1\n")
    before = sorted(hand_ins.rglob("*"))

    code, _, err = run(hand_ins.parent / named, "--out", hand_ins.parent / out)

    assert code == 2
    assert "the results would lie among the hand-ins" in err
    assert sorted(hand_ins.rglob("*")) == before


@pytest.mark.parametrize("place", ["class/out", "."])
def test_a_second_run_finds_the_same_students(run: Run, hand_ins: Path, place: str) -> None:
    """Where results lie below or beside the hand-ins, as with ``grader grade … .`` and no ``--out``."""
    for _ in range(2):
        code, out, _ = run(hand_ins, "--json", "--out", hand_ins.parent / place)

        assert code == 0
        assert [row["student_id"] for row in json.loads(out)["submissions"]] == ["ana", "ben"]


@pytest.mark.parametrize("which", ["hand-ins", "results"])
def test_nothing_of_other_students_lies_where_student_code_can_read(
    run: Run, hand_ins: Path, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """As in a folder among the installed packages; exit code 2, and nobody has been graded."""
    place = hand_ins if which == "hand-ins" else hand_ins.parent / "out"
    monkeypatch.setattr(view, "readable_paths", lambda: (place.resolve(),))

    code, _, err = run(hand_ins)

    assert code == 2
    assert f"{place}: student code could read it: all of {place} is readable for its libraries" in err
    assert not (hand_ins.parent / "out").exists()


@pytest.mark.parametrize("option", ["--out", "--junit"])
@pytest.mark.parametrize("place", ["/proc/nobody/x", "file/x", "folder"])
def test_a_place_that_cannot_be_written_is_found_before_grading(
    run: Run, hand_ins: Path, course: Path, option: str, place: str
) -> None:
    """Exit code 2, the place is named, and nobody has been graded."""
    (course / "file").touch()
    (course / "folder" / "x").mkdir(parents=True)
    if option == "--out" and place == "folder":
        place = "file"

    code, _, err = run(hand_ins, option, place)

    assert code == 2
    assert place in err
    assert not (course / "started").exists()


def test_junit_never_replaces_a_hand_in(run: Run, hand_ins: Path) -> None:
    """As in ``grader grade … --junit class/*/*.py``."""
    code, _, err = run(hand_ins, "--junit", hand_ins / "ana" / "pass.py")

    assert code == 2
    assert "pass.py: is the name of a hand-in" in err
    assert (hand_ins / "ana" / "pass.py").read_text() == "x = 1\n"


def test_looking_leaves_nothing_behind(run: Run, hand_ins: Path, tmp_path: Path) -> None:
    """An older JUnit file is there until the new one is."""
    (tmp_path / "junit.xml").write_text("old")

    assert run(hand_ins, "--junit", tmp_path / "junit.xml", "--course", "nowhere")[0] == 2
    assert (tmp_path / "junit.xml").read_text() == "old"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_junit_that_fails_later_costs_nobody_the_table(
    run: Run, hand_ins: Path, tmp_path: Path, full_disk: Callable[[str], None], language: str
) -> None:
    """Exit code 4; what could not be written is named, and everything else is there."""
    full_disk("junit.xml")

    code, out, err = run(hand_ins, "--junit", tmp_path / "junit.xml", "--lang", language)

    assert code == 4
    assert out.count("2 / 3") == 2
    assert str(tmp_path / "out" / "grades.csv") in out
    assert f"{tmp_path / 'junit.xml'}: cannot be written: No space left on device" in err


def test_results_that_fail_later_cost_nobody_the_table(
    run: Run, hand_ins: Path, tmp_path: Path, full_disk: Callable[[str], None]
) -> None:
    """The points are told; a file that is not there is not."""
    full_disk("report.html")
    code, out, err = run(hand_ins, "--json")
    assert code == json.loads(out)["exit_code"] == 4
    assert json.loads(out)["unwritten"] == [str(tmp_path / "out" / name / "report.html") for name in ("ana", "ben")]
    assert "2 files could not be written" in err

    full_disk("grades.csv")
    code, out, err = run(hand_ins)
    assert code == 4
    assert out.count("2 / 3") == 2
    assert "Grades: " not in out
    assert "Reports: " in out
    assert "1 file could not be written" in err


def test_ctrl_c_before_the_first_result_leaves_everything_as_it_was(
    run: Run, hand_ins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No empty table, and an earlier run's grades stay."""
    assert run(hand_ins)[0] == 0
    before = (tmp_path / "out" / "grades.csv").read_bytes()

    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(grading.LocalPool.func, "run", interrupt)  # type: ignore[attr-defined]

    code, out, err = run(hand_ins)

    assert code == 130
    assert out == ""
    assert "Stopped before the first hand-in was graded" in err
    assert (tmp_path / "out" / "grades.csv").read_bytes() == before
