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

import psutil
import pytest

from grader.model.assignment import Limits
from grader.sandbox import guardian, outer
from grader.sandbox import zygote as trusted
from grader.sandbox.folders import make_private_folder, remove_abandoned_folders
from grader.sandbox.zygote import SandboxFailed, StudentProcess, Zygote

if TYPE_CHECKING:
    from collections.abc import Iterable

Run = Callable[[str], tuple[StudentProcess, str]]
RunIn = Callable[[Zygote, str], tuple[StudentProcess, str]]
HostPid = Callable[[Zygote, int], int]

SMALL = Limits(cpu_seconds=20, memory_bytes=400 * 1024**2)

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


def test_a_student_process_that_is_stopped_was_alive_until_then(zygote: Zygote, run: Run, outside: HostPid) -> None:
    """What it used is told, and its folder is gone."""
    process, cwd = run("import os\nanswer = os.getcwd()\nopen('file', 'w').close()\n")
    pid = outside(zygote, process.pid)
    assert is_alive(pid)

    ended = process.stop()
    assert (ended.pid, ended.exit_code, ended.signal, ended.killed_by_us) == (process.pid, None, None, True)
    assert 0 < ended.cpu_seconds < 20
    assert 0 <= ended.peak_memory_bytes < 4 * 1024**3
    assert not is_alive(pid)
    assert not Path(cwd).exists()
    assert process.socket.fileno() == -1
    assert is_alive(outside(zygote, zygote.pid))


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


def test_a_daemon_does_not_outlive_its_student(permissive: Zygote, run_freely: Run, outside: HostPid) -> None:
    """Forking twice, a session of its own and ignored signals do not help."""
    process, daemon = run_freely(DAEMON)
    pid = outside(permissive, int(daemon))
    assert is_alive(pid)

    process.stop()
    assert not is_alive(pid)


