"""Files and folders of the machine."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, NoReturn

import pytest

from grader.errors import SubmissionError
from grader.submission.folders import folder_listing, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

LIMIT = 1024


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """Two hundred megabytes that take no room on the disk."""
    path = tmp_path / "a.ipynb"
    with path.open("wb") as file:
        file.truncate(200 * 1024**2)

    with pytest.raises(SubmissionError) as caught:
        read_file(path, max_bytes=64 * 1024**2)

    assert (caught.value.kind, caught.value.values) == ("too_large", {"size_mb": 200.0, "limit_mb": 64.0})


def test_a_named_pipe_is_no_hand_in_and_does_not_block(tmp_path: Path) -> None:
    """Opening it plainly would wait for ever."""
    os.mkfifo(tmp_path / "a.py")

    with pytest.raises(SubmissionError, match="not_a_file"):
        read_file(tmp_path / "a.py", max_bytes=LIMIT)


def test_a_file_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    """The reason is the system's."""
    with pytest.raises(SubmissionError, match="file_unreadable"):
        read_file(tmp_path / "a.py", max_bytes=LIMIT)


def _refuse(path: Path, *_flags: int) -> NoReturn:
    """What the system says to everybody but an administrator, who may read everything."""
    raise PermissionError(errno.EACCES, "Permission denied", str(path))


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its name and the system's reason."""
    monkeypatch.setattr(os, "open", _refuse)

    with pytest.raises(SubmissionError) as caught:
        read_file(tmp_path / "ana.py", max_bytes=LIMIT)

    assert caught.value.kind == "file_unreadable"
    assert caught.value.values == {"name": "ana.py", "reason": "Permission denied"}


def test_a_folder_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of what it holds; it does not vanish."""
    monkeypatch.setattr(os, "scandir", _refuse)

    (entry,) = folder_listing(tmp_path, max_bytes=LIMIT).entries

    with pytest.raises(SubmissionError) as caught:
        entry.read()
    assert caught.value.values == {"name": tmp_path.name, "reason": "Permission denied"}


def test_files_at_any_depth_are_listed_and_rubbish_is_not(tmp_path: Path) -> None:
    """In a fixed order, with the folders, empty ones too."""
    for name in ("ben/a.py", "ana/hw1/deep/b.ipynb", "ana/.ipynb_checkpoints/b.ipynb", "__MACOSX/c.py", "cem/.keep"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    listing = folder_listing(tmp_path, max_bytes=LIMIT)

    assert [entry.path for entry in listing.entries] == ["ana/hw1/deep/b.ipynb", "ben/a.py"]
    assert listing.folders == {("ana",), ("ana", "hw1"), ("ana", "hw1", "deep"), ("ben",), ("cem",)}


def test_links_are_refused_not_followed(tmp_path: Path) -> None:
    """A link in a hand-in could show its owner any file of the machine."""
    (tmp_path / "secret.txt").write_text("secret")
    course = tmp_path / "class"
    course.mkdir()
    (course / "eve.ipynb").symlink_to(tmp_path / "secret.txt")
    (course / "mallory").symlink_to(tmp_path)

    listing = folder_listing(course, max_bytes=LIMIT)

    assert [entry.path for entry in listing.entries] == ["eve.ipynb", "mallory"]
    for entry in listing.entries:
        with pytest.raises(SubmissionError, match="link_refused"):
            entry.read()


def test_a_zip_stands_for_a_folder(tmp_path: Path, zipped: Callable[[Mapping[str, bytes]], bytes]) -> None:
    """What a student packed is looked into."""
    (tmp_path / "ana.zip").write_bytes(zipped({"hw/a.py": b"x = 1"}))

    (entry,) = folder_listing(tmp_path, max_bytes=LIMIT).entries

    assert entry.path == "ana.zip/hw/a.py"
    assert entry.read() == b"x = 1"


def test_a_name_that_is_not_utf_8_is_decoded(tmp_path: Path) -> None:
    """A class that was unpacked by a program that does not convert names."""
    (tmp_path / os.fsdecode("张三.py".encode("gb18030"))).write_text("x = 1")

    assert [entry.name for entry in folder_listing(tmp_path, max_bytes=LIMIT).entries] == ["张三.py"]
