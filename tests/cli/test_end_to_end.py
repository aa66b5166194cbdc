"""The whole way, with real slots: one class with good and bad hand-ins, graded twice."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema
import psutil
import pytest

from grader.cli import main
from grader.export.schema import SCHEMA_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
FAULTLESS = ROOT / "solutions" / "linear_regression" / "linear_regression.py"
STUB = ROOT / "assignments" / "linear_regression" / "linear_regression.ipynb"


def _notebook(*sources: str, **fields: Any) -> bytes:
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        for source in sources
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **fields}).encode()


def _write_class(folder: Path) -> None:
    """Every kind of bad file beside good ones."""
    code = FAULTLESS.read_text(encoding="utf-8")
    files = {
        "ana.ipynb": _notebook(code),
        "cookie.py": f"# -*- coding: gbk -*-\n# 线性回归\n{code}".encode("gbk"),
        "mark.ipynb": b"\xef\xbb\xbf" + _notebook(code),
        "utf16.ipynb": _notebook(code).decode().encode("utf-16"),
        "many cells.ipynb": _notebook(code, *["x = 1"] * 9_999),
        'o"neill.py': code.encode(),
        "=cmd().py": code.encode(),
        "line\nbreak/hw1/linear_regression.ipynb": _notebook(code),
        "stub.ipynb": STUB.read_bytes(),
        "empty.ipynb": b"",
        "junk.ipynb": bytes(range(256)) * 4,
        "cut.ipynb": _notebook(code)[:-7],
        "no_notebook.ipynb": b'{"a": 1}',
        "old.ipynb": json.dumps({"nbformat": 2, "worksheets": []}).encode(),
        "new.ipynb": _notebook(code, nbformat=5),
        "twice/one.ipynb": _notebook(code),
        "twice/two.py": code.encode(),
    }
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "x.ipynb").mkdir()
    with (folder / "huge.ipynb").open("wb") as file:
        file.truncate(200 * 1024**2)


def _write_zip(path: Path) -> None:
    """Every kind of bad entry beside a good one."""
    code = FAULTLESS.read_bytes()
    link = zipfile.ZipInfo("linda/linear_regression.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("张三/linear_regression.py", code)
        archive.writestr("../eve.py", code)
        archive.writestr("/etc/oscar.py", code)
        archive.writestr(link, "/etc/passwd")
        archive.writestr("bomb.ipynb", bytes(16 * 1024**2))


class Graded:
    """One run of the command over the class."""

    def __init__(self, out: Path, *, code: int) -> None:
        self.out = out
        self.code = code
        with (out / "grades.csv").open(encoding="utf-8", newline="") as file:
            self.rows = {row["student_id"]: row for row in csv.DictReader(file)}

    def results(self) -> Iterator[dict[str, Any]]:
        """Every ``result.json``."""
        for path in sorted(self.out.glob("*/result.json")):
            yield json.loads(path.read_bytes())


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Graded, Graded]:
    """The whole class graded by two slots, and some of it once more by one."""
    root = tmp_path_factory.mktemp("class")
    (root / "class").mkdir()
    _write_class(root / "class")
    _write_zip(root / "class.zip")
    some = [root / "class" / name for name in ("ana.ipynb", "stub.ipynb", "cut.ipynb")]
    graded = []
    for jobs, hand_ins in (("2", [root / "class", root / "class.zip"]), ("1", some)):
        out = root / f"out{jobs}"
        where = ["--course", str(ROOT), "--out", str(out), "--junit", str(out / "junit.xml"), "--jobs", jobs]
        code = main(["grade", "linear_regression", *map(str, hand_ins), *where])
        graded.append(Graded(out, code=code))
    return graded[0], graded[1]


def test_every_student_has_a_status(runs: tuple[Graded, Graded]) -> None:
    """Whatever was handed in; the exit code says that all were dealt with."""
    statuses = {student: row["status"] for student, row in runs[0].rows.items()}

    assert runs[0].code == 0
    assert statuses == {
        **dict.fromkeys(("ana", "cookie", "mark", "utf16", "many cells", "张三"), "graded"),
        **dict.fromkeys(('o"neill', "'=cmd()", "line\nbreak", "stub"), "graded"),
        **dict.fromkeys(("empty", "junk", "cut", "no_notebook", "old", "new", "twice", "x", "huge"), "invalid"),
        **dict.fromkeys(("../eve", "/etc/oscar", "linda", "bomb"), "invalid"),
    }


def test_bad_hand_ins_take_no_marks_from_others(runs: tuple[Graded, Graded]) -> None:
    """Everybody with the right solution has everything, the stub and what cannot be read nothing."""
    points = {student: row["points"] for student, row in runs[0].rows.items()}
    full = runs[0].rows["ana"]["max_points"]

    for student, row in runs[0].rows.items():
        right = row["status"] == "graded" and student != "stub"
        assert points[student] == (full if right else "0"), student


def test_every_result_fits_the_schema(runs: tuple[Graded, Graded]) -> None:
    """One per student."""
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_bytes()))
    results = list(runs[0].results())

    for result in results:
        validator.validate(result)
    assert len(results) == len(runs[0].rows)


def test_what_cannot_be_read_says_why_in_both_languages(runs: tuple[Graded, Graded]) -> None:
    """A sentence each, without holes."""
    for result in runs[0].results():
        if result["status"] == "invalid":
            assert re.search(r"[一-龥]", result["problem"]["zh"]), result["student_id"]
            assert result["problem"]["en"].endswith(".")
            assert "{" not in result["problem"]["en"]


def test_two_runs_differ_in_seconds_only(runs: tuple[Graded, Graded]) -> None:
    """Also with another number of slots and with others in the class."""
    assert runs[1].rows.keys() == {"ana", "stub", "cut"}
    for student, row in runs[1].rows.items():
        first, second = (
            re.sub(rb'"seconds": [0-9.e-]+', b"", (run.out / student / "result.json").read_bytes()) for run in runs
        )
        assert first == second
        assert row == runs[0].rows[student]


def test_junit_has_a_suite_per_student(runs: tuple[Graded, Graded]) -> None:
    """With no test's source in it."""
    written = (runs[0].out / "junit.xml").read_bytes()

    assert len(ET.fromstring(written)) == len(runs[0].rows)
    assert b"def test_" not in written
    assert b"assert " not in written


