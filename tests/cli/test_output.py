"""What the command writes, where a reader leaves early and where no terminal says how wide it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str, str]]

STOPPABLE = Path(__file__).with_name("stoppable.py")


def _run_unread(stream: str, *arguments: str | Path, course: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own; nobody reads what it writes to ``stream``."""
    read_end, write_end = os.pipe()
    os.close(read_end)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: write_end}
    command = [sys.executable, str(STOPPABLE), *map(str, arguments)]
    try:
        return subprocess.run(command, cwd=course, text=True, check=False, timeout=60, **streams)  # type: ignore[call-overload,no-any-return]
    finally:
        os.close(write_end)


@pytest.mark.parametrize("unread", ["stdout", "stderr"])
def test_a_reader_who_leaves_stops_nothing(course: Path, hand_ins: Path, tmp_path: Path, unread: str) -> None:
    """As in ``grader grade … | head -1``: everything is written, and the exit code is that of the grades."""
    out = tmp_path / "out"

    ran = _run_unread(unread, "grade", "linear_regression", hand_ins, "--out", out, "--fail-under", "3", course=course)

    assert ran.returncode == 1
    assert "grader:" not in (ran.stderr or "")
    assert sorted(path.name for path in out.iterdir()) == ["ana", "ben", "grades.csv", "index.html"]


def test_an_error_that_nobody_reads_keeps_its_exit_code(course: Path, hand_ins: Path) -> None:
    """Also a wrong command line."""
    assert _run_unread("stderr", "grade", "nothing", hand_ins, course=course).returncode == 2
    assert _run_unread("stderr", "nothing", course=course).returncode == 2


@pytest.mark.parametrize("columns", ["30", "60", "100", "200"])
def test_where_there_is_no_terminal_columns_says_how_wide(
    run: Run, hand_ins: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """The table keeps to it, and names and points are there."""
    monkeypatch.setenv("COLUMNS", columns)
    (hand_ins / "李雷").mkdir()
    (hand_ins / "李雷" / "pass.py").write_text("x = 1\n")

    _, out, _ = run(hand_ins)

    table = out.partition("Grades: ")[0].splitlines()
    assert max(map(cell_len, table)) <= int(columns)
    assert sum("2 / 3" in line for line in table) == 3
    assert any("李雷" in line for line in table)


@pytest.mark.parametrize("columns", ["0", "wide", ""])
def test_columns_without_a_number_say_nothing(
    run: Run, hand_ins: Path, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    """The table is as wide as it likes."""
    monkeypatch.setenv("COLUMNS", columns)

    assert "pass.py" in run(hand_ins)[1]


def test_no_line_ends_in_blanks(run: Run, hand_ins: Path) -> None:
    """Which differences of two runs and editors would show."""
    (hand_ins / "eve.ipynb").write_bytes(b"")

    _, out, _ = run(hand_ins)

    assert [line for line in out.splitlines() if line != line.rstrip()] == []


def test_a_path_that_is_no_text_is_told_all_the_same(run: Run, hand_ins: Path, tmp_path: Path) -> None:
    """Names of files are bytes, and a terminal takes characters only."""
    code, _, _ = run(hand_ins, "--out", tmp_path / os.fsdecode(b"\xff"))

    assert code == 0
