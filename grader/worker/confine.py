"""The single home of what a student process gives up before its first line of student code.

`WALLS` is the order. Each wall is one function: it goes up, tries itself, and reports; the report goes with the results
to every reader. A new wall is a new function and a new row. A wall that this machine cannot have is reported with the
reason, and whether grading goes on without it, the trusted side decides. One that every machine can have raises if it
fails.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import resource
import signal
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from resource import getrlimit, setrlimit  # by name: what students find under `resource` may be another one
from typing import TYPE_CHECKING

import torch

from grader.wire.control import ProcessLimits, WallReport
from grader.worker import capabilities, landlock, linux, seccomp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DATA_DESCRIPTOR = 3
REPORT_DESCRIPTOR = 4
_RULES_DESCRIPTOR = 5
_ASIDE = 64
"""Where descriptors wait while the low ones are put in order, so that no move overwrites what a later one needs."""

_ADDRESS_SLACK_BYTES = 512 * 1024**2
"""Address space beyond the memory limit, which thread stacks and libraries reserve without using memory."""
_NO_CORE = 1
"""One byte, not zero: for a machine that hands crashes to a program (apport, systemd-coredump) zero means no limit, and
that program would be busy for seconds with gigabytes of torch. One is the kernel's own sign to leave it (core(5))."""
_PENDING_SIGNALS = 256
"""Timers and queued signals, which the kernel counts for all processes of an account together."""
_LAST_PLACE = 1
"""What is 20 minus the niceness that a process may give itself: none that puts it before others."""
_CPU_GRACE_SECONDS = 2
"""Between SIGXCPU, which code may catch, and the kernel's SIGKILL."""
_USER_VARIABLES = dict.fromkeys(("USER", "LOGNAME"), "student")
"""Or else who asks for the user's name would look for the machine's list of users, which cannot be read."""
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_FOLDER_VARIABLES = ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
_WORK = "work"
"""In the student's folder, made by the trusted side with the assignment's data files in it."""


@dataclass(frozen=True, kw_only=True)
class Materials:
    """What costs too much to be made for each student; a text says why it cannot be had on this machine."""

    places: landlock.Places | str
    program: seccomp.Program | str

    def ruleset(self, folder: str) -> int | str:
        """Landlock's rules for a student process with this folder: a descriptor, to be closed."""
        return self.places if isinstance(self.places, str) else self.places.ruleset(folder)


