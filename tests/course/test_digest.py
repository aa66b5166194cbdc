"""Tests of the digest that tells one state of an assignment from another."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from grader.course.digest import digest_of_suite

if TYPE_CHECKING:
    from pathlib import Path


def digest(root: Path) -> str:
    """The digest of ``warm_up`` in the course at ``root``."""
    return digest_of_suite(handout=root / "assignments" / "warm_up", solutions=root / "solutions" / "warm_up")


def test_a_copy_elsewhere_has_the_same_digest(course_root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither place nor time counts."""
    copy = tmp_path_factory.mktemp("elsewhere") / "course"
    shutil.copytree(course_root, copy)

    assert digest(copy) == digest(course_root)


@pytest.mark.parametrize(
    "name",
    [
        "assignments/warm_up/assignment.toml",
        "assignments/warm_up/test_visible.py",
        "solutions/warm_up/warm_up.py",
        "solutions/warm_up/test_double.py",
        "solutions/warm_up/conftest.py",
        "solutions/warm_up/data/points.csv",
    ],
)
def test_whatever_decides_a_verdict_decides_the_digest(course_root: Path, name: str) -> None:
    """One more byte in any of these gives another digest."""
    before = digest(course_root)
    path = course_root / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes((path.read_bytes() if path.exists() else b"") + b"#")

    assert digest(course_root) != before


@pytest.mark.parametrize(
    "name",
    [
        "solutions/warm_up/submissions/ana/warm_up.py",
        "solutions/warm_up/misconceptions/double/triple.py",
        "solutions/warm_up/alternatives/sum.py",
        "solutions/warm_up/__pycache__/warm_up.cpython-311.pyc",
        "solutions/warm_up/.DS_Store",
        "solutions/warm_up/warm_up.ipynb",
    ],
)
def test_what_decides_no_verdict_does_not_count(course_root: Path, name: str) -> None:
    """Samples, caches and the master notebook leave the digest alone."""
    before = digest(course_root)
    path = course_root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")

    assert digest(course_root) == before


def test_bytes_do_not_move_between_files_unseen(course_root: Path) -> None:
    """The end of one file is not the beginning of the next."""
    solutions = course_root / "solutions" / "warm_up"
    (solutions / "a.txt").write_bytes(b"12")
    (solutions / "b.txt").write_bytes(b"3")
    before = digest(course_root)
    (solutions / "a.txt").write_bytes(b"1")
    (solutions / "b.txt").write_bytes(b"23")

    assert digest(course_root) != before