def test_processes_that_keep_forking_are_all_killed(permissive: Zygote, run_freely: Run, outside: HostPid) -> None:
    """Each forks its successor and ends; stopping comes before killing so that none slips through."""
    process, _ = run_freely(
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

    assert psutil.Process(outside(permissive, permissive.pid)).children(recursive=True) == []


def test_many_leftovers_are_all_killed(permissive: Zygote, run_freely: Run, outside: HostPid) -> None:
    """Stopped and sleeping ones alike."""
    process, _ = run_freely(
        "import os, signal, time\n"
        "for number in range(12):\n"
        "    if os.fork() == 0:\n"
        "        if number % 2: os.kill(os.getpid(), signal.SIGSTOP)\n"
        "        time.sleep(300)\n"
    )

    pool = psutil.Process(outside(permissive, permissive.pid))
    assert len(pool.children(recursive=True)) == 13

    process.stop()
    assert pool.children(recursive=True) == []


def test_a_tracer_that_holds_its_student_is_killed_with_it(
    permissive: Zygote, run_freely: Run, outside: HostPid
) -> None:
    """A traced process cannot be waited for while its tracer lives, so the tracer must die, too."""
    process, tracer = run_freely(
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
    pids = [outside(permissive, pid) for pid in (process.pid, int(tracer))]

    assert process.stop().killed_by_us
    assert wait_until_gone(pids) == []


def test_a_folder_that_a_student_locked_is_removed(run_freely: Run) -> None:
    """Also with links in it, whose targets stay."""
    process, cwd = run_freely(
        "import os\n"
        "answer = os.getcwd()\n"
        "os.makedirs('a/b/c'); open('a/b/c/file', 'w').close(); os.symlink('/etc', 'a/link')\n"
        "os.chmod('a/b', 0); os.chmod('.', 0); os.chmod('..', 0)\n"
    )
    process.stop()

    assert not Path(cwd).parent.exists()
    assert Path("/etc/passwd").exists()


def test_what_is_left_beside_the_students_folder_is_gone_before_the_next(zygote: Zygote) -> None:
    """Where no wall keeps a student process from writing there, nothing waits there for the next one."""
    process = zygote.start_student(SMALL)
    (zygote._folder / "left").mkdir()
    for place in (
        zygote._folder / "message",
        zygote._folder / "left" / "message",
        zygote._folder / "zygote" / "message",
    ):
        place.write_text("for the next one", encoding="utf-8")
    process.stop()

    assert sorted(path.name for path in zygote._folder.rglob("*")) == ["held", "zygote"]


def test_a_place_for_temporary_files_in_sight_of_students_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of other zygotes would be readable there."""
    monkeypatch.setattr(tempfile, "tempdir", str(Path(os.__file__).parent))

    with pytest.raises(SandboxFailed, match="student code could read it"):
        Zygote()


def test_no_descriptor_is_left_open(zygote: Zygote, outside: HostPid) -> None:
    """Neither here nor in the zygote, however many students come."""
    places = (Path("/proc/self/fd"), Path(f"/proc/{outside(zygote, zygote.pid)}/fd"))
    before = [len(list(place.iterdir())) for place in places]
    for _ in range(3):
        zygote.start_student(Limits()).stop()

    assert [len(list(place.iterdir())) for place in places] == before


def test_a_zygote_that_its_student_kills_is_a_failure_that_leaves_nothing(
    open_permissive: Callable[[], Zygote], run_in: RunIn, outside: HostPid
) -> None:
    """The daemon comes to the guardian, which kills it; the caller hears that the sandbox failed."""
    with open_permissive() as zygote:
        process, daemon = run_in(zygote, DAEMON)
        pids = [outside(zygote, pid) for pid in (zygote.pid, process.pid, int(daemon))]
        os.kill(pids[0], signal.SIGKILL)  # which student code can do as well, where the filter is missing

        with pytest.raises(SandboxFailed, match="exit code 137"):
            process.stop()
        assert wait_until_gone(pids) == []
        with pytest.raises(SandboxFailed, match="has been closed"):
            zygote.start_student(Limits())


def test_a_guardian_that_is_killed_takes_everything_along(
    open_permissive: Callable[[], Zygote], run_in: RunIn, outside: HostPid
) -> None:
    """Behind the outer wall by the kernel; without, zygote and student process die with their parents."""
    with open_permissive() as zygote:
        process, _ = run_in(zygote, "x = 1")
        assert zygote._guardian is not None
        pids = [zygote._guardian.pid, *(outside(zygote, pid) for pid in (zygote.pid, process.pid))]
        os.kill(pids[0], signal.SIGKILL)

        assert wait_until_gone(pids) == []
        with pytest.raises(SandboxFailed, match=r"exit code (137|-9)"):
            process.stop()


def test_closing_ends_everything_and_twice_is_fine(
    open_permissive: Callable[[], Zygote], run_in: RunIn, outside: HostPid
) -> None:
    """The student process with its daemon, the zygote, the guardian and the folder."""
    zygote = open_permissive()
    process, daemon = run_in(zygote, DAEMON)
    assert zygote._guardian is not None
    pids = [zygote._guardian.pid, *(outside(zygote, pid) for pid in (zygote.pid, process.pid, int(daemon)))]
    assert all(is_alive(pid) for pid in pids)

    zygote.close()
    zygote.close()

    assert [pid for pid in pids if is_alive(pid)] == []
    assert not zygote._folder.exists()
    assert process.stop().killed_by_us


def test_an_interrupt_while_waiting_for_an_answer_closes_the_zygote(monkeypatch: pytest.MonkeyPatch) -> None:
    """The late answer would be taken for the next one's; so there is no next one."""

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with Zygote() as zygote:
        assert zygote._guardian is not None
        guardian = zygote._guardian.pid
        monkeypatch.setattr(zygote._channel, "receive", interrupt)
        with pytest.raises(KeyboardInterrupt):
            zygote.start_student(Limits())
        assert not is_alive(guardian)
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
        assert zygote._guardian is not None
        guardian = zygote._guardian.pid
        with pytest.raises(SandboxFailed) as failure:
            zygote.start_student(Limits())
        assert "the working folder is not empty: ['planted']" in failure.value.hint
        assert not is_alive(guardian)


@pytest.mark.usefixtures("mode")
@pytest.mark.parametrize(
    ("script", "finding", "hint"),
    [
        ("import sys; sys.exit('no torch here')", "ended with exit code 1", "no torch here"),
        (
            "import sys, time; print('slow', file=sys.stderr, flush=True); time.sleep(60)",
            "does not answer",
            "slow",
        ),
    ],
    ids=["ends", "hangs"],
)
def test_a_zygote_that_cannot_start_says_what_it_printed(
    monkeypatch: pytest.MonkeyPatch, script: str, finding: str, hint: str
) -> None:
    """The last words on its stderr are the hint; nothing of it is left."""
    outer.refusal()  # its trial is not what is counted here
    monkeypatch.setattr(guardian, "_ENTRY", ("-c", script))
    monkeypatch.setattr(trusted, "_WARM_UP_SECONDS", 2.0)
    before = len(list(Path("/proc/self/fd").iterdir()))

    with pytest.raises(SandboxFailed, match=finding) as failure:
        Zygote()
    assert failure.value.hint == hint
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.usefixtures("mode")
def test_nothing_is_left_alive_when_the_trusted_process_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the guardian, the zygote, the student process or its daemon; the next zygote finds the folder to remove."""
    script = tmp_path / "trusted.py"
    conftest = Path(__file__).with_name("conftest.py")
    script.write_text(
        "import runpy, time\n"
        "from grader.sandbox import guardian\n"
        "from grader.sandbox.zygote import Zygote\n"
        f"shared = runpy.run_path({str(conftest)!r})\n"
        "guardian._ENTRY = ('-c', shared['PERMISSIVE'])\n"
        "zygote = Zygote()\n"
        f"process, daemon = shared['run_below'](zygote, {DAEMON!r})\n"
        "pids = [shared['host_pid'](zygote, pid) for pid in (zygote.pid, process.pid, int(daemon))]\n"
        "print(zygote._guardian._process.pid, zygote._guardian.pid, *pids, flush=True)\n"
        "time.sleep(300)\n",
        encoding="utf-8",
    )
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment) as killed:
        assert killed.stdout is not None
        pids = [int(word) for word in killed.stdout.readline().split()]
        assert len(pids) == 5
        assert all(is_alive(pid) for pid in pids)
        killed.kill()

    assert wait_until_gone(pids) == []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert list(tmp_path.glob("grader-*")) != []
    remove_abandoned_folders()
    assert list(tmp_path.glob("grader-*")) == []