def settle() -> None:
    """In the zygote, once it is warm: what student processes inherit, so that none has to see to it.

    One torch thread, and handlers as in a fresh Python. SIGXFSZ stays ignored, as Python has it: writing too much is
    then an `OSError` in the statement that does it, and the rest of the hand-in still counts.
    """
    torch.set_num_threads(1)
    for number in set(range(1, signal.NSIG)) - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError, ValueError):  # the C library keeps two real-time signals for itself
            signal.signal(number, signal.SIG_IGN if number in _IGNORED_BY_PYTHON else signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def gather(readable: Iterable[str]) -> Materials:
    """Get ready to confine student processes that may read ``readable``."""
    places: landlock.Places | str
    program: seccomp.Program | str
    try:
        places = landlock.Places(readable)
    except landlock.NoLandlockError as error:
        places = str(error)
    try:
        program = seccomp.assemble()
    except seccomp.NoFilterError as error:
        program = str(error)
    return Materials(places=places, program=program)


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the walls need to know."""

    zygote: int
    """Its process id, to notice that it died before the death signal was asked for."""
    adopts_orphans: bool
    """Whether the zygote gets back what the student process leaves behind."""
    data: int
    """The descriptor of the socket to the judge."""
    report: int
    """The descriptor on which the walls are reported to the zygote."""
    rules: int | str
    """The descriptor of Landlock's rules, or why there are none."""
    program: seccomp.Program | str
    """The filter for system calls, or why there is none."""
    folder: str
    limits: ProcessLimits


class NotConfinedError(Exception):
    """A wall that needs no privilege could not be put up; no student code may run."""


def confine(surroundings: Surroundings) -> list[WallReport]:
    """Put up every wall in order.

    From here on the socket to the judge is `DATA_DESCRIPTOR`. `REPORT_DESCRIPTOR` is open, too, and to be closed before
    student code runs.

    Raises:
        NotConfinedError: if one that needs no privilege does not stand.
        OSError: if the kernel refuses one.
    """
    return [wall(surroundings) for wall in WALLS]


def own_process(surroundings: Surroundings) -> WallReport:
    """A session without a terminal, the parent's death signal, no signal held back."""
    os.setsid()
    linux.die_with_parent(signal.SIGKILL)
    if os.getppid() != surroundings.zygote:
        raise NotConfinedError("the zygote died while it forked")
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    with contextlib.suppress(OSError):  # a preference for the kernel, not a wall: some containers forbid it
        linux.be_first_when_memory_runs_out()
    return WallReport(id="own_process", stood=True)


def closed_descriptors(surroundings: Surroundings) -> WallReport:
    """Nothing open but the socket to the judge (report and rules, until student code runs); no terminal to write to."""
    null = os.open(os.devnull, os.O_RDWR)
    moved = {0: null, 1: null, 2: null, DATA_DESCRIPTOR: surroundings.data, REPORT_DESCRIPTOR: surroundings.report}
    if isinstance(surroundings.rules, int):
        moved[_RULES_DESCRIPTOR] = surroundings.rules
    aside = {target: fcntl.fcntl(source, fcntl.F_DUPFD_CLOEXEC, _ASIDE) for target, source in moved.items()}
    for target, source in aside.items():
        os.dup2(source, target, inheritable=target < DATA_DESCRIPTOR)
    os.closerange(max(moved) + 1, max(_open_descriptors()) + 1)
    left = _open_descriptors() - set(moved)
    if len(left) > 1:  # the one is the listing's own
        raise NotConfinedError(f"descriptors are still open: {sorted(left)}")
    return WallReport(id="closed_descriptors", stood=True)


def limits(surroundings: Surroundings) -> WallReport:
    """What the process may use, beyond what the warm libraries hold already."""
    wanted = surroundings.limits
    size, data = linux.mapped_bytes()
    _limit(resource.RLIMIT_CORE, _NO_CORE)
    _limit(resource.RLIMIT_SIGPENDING, _PENDING_SIGNALS)
    _limit(resource.RLIMIT_NICE, _LAST_PLACE)
    _limit(resource.RLIMIT_CPU, wanted.cpu_seconds, wanted.cpu_seconds + _CPU_GRACE_SECONDS)
    _limit(resource.RLIMIT_FSIZE, wanted.file_bytes)
    _limit(resource.RLIMIT_NOFILE, wanted.open_files)
    if wanted.memory_bytes:
        _limit(resource.RLIMIT_DATA, data + wanted.memory_bytes)
        _limit(resource.RLIMIT_AS, size + wanted.memory_bytes + _ADDRESS_SLACK_BYTES)
    megabytes = wanted.memory_bytes // 1024**2
    return WallReport(id="limits", stood=True, detail=f"{megabytes} MiB memory, {wanted.cpu_seconds} s CPU")


def own_folder(surroundings: Surroundings) -> WallReport:
    """A folder of its own, where it starts beside the data files, and where all that asks for a place is sent."""
    os.umask(0o077)
    work = Path(surroundings.folder) / _WORK
    os.chdir(work)
    if held := sorted({entry.name for entry in Path(surroundings.folder).iterdir()} - {_WORK}):
        raise NotConfinedError(f"the working folder is not empty: {held[:5]}")
    os.environ.update(dict.fromkeys(_FOLDER_VARIABLES, surroundings.folder) | _USER_VARIABLES | {"PWD": str(work)})
    tempfile.tempdir = None  # forget what the zygote looked up for itself
    return WallReport(id="own_folder", stood=True)


def leftovers_killed(surroundings: Surroundings) -> WallReport:
    """Whatever the student starts stays a descendant of the zygote, which kills it."""
    if not surroundings.adopts_orphans:
        return _missing("leftovers_killed", "the zygote does not get back what a student process leaves behind")
    return WallReport(id="leftovers_killed", stood=True)


def drop_capabilities(_: Surroundings) -> WallReport:
    """No right that goes beyond the account's, and no way to one; for root, the limits hold from here on."""
    try:
        capabilities.drop_all()
    except OSError as error:
        return _missing("capabilities", f"capabilities cannot be given up here ({error.strerror})")
    if held := capabilities.held():
        return _missing("capabilities", f"kept: {held:#x}")
    if capabilities.can_lift_limits():
        return _missing("capabilities", "limits can still be lifted")
    if not linux.forbids_new_privileges():
        return _missing("capabilities", "programs can still be given new rights")
    return WallReport(id="capabilities", stood=True)


def filesystem(surroundings: Surroundings) -> WallReport:
    """Landlock: libraries to read, the own folder to write, nothing else."""
    if isinstance(surroundings.rules, str):
        return _missing("filesystem", surroundings.rules)
    try:
        version = landlock.enter(_RULES_DESCRIPTOR)
    except OSError as error:
        return _missing("filesystem", f"Landlock is refused here ({error.strerror})")
    finally:
        os.close(_RULES_DESCRIPTOR)
    if not _is_refused(os.listdir, "/"):
        return _missing("filesystem", "/ can still be listed")
    return WallReport(id="filesystem", stood=True, detail=f"Landlock, version {version}")


def system_calls(surroundings: Surroundings) -> WallReport:
    """seccomp: the calls that the policy allows, and no others."""
    if isinstance(surroundings.program, str):
        return _missing("system_calls", surroundings.program)
    try:
        surroundings.program.install(os.getpid())
    except seccomp.NoFilterError as error:
        return _missing("system_calls", str(error))
    if not _is_refused(os.kill, surroundings.zygote, 0):
        return _missing("system_calls", "signals can still be sent to others")
    if not _is_refused(linux.prctl, linux.SET_DEATH_SIGNAL, 0):
        return _missing("system_calls", "the death signal can still be turned off")
    if not linux.is_filtered():
        return _missing("system_calls", "the kernel says that no filter is on this process")
    return WallReport(id="system_calls", stood=True)


def network(_: Surroundings) -> WallReport:
    """No socket of any kind can be made; without one, nothing listens and nothing is called."""
    families = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK)
    if made := [family.name for family in families if not _is_refused(_open_socket, family)]:
        return _missing("network", f"sockets can still be made: {', '.join(made)}")
    return WallReport(id="network", stood=True)


