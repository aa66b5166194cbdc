"""``grader grade``: what it writes, what it says, and its exit codes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from grader.cli import grading

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.batch.local import LocalPool

    Run = Callable[..., tuple[int, str, str]]


def _add(hand_ins: Path, student: str, does: str) -> None:
    (hand_ins / student).mkdir()
    (hand_ins / student / f"{does}.py").write_text("x = 1\n")


def _grades(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_everything_is_written(run: Run, hand_ins: Path, tmp_path: Path) -> None:
    """A report and a result per student, the grades, the index, and nothing half written."""
    code, out, _ = run(hand_ins)

    assert code == 0
    written = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert written == {
        "grades.csv",
        "index.html",
        "ana/report.html",
        "ana/result.json",
        "ben/report.html",
        "ben/result.json",
    }
    assert _grades(tmp_path / "out")["ana"] == {
        "student_id": "ana",
        "submission": "pass.py",
        "digest": _grades(tmp_path / "out")["ana"]["digest"],
        "status": "graded",
        "points": "2",
        "max_points": "3",
        "sgd": "0",
    }
    assert out.rstrip().endswith(str(tmp_path / "out" / "index.html"))


@pytest.mark.parametrize(("language", "told"), [("en", "Report: "), ("zh", "报告：")])
def test_a_single_hand_in_ends_in_its_own_report(
    run: Run, hand_ins: Path, tmp_path: Path, language: str, told: str
) -> None:
    """No table of one row."""
    code, out, _ = run(hand_ins / "ana" / "pass.py", "--lang", language)

    assert code == 0
    assert out.splitlines()[-1] == f"{told}{tmp_path / 'out' / 'pass' / 'report.html'}"
    assert "2 / 3" in out
    assert str(tmp_path / "out" / "grades.csv") in out


def test_elsewhere_than_on_a_terminal_there_is_a_line_per_hand_in(run: Run, hand_ins: Path) -> None:
    """On standard error, where it disturbs nobody."""
    _, _, err = run(hand_ins, "--jobs", "1")

    assert err.splitlines()[-2:] == ["[1/2] ana  2/3", "[2/2] ben  2/3"]


def test_the_language_is_the_assignments_unless_told(run: Run, hand_ins: Path) -> None:
    """The table's title shows it."""
    assert "Linear regression" in run(hand_ins)[1]
    assert "线性回归" in run(hand_ins, "--lang", "zh")[1]


def test_json_is_all_that_is_on_standard_output(run: Run, hand_ins: Path, tmp_path: Path) -> None:
    """A program can read it as it is."""
    code, out, _ = run(hand_ins, "--json")

    summary = json.loads(out)
    assert code == summary["exit_code"] == 0
    assert [row["student_id"] for row in summary["submissions"]] == ["ana", "ben"]
    assert summary["submissions"][0]["points"] == 2.0
    assert summary["index"] == str(tmp_path / "out" / "index.html")


def test_junit_is_written_where_asked(run: Run, hand_ins: Path, tmp_path: Path) -> None:
    """Below a folder that need not exist."""
    run(hand_ins, "--junit", tmp_path / "ci" / "junit.xml")

    suites = ET.parse(tmp_path / "ci" / "junit.xml").getroot()
    assert [suite.get("name") for suite in suites] == ["linear_regression: ana", "linear_regression: ben"]


@pytest.mark.parametrize(("points", "code"), [("2", 0), ("2.5", 1), ("0", 0)])
def test_fail_under_decides_between_0_and_1(run: Run, hand_ins: Path, points: str, code: int) -> None:
    """Every hand-in here has two points."""
    assert run(hand_ins, "--fail-under", points)[0] == code


def test_what_cannot_be_read_counts_as_nought(run: Run, hand_ins: Path) -> None:
    """It is named, and it is under any bound above nought."""
    (hand_ins / "eve.ipynb").write_bytes(b"")

    assert run(hand_ins)[0] == 0
    code, _, err = run(hand_ins, "--fail-under", "1")

    assert code == 1
    assert "eve" in err


@pytest.mark.parametrize("named", ["linear_regresion", "assignments/linear_regresion"])
def test_an_unknown_assignment_names_the_nearest(run: Run, hand_ins: Path, named: str) -> None:
    """Exit code 2."""
    code, _, err = run(hand_ins, assignment=named)

    assert code == 2
    assert "no assignment `linear_regresion`" in err
    assert "linear_regression" in err.splitlines()[-1]


