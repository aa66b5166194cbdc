"""Tests of the trusted side of a zygote: start, stop, and nothing left alive whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.model.assignment import Limits
from grader.sandbox import zygote as trusted
from grader.sandbox.folders import make_private_folder, remove_abandoned_folders
from grader.sandbox.zygote import SandboxFailed, StudentProcess, Zygote

if TYPE_CHECKING:
    from collections.abc import Iterable

Run = Callable[[str], tuple[StudentProcess, str]]
RunIn = Callable[[Zygote, str], tuple[StudentProcess, str]]

# A process that forked twice, leads a session of its own, ignores every signal that can be ignored, and sleeps.
DAEMON = """
import os, signal, time
reader, writer = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        os.write(writer, str(os.getpid()).encode())
        time.sleep(300)
    os._exit(0)
os.wait()
answer = os.read(reader, 20).decode()
"""


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pids: Iterable[int]) -> list[int]:
    """Those of ``pids`` that are alive when there was time enough to die."""
    left = list(pids)
    for _ in range(500):
        left = [pid for pid in left if is_alive(pid)]
        if not left:
            break
        time.sleep(0.02)
    return left


def test_a_student_process_that_is_stopped_was_alive_until_then(zygote: Zygote, run: Run) -> None:
    """What it used is told, and its folder is gone."""
    process, cwd = run("import os\nanswer = os.getcwd()\nopen('file', 'w').close()\n")
    assert is_alive(process.pid)

    ended = process.stop()
    assert (ended.pid, ended.exit_code, ended.signal, ended.killed_by_us) == (process.pid, None, None, True)
    assert 0 < ended.cpu_seconds < 20
    assert 0 < ended.peak_memory_bytes < 200 * 1024**2  # without the libraries, which the zygote has loaded
    assert ended.leftovers == 0
    assert not is_alive(process.pid)
    assert not Path(cwd).exists()
    assert process.socket.fileno() == -1
    assert is_alive(zygote.pid)


def test_stopping_twice_says_the_same(run: Run) -> None:
    """The second call does nothing."""
    process, _ = run("x = 1")

    assert process.stop() is process.stop()


def test_two_students_never_live_at_once(zygote: Zygote, run: Run) -> None:
    """The next may start only when the one before has been stopped."""
    process, _ = run("x = 1")

    with pytest.raises(RuntimeError, match=f"{process.pid} has not been stopped"):
        zygote.start_student(Limits())
    process.stop()
    zygote.start_student(Limits()).stop()


def test_a_daemon_does_not_outlive_its_student(run: Run) -> None:
    """Forking twice, a session of its own and ignored signals do not help."""
    process, daemon = run(DAEMON)
    assert is_alive(int(daemon))

    assert process.stop().leftovers == 1
    assert not is_alive(int(daemon))


def test_processes_that_keep_forking_are_all_killed(run: Run) -> None:
    """Each forks its successor and ends; stopping comes before killing so that none slips through."""
    process, _ = run(
        "import os, time\n"
        "for _ in range(3):\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        for _ in range(200):\n"
        "            time.sleep(0.01)\n"
        "            if os.fork(): os._exit(0)\n"
        "        time.sleep(300)\n"
    )
    time.sleep(0.2)
    process.stop()

    below = [pid for pid in _children_of_the_zygote(process) if is_alive(pid)]
    assert below == []


def test_many_leftovers_are_counted(run: Run) -> None:
    """Stopped and sleeping ones alike."""
    process, _ = run(
        "import os, signal, time\n"
        "for number in range(12):\n"
        "    if os.fork() == 0:\n"
        "        if number % 2: os.kill(os.getpid(), signal.SIGSTOP)\n"
        "        time.sleep(300)\n"
    )

    assert process.stop().leftovers == 12


def test_a_tracer_that_holds_its_student_is_killed_with_it(run: Run) -> None:
    """A traced process cannot be waited for while its tracer lives, so the tracer must die, too."""
    process, tracer = run(
        "import ctypes, os, time\n"
        "reader, writer = os.pipe()\n"
        "student = os.getpid()\n"
        "tracer = os.fork()\n"
        "if tracer == 0:\n"
        "    seize = 0x4206\n"
        "    os.write(writer, str(ctypes.CDLL(None).ptrace(seize, student, None, None)).encode())\n"
        "    time.sleep(300)\n"
        "assert os.read(reader, 2) == b'0'\n"
        "answer = str(tracer)\n"
    )

    assert process.stop().killed_by_us
    assert wait_until_gone([process.pid, int(tracer)]) == []


def test_a_folder_that_a_student_locked_is_removed(run: Run) -> None:
    """Also with links in it, whose targets stay."""
    process, cwd = run(
        "import os\n"
        "answer = os.getcwd()\n"
        "os.makedirs('a/b/c'); open('a/b/c/file', 'w').close(); os.symlink('/etc', 'a/link')\n"
        "os.chmod('a/b', 0); os.chmod('.', 0)\n"
    )
    process.stop()

    assert not Path(cwd).exists()
    assert Path("/etc/passwd").exists()


def test_no_descriptor_is_left_open(zygote: Zygote) -> None:
    """Neither here nor in the zygote, however many students come."""
    places = (Path("/proc/self/fd"), Path(f"/proc/{zygote.pid}/fd"))
    before = [len(list(place.iterdir())) for place in places]
    for _ in range(3):
        zygote.start_student(Limits()).stop()

    assert [len(list(place.iterdir())) for place in places] == before


def test_a_zygote_that_its_student_kills_is_a_failure_that_leaves_nothing(run_in: RunIn) -> None:
    """The daemon comes to the guardian, which kills it; the caller hears that the sandbox failed."""
    with Zygote() as zygote:
        process, daemon = run_in(zygote, DAEMON)
        os.kill(zygote.pid, signal.SIGKILL)  # which student code can do as well

        with pytest.raises(SandboxFailed, match="exit code 137"):
            process.stop()
        assert wait_until_gone([process.pid, int(daemon), zygote.pid]) == []
        with pytest.raises(SandboxFailed, match="has been closed"):
            zygote.start_student(Limits())


def test_closing_ends_everything_and_twice_is_fine(run_in: RunIn) -> None:
    """The student process with its daemon, the zygote, the guardian and the folder."""
    zygote = Zygote()
    process, daemon = run_in(zygote, DAEMON)
    guardian = zygote._process
    assert guardian is not None

    zygote.close()
    zygote.close()

    assert wait_until_gone([process.pid, int(daemon), zygote.pid, guardian.pid]) == []
    assert not zygote._folder.exists()
    assert process.stop().killed_by_us


def test_an_interrupt_while_waiting_for_an_answer_closes_the_zygote(monkeypatch: pytest.MonkeyPatch) -> None:
    """The late answer would be taken for the next one's; so there is no next one."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with Zygote() as zygote:
        monkeypatch.setattr(zygote._channel, "receive", interrupt)
        with pytest.raises(KeyboardInterrupt):
            zygote.start_student(Limits())
        assert wait_until_gone([zygote.pid]) == []
        with pytest.raises(SandboxFailed, match="has been closed"):
            zygote.start_student(Limits())


