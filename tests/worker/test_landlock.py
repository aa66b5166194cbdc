"""Tests of Landlock: what a child may open when it has entered, with each version that the kernel can play."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.worker import landlock, linux

InChild = Callable[[Callable[[], Any]], Any]
ErrorOf = Callable[..., str]
Enclosed = Callable[..., Any]

VERSIONS = range(1, 8)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The folder of a student."""
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Something that is nobody's business."""
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "suite.py").write_text("BEGIN SOLUTION", encoding="utf-8")
    return folder


@pytest.fixture
def enclosed(in_child: InChild, own: Path, monkeypatch: pytest.MonkeyPatch) -> Enclosed:
    """Run a function in a child that has entered, as on a kernel that speaks ``speaks``."""
    try:
        newest = landlock.version()
    except landlock.NoLandlockError as error:
        pytest.skip(str(error))

    def run(work: Callable[[], Any], *, readable: list[Path] | None = None, speaks: int = newest) -> Any:
        if speaks > newest:
            pytest.skip(f"this kernel speaks version {newest} only")
        monkeypatch.setattr(landlock, "version", lambda: speaks)
        rules = landlock.Places(map(str, readable or [])).ruleset(str(own))

        def enclosed_work() -> Any:
            linux.forbid_new_privileges()
            landlock.enter(rules)
            return work()

        try:
            return in_child(enclosed_work)
        finally:
            os.close(rules)

    return run


@pytest.mark.parametrize("speaks", VERSIONS)
def test_what_is_not_named_can_neither_be_read_nor_changed(
    enclosed: Enclosed, course: Path, speaks: int, error_of: ErrorOf
) -> None:
    """Whatever the kernel's version is: reading, listing, writing, making, removing, moving, linking."""
    suite = course / "suite.py"
    found = enclosed(
        lambda: {
            "read": error_of(suite.read_text),
            "write": error_of(suite.write_text, "mine"),
            "append": error_of(suite.open, "a"),
            "list": error_of(os.listdir, course),
            "list the root": error_of(os.listdir, "/"),
            "list temporary files": error_of(os.listdir, "/tmp"),
            "list processes": error_of(os.listdir, "/proc"),
            "make": error_of((course / "new").touch),
            "make a folder": error_of((course / "folder").mkdir),
            "make a link": error_of((course / "link").symlink_to, suite),
            "make a pipe": error_of(os.mkfifo, course / "pipe"),
            "remove": error_of(suite.unlink),
            "remove a folder": error_of(course.rmdir),
            "rename": error_of(suite.rename, course / "other.py"),
            "shared memory": error_of(Path("/dev/shm/grader-test").touch),
            "users": error_of(Path("/etc/passwd").read_text),
        },
        speaks=speaks,
    )

    assert found == dict.fromkeys(found, "EACCES")
    assert suite.read_text(encoding="utf-8") == "BEGIN SOLUTION"


@pytest.mark.parametrize("speaks", VERSIONS)
def test_the_own_folder_is_its_own(enclosed: Enclosed, own: Path, speaks: int, error_of: ErrorOf) -> None:
    """Files, folders, links, removing, and moving within a folder; between folders since version 2."""

    def work() -> str:
        (own / "a" / "b").mkdir(parents=True)
        (own / "a" / "file").write_text("one")
        with (own / "a" / "file").open("r+") as file:
            file.truncate(2)
        (own / "a" / "file").rename(own / "a" / "moved")
        (own / "link").symlink_to("a/moved")
        assert (own / "link").read_text() == "on"
        between = error_of((own / "a" / "moved").rename, own / "a" / "b" / "moved")
        shutil.rmtree(own / "a")
        return between

    assert enclosed(work, speaks=speaks) == ("EXDEV" if speaks == 1 else "")
    assert [entry.name for entry in own.iterdir()] == ["link"]


@pytest.mark.parametrize("speaks", VERSIONS)
def test_what_is_readable_can_be_read_and_no_more(
    enclosed: Enclosed, course: Path, own: Path, speaks: int, error_of: ErrorOf
) -> None:
    """A folder with all below it, or one file of a folder; nothing is taken out of it by a hard link."""
    (course / "other.py").touch()
    suite = course / "suite.py"

    def work() -> dict[str, str]:
        return {
            "read": error_of(suite.read_text),
            "list": error_of(os.listdir, course),
            "read its neighbour": error_of((course / "other.py").read_text),
            "write": error_of(suite.open, "r+"),
            "link": error_of(os.link, suite, own / "mine"),
        }

    refused = {"write": "EACCES", "link": "EXDEV"}
    assert enclosed(work, readable=[course], speaks=speaks) == {
        "read": "",
        "list": "",
        "read its neighbour": "",
        **refused,
    }
    assert enclosed(work, readable=[suite], speaks=speaks) == {
        "read": "",
        "list": "EACCES",
        "read its neighbour": "EACCES",
        **refused,
    }


