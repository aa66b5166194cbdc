"""Tests of putting up the walls, in a forked child: all that stand, and each that is missing, with its reason."""

from __future__ import annotations

import errno
import getpass
import os
import pickle
import platform
import re
import resource
import socket
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from grader.wire.control import ProcessLimits
from grader.worker import capabilities, confine, landlock, linux, policy, seccomp, syscalls

if TYPE_CHECKING:
    from grader.wire.control import WallReport

LIMITS = ProcessLimits(
    cpu_seconds=20,
    memory_bytes=400 * 1024**2,
    file_bytes=1024**2,
    disk_bytes=0,
    disk_files=0,
    open_files=40,
    threads=0,
    frame_bytes=1024**2,
)
IDS = (
    *("own_process", "closed_descriptors", "limits", "own_folder", "leftovers_killed", "capabilities", "filesystem"),
    *("system_calls", "network"),
)
SHARED = (resource.RLIMIT_SIGPENDING, resource.RLIMIT_NICE)
Confined = Callable[..., tuple[dict[str, "WallReport"], Any]]
ErrorOf = Callable[..., str]


def allow_everything() -> seccomp.Program:
    """A filter that is none."""
    instructions = (seccomp.Instruction(0x15, policy.OWN_PID, 0, 0), seccomp.Instruction(0x06, 0x7FFF_0000))
    return seccomp.Program(instructions, call=syscalls.MACHINES[platform.machine()].numbers["seccomp"])


@pytest.fixture
def materials() -> confine.Materials:
    """For students who may read nothing; tests that need every wall to stand have no place where one cannot."""
    gathered = confine.gather([])
    for missing in (gathered.places, gathered.program):
        if isinstance(missing, str):
            pytest.skip(missing)
    return gathered


@pytest.fixture
def confined(materials: confine.Materials, tmp_path: Path) -> Confined:
    """Run a function in a confined child; gives the walls by their names, and what the function returned."""

    def run(work: Callable[[], Any] = lambda: None, **changes: Any) -> tuple[dict[str, WallReport], Any]:
        folder = tmp_path / "student"
        (folder / "work").mkdir(parents=True, exist_ok=True)
        ours, theirs = socket.socketpair()
        readable, writable = os.pipe()
        rules = materials.ruleset(str(folder))
        surroundings = confine.Surroundings(
            zygote=os.getpid(),
            adopts_orphans=True,
            data=theirs.fileno(),
            report=writable,
            rules=rules,
            program=materials.program,
            folder=str(folder),
            limits=LIMITS,
        )
        child = os.fork()
        if child == 0:
            _report(replace(surroundings, **changes), work)
        for descriptor in (writable, rules):
            assert isinstance(descriptor, int)
            os.close(descriptor)
        ours.close()
        theirs.close()
        with os.fdopen(readable, "rb") as pipe:
            said = pipe.read()
        os.waitpid(child, 0)
        answer = pickle.loads(said)
        assert not isinstance(answer, str), answer
        reports, value = answer
        return {report.id: report for report in reports}, value

    return run


def _report(surroundings: confine.Surroundings, work: Callable[[], Any]) -> NoReturn:
    """Confine this process, run ``work``, say what came of it, and end."""
    answer: Any
    place = surroundings.report
    try:
        reports = confine.confine(surroundings)
        place = confine.REPORT_DESCRIPTOR
        answer = (reports, work())
    except BaseException:  # noqa: BLE001 - the border between two processes
        answer = traceback.format_exc()
    for descriptor in (place, confine.REPORT_DESCRIPTOR):
        try:
            os.write(descriptor, pickle.dumps(answer))
        except OSError:
            continue
        break
    os._exit(0)


def test_every_wall_stands_in_order(confined: Confined) -> None:
    """Each has tried itself; none needed a privilege."""
    walls, _ = confined()

    assert tuple(walls) == IDS
    assert [wall for wall in walls.values() if not wall.stood] == []
    assert walls["limits"].detail == "400 MiB memory, 20 s CPU"
    assert re.fullmatch(r"Landlock, version \d+", walls["filesystem"].detail)


def test_together_they_hold(confined: Confined, tmp_path: Path, error_of: ErrorOf) -> None:
    """One look past each; the own folder is there."""
    parent = os.getpid()
    (tmp_path / "neighbour").write_text("secret", encoding="utf-8")

    def work() -> dict[str, str]:
        Path("result.txt").write_text("fine", encoding="utf-8")
        Path("../data").mkdir()
        return {
            "neighbour": error_of((tmp_path / "neighbour").read_text),
            "list": error_of(os.listdir, tmp_path),
            "socket": error_of(socket.socket),
            "fork": error_of(os.fork),
            "parent": error_of(os.kill, parent, 0),
        }

    _, found = confined(work)
    assert found == {"neighbour": "EACCES", "list": "EACCES", "socket": "EPERM", "fork": "EPERM", "parent": "EPERM"}
    assert (tmp_path / "student" / "work" / "result.txt").read_text(encoding="utf-8") == "fine"