def test_a_file_in_the_place_of_the_results_is_usage(run: Run, hand_ins: Path, tmp_path: Path) -> None:
    """It is not overwritten."""
    (tmp_path / "out").write_text("mine")

    assert run(hand_ins)[0] == 2
    assert (tmp_path / "out").read_text() == "mine"


def test_a_path_that_does_not_exist_is_named(run: Run, hand_ins: Path) -> None:
    """Exit code 2, and nothing is graded."""
    code, _, err = run(hand_ins, hand_ins / "nobody.ipynb")

    assert code == 2
    assert "nobody.ipynb: no such file or folder" in err


@pytest.mark.parametrize("form", ["folder", "manifest", "course"])
def test_the_course_is_found_by_the_assignments_path(
    run: Run, hand_ins: Path, course: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """From anywhere."""
    monkeypatch.chdir(hand_ins)
    folder = course / "assignments" / "linear_regression"

    if form == "course":
        assert run(hand_ins, "--course", course)[0] == 0
    else:
        assert run(hand_ins, assignment=folder / "assignment.toml" if form == "manifest" else folder)[0] == 0


def test_no_course_is_usage(run: Run, hand_ins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do."""
    monkeypatch.chdir(hand_ins)

    code, _, err = run(hand_ins)

    assert code == 2
    assert "--course" in err


def test_a_faulty_manifest_is_the_courses(run: Run, hand_ins: Path, course: Path) -> None:
    """Exit code 3, with file, key, found and expected."""
    manifest = course / "assignments" / "linear_regression" / "assignment.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("points = 3", 'points = "three"'), encoding="utf-8"
    )

    code, _, err = run(hand_ins)

    assert code == 3
    assert 'assignment.toml: $.exercise[0].points: expected `float`, got `str` ("three")' in err


def test_a_course_that_a_slot_finds_faulty_is_the_courses_too(run: Run, hand_ins: Path, course: Path) -> None:
    """Exit code 3: nobody's hand-in is to blame."""
    for parent in ("assignments", "solutions"):
        (course / parent / "linear_regression").rename(course / parent / "faulty_course")
    manifest = course / "assignments" / "faulty_course" / "assignment.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8")
        .replace('"linear_reg', '"faulty_course#')
        .replace("faulty_course#ression", "faulty_course"),
        encoding="utf-8",
    )
    reference = course / "solutions" / "faulty_course"
    (reference / "linear_regression.py").rename(reference / "faulty_course.py")

    code, _, err = run(hand_ins, assignment="faulty_course")

    assert code == 3
    assert "solutions: no reference\n  hint: write one" in err


def test_a_case_that_does_not_hold_for_the_reference_is_told(run: Run, hand_ins: Path, tmp_path: Path) -> None:
    """Everybody is graded, the exit code is 3, and the log has the case."""
    _add(hand_ins, "cem", "bad_case")

    code, _, err = run(hand_ins)

    assert code == 3
    assert "1 case of the course" in err
    assert (tmp_path / "out" / "grader.log").read_text() == "sgd.2: wrong\n"
    assert _grades(tmp_path / "out").keys() == {"ana", "ben", "cem"}


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", ("Nothing was graded", "What to do: Linux 5.13")), ("zh", ("没有进行评分", "处理方法：使用 5.13"))],
)
def test_a_machine_without_a_required_wall_grades_nobody(
    run: Run, hand_ins: Path, tmp_path: Path, weak_machine: str, *, language: str, told: tuple[str, str]
) -> None:
    """Exit code 4, with what is missing, why, and what to do, in the doctor's words; nothing is written."""
    code, out, err = run(hand_ins, "--lang", language, assignment=weak_machine)

    assert (code, out) == (4, "")
    for words in (*told, "no Landlock", "--allow-weak-sandbox", "grader doctor"):
        assert words in err
    assert "Traceback" not in err
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "2 hand-ins were graded in a weak sandbox"), ("zh", "有 2 份作业在防护不完整的情况下评分")],
)
def test_who_allows_a_weak_sandbox_is_warned(
    run: Run, hand_ins: Path, tmp_path: Path, weak_machine: str, *, language: str, told: str
) -> None:
    """In the terminal, in the index and for programs; everybody is graded."""
    asked = (hand_ins, "--allow-weak-sandbox", "--lang", language)

    code, _, err = run(*asked, assignment=weak_machine)

    assert code == 0
    assert told in err
    assert "--allow-weak-sandbox" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    summary = json.loads(run(*asked, "--json", assignment=weak_machine)[1])
    assert [row["weak_sandbox"] for row in summary["submissions"]] == [True, True]


