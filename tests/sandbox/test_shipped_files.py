"""Tests of the files that an assignment ships, as student processes find them."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.model.assignment import Limits

if TYPE_CHECKING:
    from grader.sandbox.zygote import StudentProcess, Zygote

Run = Callable[[str], tuple["StudentProcess", str]]

SMALL = Limits(cpu_seconds=20, memory_bytes=400 * 1024**2)


def test_shipped_files_lie_in_the_working_folder_fresh_for_each(
    zygote: Zygote, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hand-in reads them by their relative paths, and may spoil its own copy only."""
    source = tmp_path / "tiny.csv"
    source.write_text("1,2", encoding="utf-8")
    look = (
        "answer = open('data/tiny.csv').read() + str(__import__('os').listdir())\n"
        "open('data/tiny.csv', 'w').write('spoilt')\n"
    )
    monkeypatch.setattr(zygote, "_files", {"data/tiny.csv": source})
    for _ in range(2):
        process, seen = run(look)
        process.stop()
        assert seen == "1,2['data']"

    assert source.read_text(encoding="utf-8") == "1,2"


def test_shipped_files_do_not_count_against_the_disk_limit(
    zygote: Zygote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is for what the hand-in itself writes."""
    source = tmp_path / "points.bin"
    source.write_bytes(bytes(8 * 1024**2))
    limits = msgspec.structs.replace(SMALL, disk_bytes=1024**2)
    monkeypatch.setattr(zygote, "_files", {"points.bin": source})
    process = zygote.start_student(limits)
    time.sleep(0.3)  # the watch looks several times
    assert process.stop().breach is None


def test_a_shipped_file_that_is_gone_leaves_nothing_open(zygote: Zygote, monkeypatch: pytest.MonkeyPatch) -> None:
    """The caller hears which one, and the next process starts."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    monkeypatch.setattr(zygote, "_files", {"tiny.csv": Path("/nowhere/tiny.csv")})
    with pytest.raises(FileNotFoundError, match=r"/nowhere/tiny\.csv"):
        zygote.start_student(SMALL)
    monkeypatch.undo()

    assert len(list(Path("/proc/self/fd").iterdir())) == before
    zygote.start_student(SMALL).stop()
    assert sorted(path.name for path in zygote._folder.iterdir()) == ["held", "zygote"]