def test_everything_points_to_the_own_folder(confined: Confined, tmp_path: Path) -> None:
    """Where it is, where it is at home, where temporary files go, and a name that needs no list of users."""

    def work() -> list[str]:
        names = ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
        return [os.getcwd(), os.environ["PWD"], getpass.getuser(), *{os.environ[name] for name in names}]  # noqa: PTH109

    folder = tmp_path / "student"
    _, found = confined(work)
    assert found == [str(folder / "work")] * 2 + ["student", str(folder)]


def test_only_the_socket_and_the_report_are_open(confined: Confined) -> None:
    """The rules of Landlock are closed when they are in force."""
    _, found = confined(lambda: sorted(int(entry.name) for entry in Path("/proc/self/fd").iterdir())[:-1])

    assert found == [0, 1, 2, confine.DATA_DESCRIPTOR, confine.REPORT_DESCRIPTOR]


def test_limits_cannot_be_lifted_even_by_root(confined: Confined) -> None:
    """Neither raised nor changed at all."""

    def work() -> list[Any]:
        tried = []
        for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_CPU, resource.RLIMIT_AS):
            before = resource.getrlimit(kind)
            try:
                resource.prlimit(0, kind, (before[0], before[1] + 1))
            except PermissionError:
                tried.append(resource.getrlimit(kind) == before)
        return tried

    assert confined(work)[1] == [True, True, True]


def test_what_an_account_has_in_common_is_not_used_up(confined: Confined) -> None:
    """Queued signals and timers are few, and its priority only gets worse, whatever this account may do."""
    _, found = confined(lambda: [resource.getrlimit(kind)[1] for kind in SHARED])

    pending, priority = found
    assert pending == 256
    assert priority in {0, 1}  # zero where this account may not either


def test_a_crash_leaves_no_core_file(confined: Confined) -> None:
    """One byte is less than any core file, and the sign for a program that collects them to leave this one."""
    assert confined(lambda: resource.getrlimit(resource.RLIMIT_CORE))[1] == (1, 1)


