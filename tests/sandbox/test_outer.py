"""Tests of the outer wall: when there is one, and what is found behind it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.sandbox import outer
from grader.sandbox.view import readable_paths

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK = """
import json, os, pathlib, socket
def write(path):
    try:
        open(path, "a").close()
    except OSError as error:
        return error.strerror
    return "written"
status = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
print(json.dumps({
    "namespaces": {kind: os.readlink(f"/proc/self/ns/{kind}") for kind in os.listdir("/proc/self/ns")},
    "capabilities": [status[name].strip() for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")],
    "processes": [name for name in os.listdir("/proc") if name.isdigit()],
    "networks": [name for _, name in socket.if_nameindex()],
    "host": socket.gethostname(),
    "user": os.getuid(),
    "descriptors": sorted(os.listdir("/proc/self/fd")),
    "there": {path: os.path.exists(path) for path in PATHS},
    "written": {path: write(path) for path in PATHS},
    "listed": {path: os.listdir(path) for path in ("/tmp", "/dev/shm")},
    "cwd": os.getcwd(),
}))
"""

needs_bubblewrap = pytest.mark.skipif(outer.refusal() is not None, reason=f"no outer wall here: {outer.refusal()}")


@pytest.fixture
def look() -> Callable[..., dict[str, Any]]:
    """Start an interpreter behind the wall and have it say what it finds, also about some paths."""

    def start(*paths: str | Path, folder: Path | None = None, program: str = sys.executable) -> dict[str, Any]:
        script = f"PATHS = {[str(path) for path in paths]!r}\n{LOOK}"
        command = outer.command([program, "-I", "-c", script], folder=folder, place=folder or Path("/"))
        done = subprocess.run(command, capture_output=True, check=False, env={}, text=True)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert isinstance(found, dict)
        return found

    return start


@pytest.fixture
def bubblewrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a script of its own in bubblewrap's place."""

    def write(script: str) -> None:
        program = tmp_path / "bin" / "bwrap"
        program.parent.mkdir()
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o700)
        monkeypatch.setenv("PATH", str(program.parent))

    return write


def test_without_bubblewrap_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason goes into every report."""
    monkeypatch.setenv("PATH", str(tmp_path))

    assert outer.refusal() == "bubblewrap is not installed"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (
            "echo 'bwrap: No permissions to create new namespace' >&2; exit 1",
            "refused: No permissions to create new namespace",
        ),
        ("exit 3", "refused: exit code 3"),
        ("exec /bin/sleep 5", "bubblewrap did not start within 0 s"),
    ],
    ids=["kernel", "silent", "hangs"],
)
def test_where_it_does_not_work_the_reason_is_told(
    bubblewrap: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    """In its own last words; no student code waits for it."""
    monkeypatch.setattr(outer, "_TRIAL_SECONDS", 0.4)
    bubblewrap(script)

    assert outer.refusal() == reason


def test_it_is_tried_once(bubblewrap: Callable[[str], None], tmp_path: Path) -> None:
    """Each further zygote costs no trial."""
    bubblewrap(f"echo x >> {tmp_path}/tries")

    assert [outer.refusal(), outer.refusal()] == [None, None]
    assert (tmp_path / "tries").read_text(encoding="utf-8") == "x\n"


@needs_bubblewrap
def test_everything_behind_the_wall_is_its_own(look: Callable[..., dict[str, Any]]) -> None:
    """Namespaces, processes, network and host name; no capability, no descriptor, no other user."""
    found = look()

    for kind, ours in outer.own_namespaces().items():
        assert found["namespaces"][kind] != ours, kind
    assert set(found["capabilities"]) == {"0" * 16}
    assert found["processes"] == ["1"]
    assert found["networks"] == ["lo"]
    assert found["host"] == "student"
    assert found["user"] == os.getuid()
    assert found["descriptors"] == ["0", "1", "2", "3"]  # the last is the listing's own


@needs_bubblewrap
def test_shared_places_are_empty_and_nothing_can_be_written(look: Callable[..., dict[str, Any]]) -> None:
    """Not in the file system's root, not to the kernel's settings, and not where others would find it."""
    places = ["/x", "/tmp/x", "/dev/x", "/dev/shm/x", "/etc/x", "/usr/lib/x", "/proc/sys/kernel/core_pattern"]
    found = look(*places)
    needed = {Path(sys.executable), *readable_paths()}  # a checkout may lie in /tmp itself, with its environment
    ways = {path.parts[2] for path in needed if path.is_relative_to("/tmp")}

    assert set(found["listed"]["/tmp"]) <= ways
    assert found["listed"]["/dev/shm"] == []
    assert [place for place, came in found["written"].items() if came == "written"] == []


@needs_bubblewrap
def test_the_machines_files_are_not_there(look: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    """They are not merely forbidden: the names lead nowhere."""
    (tmp_path / "secret").touch()
    checkout = Path(outer.__file__).parents[2]
    places = ["/etc/passwd", "/etc/hostname", "/home", "/usr/bin/env", tmp_path / "secret", checkout / "solutions"]

    assert not any(look(*places)["there"].values())


@needs_bubblewrap
def test_only_the_given_folder_can_be_written_by_its_own_path(
    look: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    """Both sides see the same files there; what lies beside it is out of sight."""
    own, other = tmp_path / "own", tmp_path / "other"
    own.mkdir()
    other.mkdir()
    found = look(own / "file", other, folder=own)

    assert found["cwd"] == str(own)
    assert found["written"] == {str(own / "file"): "written", str(other): "Read-only file system"}
    assert (own / "file").exists()
    assert not found["there"][str(other)]


@needs_bubblewrap
@pytest.mark.parametrize("name", ["/lib", "/usr/lib", "/dev/null", "/dev/urandom", "/proc/self/stat", "/proc/cpuinfo"])
def test_what_libraries_need_is_there(look: Callable[..., dict[str, Any]], name: str) -> None:
    """By the names that they use, links or not."""
    assert look(name)["there"][name]


@needs_bubblewrap
def test_an_interpreter_is_found_through_a_chain_of_links(
    look: Callable[..., dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a virtual environment that lies in a folder that is a link."""
    (tmp_path / "real" / "bin").mkdir(parents=True)
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", tmp_path / "real" / "pyvenv.cfg")
    (tmp_path / "real" / "bin" / "python3").symlink_to(sys.executable)
    (tmp_path / "real" / "bin" / "python").symlink_to("python3")
    (tmp_path / "link").symlink_to("real")
    program = str(tmp_path / "link" / "bin" / "python")
    monkeypatch.setattr(sys, "executable", program)
    outer._view.cache_clear()
    try:
        assert look(program=program)["host"] == "student"
    finally:
        outer._view.cache_clear()


def test_links_are_followed_as_the_kernel_does(tmp_path: Path) -> None:
    """Relative ones, absolute ones, and with ``..`` in them; each link on the way is noted once."""
    root = tmp_path.resolve()
    (root / "a" / "b").mkdir(parents=True)
    (root / "a" / "b" / "file").touch()
    (root / "up").symlink_to("a/b/../b")
    (root / "far").symlink_to(root / "up")
    links: dict[Path, str] = {}

    assert outer._follow(root / "far" / "file", links) == root / "a" / "b" / "file"
    assert links == {root / "far": str(root / "up"), root / "up": "a/b/../b"}
