"""What the tests of the command share: a small course, hand-ins, and the command with slots that need no judge."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from grader.batch.local import LocalPool
from grader.cli import grading, main

if TYPE_CHECKING:
    from collections.abc import Callable

FAKE_SLOT = Path(__file__).parents[1] / "batch" / "fake_slot.py"
MANIFEST = """
schema = "grader/assignment/v1"
id = "linear_regression"
version = "1"
language = "en"
accepts = ["notebook", "module"]
title = {en = "Linear regression", zh = "线性回归"}

[[exercise]]
id = "sgd"
kind = "function"
points = 3
parameters = ["params", "lr", "batch_size"]
title = {en = "SGD", zh = "梯度下降"}
"""


class Ran(NamedTuple):
    """What a run of the command gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course with one assignment."""
    root = tmp_path / "course"
    handout, solutions = root / "assignments" / "linear_regression", root / "solutions" / "linear_regression"
    handout.mkdir(parents=True)
    solutions.mkdir(parents=True)
    (handout / "assignment.toml").write_text(MANIFEST, encoding="utf-8")
    (solutions / "linear_regression.py").write_text("def sgd(params, lr, batch_size): ...\n")
    (solutions / "test_sgd.py").write_text('"""No cases: nothing here runs them."""\n')
    return root


@pytest.fixture
def weak_machine(course: Path) -> str:
    """An assignment whose slots find that the machine lacks a required wall; its name."""
    for parent in ("assignments", "solutions"):
        (course / parent / "linear_regression").rename(course / parent / "weak_machine")
    manifest = course / "assignments" / "weak_machine" / "assignment.toml"
    manifest.write_text(MANIFEST.replace('id = "linear_regression"', 'id = "weak_machine"'), encoding="utf-8")
    (course / "solutions" / "weak_machine" / "linear_regression.py").rename(
        course / "solutions" / "weak_machine" / "weak_machine.py"
    )
    return "weak_machine"


@pytest.fixture
def hand_ins(tmp_path: Path) -> Path:
    """Two modules; to a fake slot the file's name says what to do, the folder's whose it is."""
    for student in ("ana", "ben"):
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "pass.py").write_text("x = 1\n")
    return tmp_path / "class"


@pytest.fixture
def run(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Runs ``grader grade linear_regression …`` in the course's folder with fake slots."""
    pool = functools.partial(LocalPool, command=(sys.executable, "-P", str(FAKE_SLOT)))
    monkeypatch.setattr(grading, "LocalPool", pool)
    monkeypatch.chdir(course)

    def call(*arguments: str | Path, assignment: str | Path = "linear_regression") -> Ran:
        code = main(["grade", str(assignment), "--out", str(tmp_path / "out"), *map(str, arguments)])
        return Ran(code, *capsys.readouterr())

    return call