def test_a_limit_that_was_not_set_is_noticed(confined: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs then; what is found under the name of the call may be something else."""
    monkeypatch.setattr(confine, "setrlimit", lambda *_: None)

    with pytest.raises(AssertionError, match=r"NotConfinedError: limit \d+ is .* instead of"):
        confined()


def test_a_process_that_belongs_to_nobody_does_not_run(confined: Confined) -> None:
    """The zygote died in between: nobody would end it."""
    with pytest.raises(AssertionError, match="NotConfinedError: the zygote died while it forked"):
        confined(zygote=1)


def test_a_folder_that_is_not_empty_is_not_its_own(confined: Confined, tmp_path: Path) -> None:
    """Data files lie in `work`; anything beside it was left by somebody."""
    (tmp_path / "student" / "work").mkdir(parents=True)
    (tmp_path / "student" / "work" / "houses.csv").touch()
    assert confined(Path("houses.csv").exists)[1] is True

    (tmp_path / "student" / "planted").touch()
    with pytest.raises(AssertionError, match=re.escape("not empty: ['planted']")):
        confined()


def test_without_landlock_the_other_walls_stand(confined: Confined, error_of: ErrorOf) -> None:
    """The reason is told, and files can be read that this account can read."""
    walls, listed = confined(lambda: error_of(os.listdir, "/"), rules="this kernel has no Landlock")

    assert [wall.id for wall in walls.values() if not wall.stood] == ["filesystem"]
    assert walls["filesystem"].detail == "this kernel has no Landlock"
    assert listed == ""


def test_landlock_that_is_refused_at_the_last_moment_is_missing(
    confined: Confined, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sandbox around us may have used up all layers that the kernel has."""

    def refuse(_: int) -> int:
        raise OSError(errno.E2BIG, "Argument list too long")

    monkeypatch.setattr(landlock, "enter", refuse)
    walls, _ = confined()
    assert not walls["filesystem"].stood
    assert walls["filesystem"].detail == "Landlock is refused here (Argument list too long)"
    assert walls["system_calls"].stood


def test_rules_that_close_nothing_are_noticed(confined: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall looks past itself before it says that it stands."""
    monkeypatch.setattr(landlock, "enter", lambda _: 7)

    walls, _ = confined()
    assert (walls["filesystem"].stood, walls["filesystem"].detail) == (False, "/ can still be listed")


def test_without_a_filter_two_walls_are_missing(confined: Confined) -> None:
    """Calls and network; what the others hold is still held."""
    walls, _ = confined(program="system calls of this machine are not known: riscv64")

    assert [wall.id for wall in walls.values() if not wall.stood] == ["system_calls", "network"]
    assert walls["system_calls"].detail == "system calls of this machine are not known: riscv64"
    assert walls["network"].detail.startswith("sockets can still be made: AF_INET")


@pytest.mark.parametrize(
    ("rules", "detail"),
    [
        ("no Landlock", "signals can still be sent to others"),
        (None, "the death signal can still be turned off"),
    ],
    ids=["alone", "behind Landlock"],
)
def test_a_filter_that_refuses_nothing_is_noticed(confined: Confined, rules: str | None, detail: str) -> None:
    """Also where Landlock keeps signals inside already."""
    changes = {} if rules is None else {"rules": rules}
    walls, _ = confined(program=allow_everything(), **changes)

    assert not walls["system_calls"].stood
    assert not walls["network"].stood
    if rules is not None or landlock.version() >= 6:
        assert walls["system_calls"].detail == detail


def test_a_kernel_without_filters_is_a_missing_wall(confined: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told with what the kernel said."""

    def refuse(*_: Any) -> None:
        raise seccomp.NoFilterError("the kernel takes no filter")

    monkeypatch.setattr(seccomp.Program, "install", refuse)
    walls, _ = confined()
    assert (walls["system_calls"].stood, walls["system_calls"].detail) == (False, "the kernel takes no filter")


@pytest.mark.parametrize(
    ("kept", "lifts", "detail"), [(0x200000, False, "kept: 0x200000"), (0, True, "limits can still be lifted")]
)
def test_rights_that_stay_are_noticed(
    confined: Confined, monkeypatch: pytest.MonkeyPatch, *, kept: int, lifts: bool, detail: str
) -> None:
    """By asking the kernel, and by trying."""
    monkeypatch.setattr(capabilities, "held", lambda: kept)
    monkeypatch.setattr(capabilities, "can_lift_limits", lambda: lifts)

    walls, _ = confined()
    assert (walls["capabilities"].stood, walls["capabilities"].detail) == (False, detail)


@pytest.mark.parametrize(
    ("question", "wall", "detail"),
    [
        ("forbids_new_privileges", "capabilities", "programs can still be given new rights"),
        ("is_filtered", "system_calls", "the kernel says that no filter is on this process"),
    ],
)
def test_what_the_kernel_denies_is_a_missing_wall(
    confined: Confined, monkeypatch: pytest.MonkeyPatch, question: str, wall: str, detail: str
) -> None:
    """Although nothing failed when it was put up."""
    monkeypatch.setattr(linux, question, lambda: False)

    walls, _ = confined()
    assert [(one.id, one.detail) for one in walls.values() if not one.stood] == [(wall, detail)]


def test_orphans_that_nobody_gets_back_are_a_missing_wall(confined: Confined) -> None:
    """They would go to init, where nobody ends them."""
    walls, _ = confined(adopts_orphans=False)

    (missing,) = (one for one in walls.values() if not one.stood)
    assert missing.id == "leftovers_killed"
    assert missing.detail == "the zygote does not get back what a student process leaves behind"


def test_rights_that_the_kernel_keeps_are_a_missing_wall(confined: Confined, monkeypatch: pytest.MonkeyPatch) -> None:
    """Told in words, without the numbers of the call."""

    def refuse() -> None:
        raise OSError(errno.EPERM, "Operation not permitted", "capset(1, 2)")

    monkeypatch.setattr(capabilities, "drop_all", refuse)

    walls, _ = confined()
    assert not walls["capabilities"].stood
    assert walls["capabilities"].detail == "capabilities cannot be given up here (Operation not permitted)"


def test_what_a_machine_cannot_give_is_gathered_as_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """The zygote goes on; the trusted side decides."""

    def no_landlock() -> int:
        raise landlock.NoLandlockError("no Landlock here")

    def no_filter() -> seccomp.Program:
        raise seccomp.NoFilterError("no filter here")

    monkeypatch.setattr(landlock, "version", no_landlock)
    monkeypatch.setattr(seccomp, "assemble", no_filter)
    gathered = confine.gather([])

    assert (gathered.places, gathered.program) == ("no Landlock here", "no filter here")
    assert gathered.ruleset("/nowhere") == "no Landlock here"
