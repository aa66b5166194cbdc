"""Tests of making, holding and removing working folders."""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
from typing import TYPE_CHECKING

import pytest

from grader.sandbox import folders

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place where private folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_private_folder_is_empty_and_its_owners_alone(temporary: Path) -> None:
    """Nobody else may even list it."""
    folder = folders.make_private_folder()

    assert folder.parent == temporary
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []


def test_removing_follows_no_link(temporary: Path) -> None:
    """What a link points to stays as it is, at the top and further down."""
    outside = temporary / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept", encoding="utf-8")
    folder = folders.make_private_folder()
    (folder / "within").mkdir()
    (folder / "link").symlink_to(outside)
    (folder / "within" / "link").symlink_to(outside)
    (folder / "dangling").symlink_to(temporary / "nowhere")

    assert folders.remove_folder(folder)
    assert (outside / "kept.txt").read_text(encoding="utf-8") == "kept"


def test_removing_does_not_follow_a_link_in_the_folders_own_place(temporary: Path) -> None:
    """A student may have put a link where the working folder was."""
    outside = temporary / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept", encoding="utf-8")
    folder = temporary / "grader-swapped"
    folder.symlink_to(outside)

    assert not folders.remove_folder(folder)
    assert (outside / "kept.txt").exists()


def test_folders_without_rights_are_removed(temporary: Path) -> None:
    """The owner takes the rights back first."""
    folder = folders.make_private_folder()
    inner = folder / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "file").write_text("x", encoding="utf-8")
    for locked in (inner, inner.parent, folder):
        locked.chmod(0)

    assert folders.remove_folder(folder)
    assert list(temporary.iterdir()) == []


def test_a_tree_deeper_than_any_path_is_removed(temporary: Path) -> None:
    """Deeper than PATH_MAX, than Python's recursion and than the number of files that may be open."""
    folder = folders.make_private_folder()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(2500):
        os.mkdir("d" * 9, dir_fd=here)
        deeper = os.open("d" * 9, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(here)

    assert folders.remove_folder(folder)
    assert list(temporary.iterdir()) == []


def test_files_are_copied_to_their_relative_paths(temporary: Path) -> None:
    """Into a folder that is made for them; what is done to a copy does not reach the file itself."""
    source = temporary / "points.csv"
    source.write_text("1,2", encoding="utf-8")
    source.chmod(0o400)
    work = folders.make_private_folder() / "work"

    folders.copy_into(work, {"points.csv": source, "a/b/same.csv": source})
    for name in ("points.csv", "a/b/same.csv"):
        (work / name).write_text("mine", encoding="utf-8")

    assert source.read_text(encoding="utf-8") == "1,2"
    assert sorted(str(path.relative_to(work)) for path in work.rglob("*.csv")) == ["a/b/same.csv", "points.csv"]


def test_sweeping_keeps_the_folder_and_what_is_named(temporary: Path) -> None:
    """Everything else goes, however deep."""
    folder = folders.make_private_folder()
    for name in ("kept", "gone/deeper"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").touch()
    (folder / "file").touch()

    folders.sweep(folder, keep=("kept",))

    assert sorted(path.name for path in folder.rglob("*")) == ["file", "kept"]
    folders.sweep(temporary / "not there")


def test_odd_names_and_kinds_of_files_are_removed(temporary: Path) -> None:
    """Pipes, newlines and bytes that are no text."""
    folder = folders.make_private_folder()
    os.mkfifo(folder / "pipe")
    (folder / "two\nlines").write_text("x", encoding="utf-8")
    os.close(os.open(os.fsencode(folder) + b"/\xff\xfe", os.O_CREAT | os.O_WRONLY))
    for number in range(300):
        (folder / f"{number}").touch()

    assert folders.remove_folder(folder)
    assert list(temporary.iterdir()) == []


def test_removing_what_is_not_there_is_no_error(temporary: Path) -> None:
    """A student may have removed it already."""
    assert folders.remove_folder(temporary / "gone")


@pytest.mark.usefixtures("temporary")
def test_an_abandoned_folder_is_removed_and_a_held_one_stays() -> None:
    """The lock says whether the process that made it still lives."""
    held, abandoned, foreign = (folders.make_private_folder() for _ in range(3))
    descriptor = folders.hold(held)
    os.close(folders.hold(abandoned))

    folders.remove_abandoned_folders()

    assert held.exists()
    assert foreign.exists()
    assert not abandoned.exists()
    os.close(descriptor)


@pytest.mark.usefixtures("temporary")
def test_holding_locks_the_folder_for_others() -> None:
    """Another descriptor cannot take the lock."""
    folder = folders.make_private_folder()
    descriptor = folders.hold(folder)
    (lock,) = folder.iterdir()
    other = os.open(lock, os.O_RDONLY)

    with pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(other)
    os.close(descriptor)
