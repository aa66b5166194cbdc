"""Tests of finding a course and opening an assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.course import find_course, find_handout
from grader.errors import CourseError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_an_assignment_is_opened_with_all_its_files(course_root: Path) -> None:
    """Manifest, reference, both kinds of suites and the digest are found."""
    opened = find_course(course_root).open("warm_up")

    solutions = course_root / "solutions" / "warm_up"
    assert opened.assignment.id == "warm_up"
    assert (opened.handout, opened.solutions) == (course_root / "assignments" / "warm_up", solutions)
    assert opened.reference == solutions / "warm_up.py"
    assert opened.suites == (solutions / "test_answers.py", solutions / "test_double.py")
    assert opened.visible_suite == course_root / "assignments" / "warm_up" / "test_visible.py"
    assert opened.suite_digest.startswith("sha256:")


def test_a_course_is_found_from_inside(course_root: Path) -> None:
    """Like a version control system's folder, it may lie above."""
    assert find_course(course_root / "solutions" / "warm_up").root == course_root


def test_only_folders_with_a_manifest_are_assignments(course_root: Path) -> None:
    """A folder with notes is none."""
    (course_root / "assignments" / "notes").mkdir()

    assert find_course(course_root).assignment_ids() == ("warm_up",)


def test_no_course_says_what_is_missing(tmp_path: Path) -> None:
    """A folder with assignments but no solutions names the solutions."""
    (tmp_path / "assignments").mkdir()

    with pytest.raises(UsageError, match=r"no course here or above: solutions/ not found\n  hint: .*--course DIR"):
        find_course(tmp_path)


def test_a_start_that_does_not_exist_is_wrong_usage(tmp_path: Path) -> None:
    """A mistyped folder is told as such, not searched above."""
    with pytest.raises(UsageError, match="nowhere: no such folder"):
        find_course(tmp_path / "nowhere")


@pytest.mark.parametrize("asked", ["warmup", "warm-up", "Warm_Up"])
def test_an_unknown_assignment_names_the_nearest(course_root: Path, asked: str) -> None:
    """The hint is the id that was probably meant."""
    with pytest.raises(UsageError, match=f"no assignment `{asked}`\n  hint: did you mean `warm_up`\\?"):
        find_course(course_root).open(asked)


def test_solutions_without_a_manifest_are_the_courses_fault(course_root: Path) -> None:
    """Whoever asks for the assignment did nothing wrong."""
    manifest = course_root / "assignments" / "warm_up" / "assignment.toml"
    manifest.unlink()

    with pytest.raises(
        CourseError, match="expected a file, found nothing\n  hint: solutions/warm_up belongs to it"
    ) as caught:
        find_course(course_root).open("warm_up")

    assert caught.value.place == str(manifest)


@pytest.mark.parametrize("asked", ["../assignments/warm_up", "/etc", ""])
def test_a_path_is_no_assignment(course_root: Path, asked: str) -> None:
    """Only the names of folders are ids, so none leads out of the course."""
    with pytest.raises(UsageError, match="no assignment"):
        find_course(course_root).open(asked)


def test_an_exercise_without_a_suite_is_the_courses_fault(course_root: Path) -> None:
    """The message names the missing file, the key that asks for it and a near miss."""
    suite = course_root / "solutions" / "warm_up" / "test_double.py"
    suite.rename(suite.with_name("test_doubel.py"))

    with pytest.raises(CourseError) as caught:
        find_course(course_root).open("warm_up")

    assert (caught.value.place, caught.value.finding) == (str(suite), "expected a file, found nothing")
    assert caught.value.hint == "$.exercise[0].id of assignment.toml asks for it; did you mean `test_doubel.py`?"


def test_a_missing_reference_says_how_to_make_it(course_root: Path) -> None:
    """The reference is generated from the master."""
    (course_root / "solutions" / "warm_up" / "warm_up.py").unlink()

    with pytest.raises(CourseError, match=r"hint: python -m grader\.course\.stubs warm_up makes it"):
        find_course(course_root).open("warm_up")


def test_a_folder_in_a_suites_place_is_named(course_root: Path) -> None:
    """A folder named like a suite is no suite."""
    suite = course_root / "solutions" / "warm_up" / "test_double.py"
    suite.unlink()
    suite.mkdir()

    with pytest.raises(CourseError, match="expected a file, found a folder"):
        find_course(course_root).open("warm_up")


def test_an_assignment_may_have_no_visible_suite(course_root: Path) -> None:
    """Visible cases are an offer."""
    (course_root / "assignments" / "warm_up" / "test_visible.py").unlink()

    assert find_course(course_root).open("warm_up").visible_suite is None


def test_a_handout_is_found_from_its_files_and_without_a_course(course_root: Path) -> None:
    """The nearest folder with a manifest is what a student was given; a course's other folders are not."""
    handout = course_root / "assignments" / "warm_up"

    assert find_handout(handout / "test_visible.py") == find_handout(handout) == handout
    assert find_handout(course_root / "solutions" / "warm_up") is None
