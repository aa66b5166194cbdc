"""The single home of the small courses that the tests of this package read and break."""

from __future__ import annotations

from pathlib import Path

import pytest

MANIFEST = """\
schema = "grader/assignment/v1"
id = "warm_up"
version = "3"
language = "zh"
accepts = ["notebook"]

[title]
en = "Warm-up"
zh = "热身"

[limits]
call_seconds = 2

[[exercise]]
id = "double"
kind = "function"
points = 2.5
parameters = ["x"]
title = { en = "Double", zh = "加倍" }

[[exercise]]
id = "answers"
kind = "quiz"
points = 1
names = ["first", "second"]
title = { en = "Answers", zh = "答案" }
aliases = { first = ["erste"] }
"""


@pytest.fixture
def course_root(tmp_path: Path) -> Path:
    """A course with the one assignment ``warm_up``, complete and sound."""
    handout, solutions = tmp_path / "assignments" / "warm_up", tmp_path / "solutions" / "warm_up"
    handout.mkdir(parents=True)
    solutions.mkdir(parents=True)
    (handout / "assignment.toml").write_text(MANIFEST, encoding="utf-8")
    (handout / "test_visible.py").write_text('"""Nothing yet."""\n', encoding="utf-8")
    for name in ("warm_up.py", "test_double.py", "test_answers.py"):
        (solutions / name).write_text(f'"""{name}"""\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def manifest(course_root: Path) -> Path:
    """The manifest of ``warm_up``."""
    return course_root / "assignments" / "warm_up" / "assignment.toml"


@pytest.fixture(scope="session")
def shipped_course() -> Path:
    """The root of the course that comes with grader."""
    return Path(__file__).parents[2]
