"""Files are written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.batch.storing import check_writable, make_folder, write_whole
from grader.errors import MachineError, UsageError


def test_a_file_and_its_folder_are_made(tmp_path: Path) -> None:
    """And nothing else is left beside it."""
    write_whole(tmp_path / "ana" / "result.json", b"{}")

    assert [path.name for path in (tmp_path / "ana").iterdir()] == ["result.json"]


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    """By the whole of the new one."""
    (tmp_path / "a").write_bytes(b"older and longer")

    write_whole(tmp_path / "a", b"new")

    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_failed_write_leaves_the_older_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk costs nothing that was there."""
    (tmp_path / "a").write_bytes(b"old")

    def fail(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)

    with pytest.raises(MachineError, match="No space left") as caught:
        write_whole(tmp_path / "a", b"new")

    assert caught.value.place == str(tmp_path / "a")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_a_file_in_the_place_of_the_folder_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    """Nothing is overwritten."""
    (tmp_path / "out").touch()

    with pytest.raises(UsageError, match="found a file"):
        make_folder(tmp_path / "out")


def test_a_folder_that_cannot_be_made_is_a_mistake_of_the_command() -> None:
    """Below a file system that nobody writes to."""
    with pytest.raises(UsageError, match="cannot be made"):
        make_folder(Path("/proc/nobody/out"))


def test_looking_whether_a_file_can_be_written_leaves_the_older_one(tmp_path: Path) -> None:
    """And nothing beside it but the folder that it needs."""
    (tmp_path / "a").write_text("old")

    check_writable(tmp_path / "a", hint="")
    check_writable(tmp_path / "new" / "b", hint="")

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "new"]
    assert (tmp_path / "a").read_text() == "old"


def test_a_file_that_cannot_be_written_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    """Told with its place and what to do."""
    (tmp_path / "file").touch()

    with pytest.raises(UsageError, match="cannot be written") as caught:
        check_writable(tmp_path / "file" / "b", hint="name another")

    assert (caught.value.place, caught.value.hint) == (str(tmp_path / "file" / "b"), "name another")
