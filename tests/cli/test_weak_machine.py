"""Real grading where the kernel lacks what a wall is made of: nobody is graded, or everybody is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema

from grader.export.schema import SCHEMA_FILE
from grader.feedback.catalogue import say
from grader.model.text import Language

ROOT = Path(__file__).parents[2]
HAND_IN = ROOT / "solutions" / "linear_regression" / "linear_regression.py"


def grade_without(lacking: str, out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Grade the reference on a kernel without something, where bubblewrap is not installed."""
    script = str(Path(__file__).with_name("older_kernel.py"))
    grader = [sys.executable, "-m", "grader.cli", "grade", "linear_regression", str(HAND_IN)]
    where = ["--course", str(ROOT), "--out", str(out)]
    command = [sys.executable, script, lacking, *grader, *where, *options]
    environment = os.environ | {"PATH": "/nowhere", "COLUMNS": "80"}
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=300)


def test_nobody_is_graded_without_required_walls(tmp_path: Path) -> None:
    """Exit code 4, one text that says what is missing, why and what to do, and no results."""
    done = grade_without("landlock,seccomp", tmp_path / "out", "--lang", "en")

    assert (done.returncode, done.stdout) == (4, "")
    said = " ".join(done.stderr.split())
    for words in (
        "Nothing was graded",
        "✗ Files reading solutions, writing anywhere Why: this kernel has no Landlock (it came with Linux 5.13)",
        "add landlock to lsm=",
        "✗ System calls",
        "Why: the kernel takes no filter for system calls (Function not implemented) What to do: A kernel with seccomp",
        "✗ Network",
        "grader doctor",
        "--allow-weak-sandbox",
    ):
        assert words in said
    assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []


def test_who_allows_it_is_graded_and_warned_everywhere(tmp_path: Path) -> None:
    """The marks are those of any other machine; report, result, index, JUnit and terminal carry the warning."""
    out = tmp_path / "out"

    options = ("--allow-weak-sandbox", "--junit", str(out / "junit.xml"), "--lang", "zh")
    done = grade_without("landlock", out, *options)

    result = json.loads((out / "linear_regression" / "result.json").read_bytes())
    jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_bytes())).validate(result)
    assert done.returncode == 0, done.stderr
    assert result["points"] == result["max_points"]
    assert result["weak_sandbox"] is True
    assert {wall["id"] for wall in result["walls"] if not wall["stood"]} == {"filesystem", "namespaces"}
    report = (out / "linear_regression" / "report.html").read_text(encoding="utf-8")
    assert say("report.weak_sandbox", Language.ZH) in report
    assert "--allow-weak-sandbox" in (out / "index.html").read_text(encoding="utf-8")
    properties = ET.parse(out / "junit.xml").getroot().findall("./testsuite/properties/property")
    assert ("weak_sandbox", "true") in [(entry.get("name"), entry.get("value")) for entry in properties]
    assert say("terminal.weak_sandbox", Language.ZH, count=1) in done.stderr
