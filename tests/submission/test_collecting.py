"""From the paths that a person names to one reading per student."""

from __future__ import annotations

import os
import stat
import zipfile
from typing import TYPE_CHECKING

import pytest

from grader.errors import UsageError
from grader.model.submission import Submission, Unreadable
from grader.submission import collect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from grader.model.assignment import Assignment

    Collect = Callable[..., dict[str, str]]


@pytest.fixture
def collected(assignment: Assignment) -> Collect:
    """Collects and says per student ``read`` or the reason why not."""

    def run(*paths: Path, max_bytes: int = 64 * 1024**2) -> dict[str, str]:
        found = collect(paths, assignment=assignment, max_bytes=max_bytes)
        return {item.student_id: item.kind if isinstance(item, Unreadable) else "read" for item in found}

    return run


def _write(path: Path, data: bytes = b"x = 1\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_path_that_does_not_exist_is_a_mistake_of_the_command(tmp_path: Path, collected: Collect) -> None:
    """It is named, and nothing is graded."""
    with pytest.raises(UsageError, match="no such file or folder") as caught:
        collected(tmp_path / "nobody.ipynb")

    assert caught.value.place.endswith("nobody.ipynb")


def test_files_are_students_by_their_name(tmp_path: Path, collected: Collect) -> None:
    """Or by their folder's, where the file has the assignment's."""
    ana = _write(tmp_path / "ana.py")
    ben = _write(tmp_path / "ben" / "linear_regression.py")

    assert collected(ben, ana) == {"ana": "read", "ben": "read"}


def test_the_same_file_named_twice_is_one_hand_in(
    tmp_path: Path, collected: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it is spelled."""
    _write(tmp_path / "ana.py")
    monkeypatch.chdir(tmp_path)

    assert collected(tmp_path / "ana.py", tmp_path / ".." / tmp_path.name / "ana.py") == {"ana": "read"}


def test_one_student_from_two_places_has_two_hand_ins(tmp_path: Path, collected: Collect) -> None:
    """Two folders of two weeks, say."""
    assert collected(_write(tmp_path / "a" / "ana.py"), _write(tmp_path / "b" / "ana.py")) == {"ana": "two_hand_ins"}


@pytest.mark.parametrize("student", ["ana maria", "张三", "o'neill", '"quoted"', "=cmd()", "line\nbreak", "-rf"])
def test_a_students_name_is_kept_as_given(tmp_path: Path, assignment: Assignment, student: str) -> None:
    """What is done with it is the business of those who write files."""
    _write(tmp_path / "class" / f"{student}.py")

    assert [item.student_id for item in collect([tmp_path / "class"], assignment=assignment)] == [student]


def test_the_name_of_the_file_handed_in_is_kept(tmp_path: Path, assignment: Assignment) -> None:
    """As the student gave it, without the folders."""
    _write(tmp_path / "class" / "ana" / "hw 1" / "作业.py")

    (read,) = collect([tmp_path / "class"], assignment=assignment)

    assert isinstance(read, Submission)
    assert (read.student_id, read.file_name) == ("ana", "作业.py")


@pytest.mark.parametrize("form", ["argument", "child"])
def test_a_folder_named_like_a_notebook_is_no_notebook(tmp_path: Path, collected: Collect, form: str) -> None:
    """The student is named either way."""
    (tmp_path / "class" / "x.ipynb").mkdir(parents=True)
    _write(tmp_path / "class" / "ana.py")

    if form == "argument":
        assert collected(tmp_path / "class" / "x.ipynb") == {"x": "folder_not_file"}
    else:
        assert collected(tmp_path / "class") == {"ana": "read", "x": "folder_not_file"}


def test_every_bad_file_costs_only_its_student(
    tmp_path: Path, collected: Collect, notebook: Callable[..., bytes]
) -> None:
    """One class with all of them."""
    course = tmp_path / "class"
    _write(course / "good.ipynb", notebook("x = 1"))
    _write(course / "good_utf16.ipynb", notebook("x = 1").decode().encode("utf-16"))
    _write(course / "good_mark.ipynb", b"\xef\xbb\xbf" + notebook("x = 1"))
    _write(course / "good_10k.ipynb", notebook(*["x = 1"] * 10_000))
    _write(course / "empty.ipynb", b"")
    _write(course / "junk.ipynb", bytes(range(256)))
    _write(course / "cut.ipynb", notebook("x = 1")[:-9])
    _write(course / "no_notebook.ipynb", b'{"a": 1}')
    _write(course / "old.ipynb", b'{"nbformat": 2, "worksheets": []}')
    _write(course / "new.ipynb", b'{"nbformat": 5, "cells": []}')
    _write(course / "both.ipynb", notebook("x = 1"))
    _write(course / "both.py", b"x = 1")
    _write(course / "broken.zip", b"PK\x03\x04")
    _write(course / "wrong.rar", b"Rar!\x1a\x07\x01\0")
    (course / "nothing").mkdir()
    os.mkfifo(course / "pipe.py")
    with (course / "huge.ipynb").open("wb") as file:
        file.truncate(200 * 1024**2)

    assert collected(course) == {
        "good": "read",
        "good_utf16": "read",
        "good_mark": "read",
        "good_10k": "read",
        "empty": "empty",
        "junk": "not_text",
        "cut": "notebook_broken",
        "no_notebook": "not_a_notebook",
        "old": "nbformat_unsupported",
        "new": "nbformat_unsupported",
        "both": "two_hand_ins",
        "broken": "zip_broken",
        "wrong": "format_unsupported",
        "nothing": "no_hand_in",
        "pipe": "not_a_file",
        "huge": "too_large",
    }


def test_every_bad_entry_of_a_zip_costs_only_its_student(tmp_path: Path, collected: Collect) -> None:
    """Nothing is written beside the zip."""
    path = tmp_path / "class.zip"
    link = zipfile.ZipInfo("linda/linear_regression.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ana.py", b"x = 1")
        archive.writestr("ben/linear_regression.py", b"x = 1")
        archive.writestr("../eve.py", b"x = 1")
        archive.writestr("../../mallory/linear_regression.py", b"x = 1")
        archive.writestr("/etc/oscar.py", b"x = 1")
        archive.writestr(link, b"/etc/passwd")
        archive.writestr("bob.py", bytes(8 * 1024**2))
        archive.writestr("nobody/", b"")

    assert collected(path) == {
        "ana": "read",
        "ben": "read",
        "../eve": "zip_path_refused",
        "../../mallory/linear_regression": "zip_path_refused",
        "/etc/oscar": "zip_path_refused",
        "linda": "link_refused",
        "bob": "zip_bomb",
        "nobody": "no_hand_in",
    }
    assert [file.name for file in tmp_path.iterdir()] == ["class.zip"]


def test_a_zip_of_one_student_is_that_student(
    tmp_path: Path, collected: Collect, zipped: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    """By the name of the zip."""
    packed = zipped({"linear_regression.py": b"x = 1", "data.csv": b"1,2"})

    assert collected(_write(tmp_path / "ana.zip", packed)) == {"ana": "read"}


def test_nothing_that_was_named_vanishes(
    tmp_path: Path, collected: Collect, zipped: Callable[[Mapping[str, bytes]], bytes]
) -> None:
    """An empty folder, an empty zip, a zip of other things, a zip that is none, a text; as ``class/*`` names them."""
    (tmp_path / "a").mkdir()
    paths = [
        tmp_path / "a",
        _write(tmp_path / "b.zip", zipped({})),
        _write(tmp_path / "c.zip", zipped({"words.txt": b"hello"})),
        _write(tmp_path / "d.zip", b"no zip"),
        _write(tmp_path / "e.txt", b"words"),
    ]

    assert collected(*paths) == {
        "a": "no_hand_in",
        "b": "no_hand_in",
        "c": "no_hand_in",
        "d": "zip_broken",
        "e.txt": "format_unsupported",
    }


@pytest.mark.parametrize("holds", ["nothing", "words", "empty folders", "an empty zip"])
def test_where_nobody_handed_in_anything_the_command_is_wrong(
    tmp_path: Path, collected: Collect, zipped: Callable[[Mapping[str, bytes]], bytes], holds: str
) -> None:
    """No student is invented; what is expected there is said."""
    (tmp_path / "class").mkdir()
    if holds == "words":
        _write(tmp_path / "class" / "roster.csv")
    elif holds == "empty folders":
        (tmp_path / "class" / "ana").mkdir()
        (tmp_path / "class" / "ben").mkdir()
    elif holds == "an empty zip":
        _write(tmp_path / "class" / "week.zip", zipped({}))

    with pytest.raises(UsageError, match="no hand-ins in ") as caught:
        collected(tmp_path / "class")

    assert caught.value.finding == f"no hand-ins in {tmp_path / 'class'}"
    assert "ana.ipynb, ana.py, ana/linear_regression.ipynb" in caught.value.hint


def test_a_students_empty_folder_is_told_apart_from_an_empty_class(tmp_path: Path, collected: Collect) -> None:
    """Where somebody else handed in something."""
    (tmp_path / "class" / "ana").mkdir(parents=True)
    _write(tmp_path / "class" / "ben" / "linear_regression.py")

    assert collected(tmp_path / "class") == {"ana": "no_hand_in", "ben": "read"}


def _write_results(folder: Path, *students: str) -> None:
    """What an earlier run leaves behind."""
    for name in ("grades.csv", "index.html", "grader.log", "junit.xml"):
        _write(folder / name)
    for student in students:
        _write(folder / student / "report.html")
        _write(folder / student / "result.json")


@pytest.mark.parametrize("at", ["class/out", "class"])
def test_results_of_an_earlier_run_are_nobodys(tmp_path: Path, collected: Collect, at: str) -> None:
    """Wherever below the hand-ins they are; ``out`` is no student, and neither is ``index``."""
    _write(tmp_path / "class" / "ana.py")
    _write(tmp_path / "class" / "ben" / "linear_regression.py")
    before = collected(tmp_path / "class")
    _write_results(tmp_path / at, "ana", "ben", "cem")

    assert collected(tmp_path / "class") == before


@pytest.mark.parametrize("students", [(), ("ana",)])
def test_the_folder_for_the_results_is_no_student(
    tmp_path: Path, assignment: Assignment, students: tuple[str, ...]
) -> None:
    """Also while it is empty, and after a run that was killed before it had written its overviews."""
    _write(tmp_path / "class" / "ana.py")
    (tmp_path / "class" / "out").mkdir()
    for student in students:
        _write(tmp_path / "class" / "out" / student / "report.html")
        _write(tmp_path / "class" / "out" / student / "result.json")

    found = collect([tmp_path / "class"], assignment=assignment, results=tmp_path / "class" / ".." / "class" / "out")

    assert [item.student_id for item in found] == ["ana"]


def test_a_hand_in_among_results_still_counts(tmp_path: Path, collected: Collect) -> None:
    """Nobody's work is lost for the names of the files beside it."""
    _write_results(tmp_path / "class" / "eve", "eve")
    _write(tmp_path / "class" / "eve" / "work" / "linear_regression.py")
    _write(tmp_path / "class" / "eve" / "report.html")
    _write(tmp_path / "class" / "ana.py")

    assert collected(tmp_path / "class") == {"ana": "read", "eve": "read"}


def test_a_students_own_page_is_no_result(tmp_path: Path, collected: Collect) -> None:
    """``index.html`` and ``report.html`` alone are what somebody handed in."""
    _write(tmp_path / "class" / "index.html")
    _write(tmp_path / "class" / "report.html")
    _write(tmp_path / "class" / "ana.py")

    assert collected(tmp_path / "class") == {
        "ana": "read",
        "index": "format_unsupported",
        "report": "format_unsupported",
    }


def test_students_are_sorted(tmp_path: Path, assignment: Assignment) -> None:
    """Whatever the order of the paths."""
    paths = [_write(tmp_path / f"{name}.py") for name in ("cem", "ana", "ben")]

    assert [item.student_id for item in collect(paths, assignment=assignment)] == ["ana", "ben", "cem"]


def test_what_nobody_foresaw_in_one_hand_in_costs_no_other(
    tmp_path: Path, collected: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is that hand-in's alone, and has a reason."""

    def read(name: str, data: bytes, **_: object) -> Unreadable:
        if b"surprise" in data:
            raise ArithmeticError(name)
        return Unreadable(student_id="ben", file_name=name, digest="", kind="read after all")

    monkeypatch.setattr("grader.submission.collecting.read_submission", read)
    _write(tmp_path / "ana.py", b"surprise = 1\n")
    _write(tmp_path / "ben.py")

    assert collected(tmp_path) == {"ana": "file_unreadable", "ben": "read after all"}