def test_a_student_that_cannot_be_confined_does_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wall that does not stand is a failure with its reason, and no student code runs."""

    def prepared(**options: object) -> Path:
        folder = make_private_folder(**options)  # type: ignore[arg-type]
        if options:
            (folder / "planted").touch()
        return folder

    monkeypatch.setattr(trusted, "make_private_folder", prepared)
    with Zygote() as zygote:
        with pytest.raises(SandboxFailed) as failure:
            zygote.start_student(Limits())
        assert "the working folder is not empty: ['planted']" in failure.value.hint
        assert wait_until_gone([zygote.pid]) == []


@pytest.mark.parametrize(
    ("script", "finding", "hint"),
    [
        ("echo no torch here >&2; exit 3", "ended with exit code 3", "no torch here"),
        ("echo slow >&2; exec sleep 60", "does not answer", "slow"),
    ],
    ids=["ends", "hangs"],
)
def test_a_zygote_that_cannot_start_says_what_it_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, finding: str, hint: str
) -> None:
    """The last words on its stderr are the hint; nothing of it is left."""
    interpreter = tmp_path / "python"
    interpreter.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    interpreter.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(interpreter))
    monkeypatch.setattr(trusted, "_WARM_UP_SECONDS", 2.0)
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(SandboxFailed, match=finding) as failure:
        Zygote()
    assert failure.value.hint == hint
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_nothing_is_left_alive_when_the_trusted_process_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the guardian, the zygote, the student process or its daemon; the next zygote finds the folder to remove."""
    script = tmp_path / "trusted.py"
    conftest = Path(__file__).with_name("conftest.py")
    script.write_text(
        "import runpy, time\n"
        "from grader.sandbox.zygote import Zygote\n"
        f"run_below = runpy.run_path({str(conftest)!r})['run_below']\n"
        "zygote = Zygote()\n"
        f"process, daemon = run_below(zygote, {DAEMON!r})\n"
        "print(zygote._process.pid, zygote.pid, process.pid, daemon, flush=True)\n"
        "time.sleep(300)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment) as killed:
        assert killed.stdout is not None
        pids = [int(word) for word in killed.stdout.readline().split()]
        assert len(pids) == 4
        assert all(is_alive(pid) for pid in pids)
        killed.kill()

    assert wait_until_gone(pids) == []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert list(tmp_path.glob("grader-*")) != []
    remove_abandoned_folders()
    assert list(tmp_path.glob("grader-*")) == []


def _children_of_the_zygote(process: StudentProcess) -> list[int]:
    parent = process._zygote.pid
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == parent:
                found.append(int(entry.name))
    return found
