"""Tests of the data files that an assignment ships."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from grader.course import Course, files, read_manifest
from grader.errors import CourseError

if TYPE_CHECKING:
    from pathlib import Path


def ship(manifest: Path, *names: str) -> None:
    """Have the manifest list files."""
    written = ", ".join(f"'{name}'" for name in names)
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('version = "3"\n', f'version = "3"\nfiles = [{written}]\n'), encoding="utf-8")


@pytest.fixture
def handout(manifest: Path) -> Path:
    """The folder of ``warm_up``, with a data file in it."""
    (manifest.parent / "data").mkdir()
    (manifest.parent / "data" / "tiny.csv").write_text("1,2\n", encoding="utf-8")
    return manifest.parent


def test_files_that_are_there_arrive_with_their_places(manifest: Path, handout: Path, course_root: Path) -> None:
    """By the relative path under which a hand-in reads them."""
    ship(manifest, "data/tiny.csv", "test_visible.py")

    assert read_manifest(manifest).files == ("data/tiny.csv", "test_visible.py")
    opened = Course(course_root).open("warm_up")
    assert opened.files == {
        "data/tiny.csv": handout / "data" / "tiny.csv",
        "test_visible.py": handout / "test_visible.py",
    }


def test_a_link_within_the_folder_is_fine(manifest: Path, handout: Path) -> None:
    """A copy of its target is shipped."""
    (handout / "same.csv").symlink_to("data/tiny.csv")
    ship(manifest, "same.csv")

    assert read_manifest(manifest).files == ("same.csv",)


RELATIVE = "with / and without . and .."


@pytest.mark.parametrize(
    ("name", "finding", "hint"),
    [
        (
            "/etc/hosts",
            "expected a path relative to this folder, got an absolute one",
            'write files = ["data/tiny.csv"]',
        ),
        ("../warm_up/data/tiny.csv", "expected a plain relative path", RELATIVE),
        ("./data/tiny.csv", "expected a plain relative path", RELATIVE),
        ("data//tiny.csv", "expected a plain relative path", RELATIVE),
        ("data\\tiny.csv", "expected a plain relative path", RELATIVE),
        ("", "expected a plain relative path", RELATIVE),
        ("data", "expected a file, found a folder", "name each of its files"),
        ("data/tinny.csv", "expected a file, found nothing", "did you mean `data/tiny.csv`?"),
        ("photo", "expected a file, found nothing", "put it into "),
        ("outside.csv", "expected a file of this folder, found a link that leads out of it", "put a copy in its place"),
        ("pipe", "expected a regular file, found something else", "put a regular file in its place"),
    ],
)
def test_what_cannot_be_shipped_is_told_with_its_place(
    manifest: Path, handout: Path, name: str, finding: str, hint: str
) -> None:
    """The place in the manifest, what was found, and what to write."""
    outside = handout.parent / "outside.csv"
    outside.touch()
    (handout / "outside.csv").symlink_to(outside)
    os.mkfifo(handout / "pipe")
    ship(manifest, "data/tiny.csv", name)

    with pytest.raises(CourseError) as error:
        read_manifest(manifest)
    assert error.value.place == str(manifest)
    assert error.value.finding == f'$.files[1]: {finding} ("{name}")'
    assert hint in error.value.hint


def test_each_file_is_listed_once(manifest: Path, handout: Path) -> None:
    """A second time is a slip."""
    assert handout.is_dir()
    ship(manifest, "data/tiny.csv", "data/tiny.csv")

    with pytest.raises(CourseError, match=r"\$\.files\[1\]: expected each file once, got one again"):
        read_manifest(manifest)


def test_a_list_of_something_else_says_what_to_write(manifest: Path) -> None:
    """As for every other key."""
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('version = "3"\n', 'version = "3"\nfiles = "data"\n'), encoding="utf-8")

    with pytest.raises(CourseError, match=r'\$\.files: expected `array`, got `str`.*\n  hint: write files = \["data/'):
        read_manifest(manifest)


def test_too_much_data_is_refused(manifest: Path, handout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every student process gets a copy."""
    monkeypatch.setattr(files, "MOST_BYTES", 1024**2)
    with (handout / "big.bin").open("wb") as big:
        big.truncate(1536 * 1024)
    ship(manifest, "data/tiny.csv", "big.bin")

    with pytest.raises(CourseError) as error:
        read_manifest(manifest)
    assert error.value.finding == "$.files: expected at most 1.0 MiB in all, got 1.5 MiB"
    assert error.value.hint == "ship a smaller sample: every student process gets a copy"


def test_a_byte_of_a_shipped_file_is_another_suite(manifest: Path, handout: Path, course_root: Path) -> None:
    """Verdicts may depend on the data; files that are not listed decide nothing."""
    ship(manifest, "data/tiny.csv")
    before = Course(course_root).open("warm_up").suite_digest
    (handout / "notes.txt").write_text("for students", encoding="utf-8")
    assert Course(course_root).open("warm_up").suite_digest == before

    (handout / "data" / "tiny.csv").write_text("1,3\n", encoding="utf-8")
    assert Course(course_root).open("warm_up").suite_digest != before


def test_the_secrets_of_a_course_are_all_solutions_and_what_the_suites_link_to(course_root: Path) -> None:
    """None of them may ever be readable to student code."""
    opened = Course(course_root).open("warm_up")

    solutions = course_root / "solutions"
    assert set(opened.secrets) >= {solutions, solutions / "warm_up", opened.reference, *opened.suites}