WALLS: tuple[Callable[[Surroundings], WallReport], ...] = (
    own_process,
    closed_descriptors,
    limits,
    own_folder,
    leftovers_killed,
    drop_capabilities,
    filesystem,
    system_calls,
    network,
)


def _missing(wall: str, reason: str) -> WallReport:
    return WallReport(id=wall, stood=False, detail=reason)


def _is_refused(forbidden: Callable[..., object], *arguments: object) -> bool:
    """Whether the walls, and not some other circumstance, keep this process from doing what is forbidden."""
    try:
        forbidden(*arguments)
    except OSError as error:
        return error.errno in {errno.EACCES, errno.EPERM}
    return False


def _open_socket(family: socket.AddressFamily) -> None:
    socket.socket(family, socket.SOCK_DGRAM).close()


def _open_descriptors() -> set[int]:
    return set(map(int, os.listdir("/proc/self/fd")))  # noqa: PTH208 - a third of what paths cost, for every student


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, never above what this process was given; zero means no limit."""
    if soft == 0:
        return
    _, ceiling = getrlimit(kind)
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    setrlimit(kind, (soft, hard))
    if getrlimit(kind) != (soft, hard):
        raise NotConfinedError(f"limit {kind} is {getrlimit(kind)} instead of {(soft, hard)}")