def test_folders_are_safe_and_complete(runs: tuple[Graded, Graded]) -> None:
    """One per student, each with both files, all below the results."""
    folders = [path for path in runs[0].out.iterdir() if path.is_dir()]

    assert len(folders) == len(runs[0].rows)
    for folder in folders:
        assert sorted(path.name for path in folder.iterdir()) == ["report.html", "result.json"]
        assert all(letter.isalnum() or letter in "._-" for letter in folder.name)


def test_a_killed_slot_costs_nobody_anything(tmp_path: Path) -> None:
    """Its submission is judged by another one, and nothing of the killed one is left alive."""
    for student in ("ana", "ben"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "linear_regression.py").write_bytes(FAULTLESS.read_bytes())
    out = tmp_path / "out"
    command = [sys.executable, "-m", "grader.cli", "grade", "linear_regression", str(tmp_path / "class")]
    where = ["--course", str(ROOT), "--out", str(out), "--jobs", "1"]
    process = subprocess.Popen([*command, *where], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ)
    try:
        deadline = time.monotonic() + 120
        while not list(out.glob("*/result.json")) and time.monotonic() < deadline:
            time.sleep(0.01)
        (slot,) = psutil.Process(process.pid).children()
        below = slot.children(recursive=True)
        slot.kill()
        told, _ = process.communicate(timeout=120)
    finally:
        process.kill()

    assert process.returncode == 0, told
    rows = list(csv.DictReader(io.StringIO((out / "grades.csv").read_text(encoding="utf-8"))))
    assert [(row["student_id"], row["points"]) for row in rows] == [
        (name, rows[0]["max_points"]) for name in ("ana", "ben")
    ]
    assert below
    _, alive = psutil.wait_procs(below, timeout=30)
    assert not alive