@pytest.mark.parametrize("speaks", [3, 7])
def test_what_cannot_be_written_cannot_be_emptied(
    enclosed: Enclosed, course: Path, speaks: int, error_of: ErrorOf
) -> None:
    """Neither by name nor by opening it to be read; older kernels leave that to the filter for system calls."""
    suite = course / "suite.py"
    found = enclosed(
        lambda: (error_of(os.truncate, suite, 0), error_of(os.open, suite, os.O_RDONLY | os.O_TRUNC)),
        readable=[course],
        speaks=speaks,
    )

    assert found == ("EACCES", "EACCES")
    assert suite.read_text(encoding="utf-8") == "BEGIN SOLUTION"


def test_links_and_open_folders_lead_nowhere(enclosed: Enclosed, course: Path, own: Path, error_of: ErrorOf) -> None:
    """What counts is where a way ends: links, `..`, ``/proc/self/root``, the folder that it started in."""

    def work() -> list[str]:
        (own / "link").symlink_to(course)
        os.chdir(own)
        return [
            error_of(Path(way, "suite.py").read_text)
            for way in ("link", "../course", f"/proc/self/root{course}", f"/proc/self/cwd/../{course.name}")
        ]

    assert enclosed(work) == ["EACCES"] * 4


def test_of_processes_it_sees_itself(enclosed: Enclosed, error_of: ErrorOf) -> None:
    """Its maps, its status and its threads, but not the environment of its parent."""
    parent = os.getppid()
    found = enclosed(
        lambda: [
            error_of(Path(place).read_bytes)
            for place in (
                "/proc/self/status",
                "/proc/self/maps",
                f"/proc/{os.getpid()}/cmdline",
                "/proc/thread-self/stat",
                f"/proc/{os.getppid()}/environ",
                f"/proc/{parent}/cmdline",
                "/proc/1/cmdline",
                "/proc/self/task/../../1/cmdline",
            )
        ]
    )

    assert found == [""] * 4 + ["EACCES"] * 4


def test_the_machine_is_not_told_by_its_own_part_of_proc(enclosed: Enclosed, error_of: ErrorOf) -> None:
    """Whom the machine is connected with and what is mounted stands there, too, once for each process and thread."""
    places = [
        f"/proc/{whose}/{name}"
        for whose in ("self", "thread-self")
        for name in ("net/tcp", "net/unix", "net/dev", "mountinfo", "mounts", "cgroup")
        if Path(f"/proc/{whose}/{name}").exists()
    ]

    assert len(places) > 6
    assert enclosed(lambda: {error_of(Path(place).read_bytes) for place in places}) == {"EACCES"}
    assert enclosed(lambda: error_of(os.listdir, "/proc/self/fd")) == ""


def test_devices_without_memory_are_open(enclosed: Enclosed, error_of: ErrorOf) -> None:
    """And what libraries ask about the machine."""

    def work() -> list[Any]:
        with open("/dev/null", "w", encoding="utf-8") as file:  # noqa: PTH123 - as students write it
            file.write("x")
        readable = [
            path for path in landlock.READ_BY_ALL if Path(path).exists() and error_of(os.open, path, os.O_RDONLY)
        ]
        return [readable, error_of(os.open, "/dev/zero", os.O_RDWR), error_of(os.open, "/dev/kmsg", os.O_RDONLY)]

    closed, zero, messages = enclosed(work)
    assert (closed, zero) == ([], "EACCES")
    assert messages in {"EACCES", "ENOENT"}


def test_signals_stay_inside(enclosed: Enclosed, error_of: ErrorOf) -> None:
    """Since version 6; the parent cannot even be asked whether it lives."""
    parent = os.getpid()

    assert enclosed(lambda: error_of(os.kill, parent, 0), speaks=6) == "EPERM"


def test_the_rules_of_one_student_are_not_those_of_the_next(
    in_child: InChild, tmp_path: Path, error_of: ErrorOf
) -> None:
    """Each has a folder of its own, and the first one's is closed to the second."""
    places = landlock.Places([])
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    rules = [places.ruleset(str(folder)) for folder in folders]

    def work() -> list[str]:
        linux.forbid_new_privileges()
        landlock.enter(rules[1])
        return [error_of((folder / "file").touch) for folder in folders]

    assert in_child(work) == ["EACCES", ""]
    for descriptor in rules:
        os.close(descriptor)


def test_what_does_not_exist_on_this_machine_is_left_out(tmp_path: Path) -> None:
    """No font folder, no ``/proc/stat``: there is nothing to allow then; a student's own folder must be there."""
    places = landlock.Places([str(tmp_path / "nowhere")])

    with pytest.raises(FileNotFoundError, match="no folder"):
        places.ruleset(str(tmp_path / "no folder"))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSYS, "has no Landlock .it came with Linux 5.13"),
        (errno.EOPNOTSUPP, "switched off in this kernel .boot option lsm="),
        (errno.EPERM, "refused here .Operation not permitted"),
    ],
)
def test_a_kernel_without_landlock_is_told_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """Too old, switched off, or forbidden by the container."""

    def refuse(*_: int) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(linux, "system_call", refuse)
    with pytest.raises(landlock.NoLandlockError, match=words):
        landlock.Places([])
