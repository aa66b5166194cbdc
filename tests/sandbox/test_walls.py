"""Tests of which walls must stand."""

from __future__ import annotations

import pytest

from grader.model.result import Wall
from grader.sandbox.walls import FILESYSTEM, NAMESPACES, REQUIRED, missing


def report(*fallen: str, outer: bool = True) -> list[Wall]:
    """Every wall, of which those that are named do not stand."""
    walls = [Wall(id=name, stood=name not in fallen, detail=f"why {name}") for name in REQUIRED]
    return [*walls, Wall(id=NAMESPACES, stood=outer, detail="why not")]


@pytest.mark.parametrize("outer", [True, False])
def test_nothing_is_missing_where_every_required_wall_stands(outer: bool) -> None:  # noqa: FBT001 - a case
    """The outer wall is good to have, and not required."""
    assert missing(report(outer=outer)) == ()


@pytest.mark.parametrize("name", [name for name in REQUIRED if name != FILESYSTEM])
def test_each_required_wall_is_missed_whatever_else_stands(name: str) -> None:
    """With the reason that it was reported with."""
    assert missing(report(name)) == (Wall(id=name, stood=False, detail=f"why {name}"),)


def test_either_of_two_walls_keeps_the_files() -> None:
    """Without Landlock, what is not in the outer wall's file system cannot be read either."""
    assert missing(report(FILESYSTEM)) == ()
    assert [wall.id for wall in missing(report(FILESYSTEM, outer=False))] == [FILESYSTEM]


def test_a_wall_that_was_not_reported_is_missing() -> None:
    """Silence is no proof."""
    assert [wall.id for wall in missing([])] == list(REQUIRED)
    assert [wall.id for wall in missing(report()[1:])] == [REQUIRED[0]]