@pytest.mark.parametrize("does", ["die", "fail"])
def test_what_the_grader_fails_on_is_named_and_the_others_are_done(
    run: Run, hand_ins: Path, tmp_path: Path, does: str
) -> None:
    """Exit code 4, also where somebody else is under the bound."""
    _add(hand_ins, "cem", does)

    code, _, err = run(hand_ins, "--fail-under", "3")

    assert code == 4
    assert "cem" in err
    assert "2 hand-ins have fewer than 3 points" in err
    assert "cem" in (tmp_path / "out" / "grader.log").read_text()
    statuses = {student: row["status"] for student, row in _grades(tmp_path / "out").items()}
    assert statuses == {"ana": "graded", "ben": "graded", "cem": "internal_error"}
    assert json.loads((tmp_path / "out" / "ana" / "result.json").read_bytes()) == {}


def test_what_nobody_foresaw_has_its_details_in_the_log(
    run: Run, hand_ins: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 4, a short message, no traceback on the terminal."""

    def fail(**_options: object) -> LocalPool:
        raise ZeroDivisionError("nobody thought of this")

    monkeypatch.setattr(grading, "LocalPool", fail)

    code, _, err = run(hand_ins)

    assert code == 4
    assert "Traceback" not in err
    assert str(tmp_path / "out" / "grader.log") in err
    assert "nobody thought of this" in (tmp_path / "out" / "grader.log").read_text()


def test_an_earlier_run_is_replaced_student_by_student(run: Run, hand_ins: Path, tmp_path: Path) -> None:
    """What belongs to others is left alone."""
    (tmp_path / "out" / "ana").mkdir(parents=True)
    (tmp_path / "out" / "ana" / "report.html").write_text("old")
    (tmp_path / "out" / "zoe").mkdir()
    (tmp_path / "out" / "zoe" / "report.html").write_text("kept")

    run(hand_ins)

    assert (tmp_path / "out" / "ana" / "report.html").read_text() == "<p>ana</p>"
    assert (tmp_path / "out" / "zoe" / "report.html").read_text() == "kept"


@pytest.mark.parametrize("student", ["a b", "张三", 'quo"te', "=cmd()", "new\nline", "<b>&", "index.html"])
def test_any_name_goes_safely_into_files_tables_and_pages(
    run: Run, hand_ins: Path, tmp_path: Path, student: str
) -> None:
    """The folder's name is safe, the table's is no formula, the page's is no markup."""
    _add(hand_ins, student, "pass")

    code, _, err = run(hand_ins)

    assert code == 0
    assert len(list((tmp_path / "out").glob("*/report.html"))) == 3
    shown = student if student != "=cmd()" else "'=cmd()"
    assert shown in _grades(tmp_path / "out")
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "<b>&" not in index
    assert len(err.splitlines()) == 4


def test_more_jobs_give_the_same_grades(run: Run, hand_ins: Path, tmp_path: Path) -> None:
    """In whatever order they finish."""
    for number in range(6):
        _add(hand_ins, f"s{number}", "slow" if number % 3 == 0 else "pass")

    written = set()
    for jobs in ("1", "3"):
        run(hand_ins, "--jobs", jobs)
        written.add((tmp_path / "out" / "grades.csv").read_bytes())

    assert len(written) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_writes_what_is_finished_and_leaves_no_process(
    course: Path, hand_ins: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """Ctrl-C, and what CI sends."""
    _add(hand_ins, "cem", "hang")
    script = Path(__file__).with_name("stoppable.py")
    command = [sys.executable, str(script), "grade", "linear_regression", str(hand_ins), "--jobs", "1", "--out"]
    process = subprocess.Popen(
        [*command, str(tmp_path / "out")], cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while not (course / "seen-cem").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    finally:
        process.kill()

    assert process.returncode == 130
    assert "Stopped: 2 of 3" in err
    assert "Traceback" not in err
    assert _grades(tmp_path / "out").keys() == {"ana", "ben"}
    pid, folder = (course / "started").read_text().split()
    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
