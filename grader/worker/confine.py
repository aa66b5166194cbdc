"""The single home of what a student process gives up before its first line of student code.

`WALLS` is the order. Each wall is one function that either stands or raises; what it reports goes with the results into
every report. A new layer is a new function and a new row. What is not built yet is reported as not standing, so that no
report promises more than there is.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
import signal
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from grader.wire.frames import ProcessLimits, WallReport
from grader.worker import linux

if TYPE_CHECKING:
    from collections.abc import Callable

DATA_DESCRIPTOR = 3
REPORT_DESCRIPTOR = 4
_ASIDE = 64
"""Where descriptors wait while the low ones are put in order, so that no move overwrites what a later one needs."""

_ADDRESS_SLACK_BYTES = 512 * 1024**2
"""Address space beyond the memory limit, which thread stacks and libraries reserve without using memory."""
_CPU_GRACE_SECONDS = 2
"""Between SIGXCPU, which code may catch, and the kernel's SIGKILL."""
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_FOLDER_VARIABLES = ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
_WORK = "work"
"""In the student's folder, made by the trusted side with the assignment's data files in it; all else is not there yet."""


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
    """A session without a terminal, the parent's death signal, Python's own signal handling, one torch thread."""
    os.setsid()
    linux.die_with_parent(signal.SIGKILL)
    if os.getppid() != surroundings.zygote:
        raise NotConfinedError("the zygote died while it forked")
    _default_signals()
    torch.set_num_threads(1)
    with contextlib.suppress(OSError):  # a preference for the kernel, not a wall: some containers forbid it
        linux.be_first_when_memory_runs_out()
    return WallReport(id="own_process", stood=True)


def closed_descriptors(surroundings: Surroundings) -> WallReport:
    """Nothing open but the socket to the judge (and the report, until student code runs); no terminal to write to."""
    null = os.open(os.devnull, os.O_RDWR)
    moved = {0: null, 1: null, 2: null, DATA_DESCRIPTOR: surroundings.data, REPORT_DESCRIPTOR: surroundings.report}
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
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, wanted.cpu_seconds, wanted.cpu_seconds + _CPU_GRACE_SECONDS)
    _limit(resource.RLIMIT_FSIZE, wanted.file_bytes)
    _limit(resource.RLIMIT_NOFILE, wanted.open_files)
    if wanted.memory_bytes:
        _limit(resource.RLIMIT_DATA, data + wanted.memory_bytes)
        _limit(resource.RLIMIT_AS, size + wanted.memory_bytes + _ADDRESS_SLACK_BYTES)
    megabytes = wanted.memory_bytes // 1024**2
    detail = f"{megabytes} MiB memory, {wanted.cpu_seconds} s CPU"
    return WallReport(id="limits", stood=True, detail=detail if os.geteuid() else f"{detail}; root may lift them")


def own_folder(surroundings: Surroundings) -> WallReport:
    """An empty folder of its own, which is where it starts and where everything that asks for a place is sent."""
    os.umask(0o077)
    work = Path(surroundings.folder) / _WORK
    os.chdir(work)
    if held := sorted({entry.name for entry in Path(surroundings.folder).iterdir()} - {_WORK}):
        raise NotConfinedError(f"the working folder is not empty: {held[:5]}")
    os.environ.update(dict.fromkeys(_FOLDER_VARIABLES, surroundings.folder) | {"PWD": str(work)})
    tempfile.tempdir = None  # forget what the zygote looked up for itself
    return WallReport(id="own_folder", stood=True)


def leftovers_killed(surroundings: Surroundings) -> WallReport:
    """Whatever the student starts stays a descendant of the zygote, which kills it.

    Shared memory that outlives its processes carries no owner that could be trusted; removing it waits for a namespace.
    """
    detail = "processes; shared memory objects outlive them"
    return WallReport(id="leftovers_killed", stood=surroundings.adopts_orphans, detail=detail)


def filesystem(_: Surroundings) -> WallReport:
    """Not built yet."""
    return WallReport(
        id="filesystem", stood=False, detail="not confined yet: student code can read files that this user can read"
    )


def network(_: Surroundings) -> WallReport:
    """Not built yet."""
    return WallReport(
        id="network", stood=False, detail="not confined yet: student code can reach what this machine can reach"
    )


WALLS: tuple[Callable[[Surroundings], WallReport], ...] = (
    own_process,
    closed_descriptors,
    limits,
    own_folder,
    leftovers_killed,
    filesystem,
    network,
)


def _open_descriptors() -> set[int]:
    return {int(entry.name) for entry in Path("/proc/self/fd").iterdir()}


def _default_signals() -> None:
    """Handlers as in a fresh Python, nothing blocked.

    SIGXFSZ stays ignored, as Python has it: writing too much is then an `OSError` in the statement that does it, and
    the rest of the hand-in still counts.
    """
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        with contextlib.suppress(OSError, ValueError):  # the C library keeps two real-time signals for itself
            signal.signal(number, signal.SIG_IGN if number in _IGNORED_BY_PYTHON else signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _limit(kind: int, soft: int, hard: int | None = None) -> None:
    """Set a limit, never above what this process was given; zero means no limit, except for core files."""
    if soft == 0 and kind != resource.RLIMIT_CORE:
        return
    _, ceiling = resource.getrlimit(kind)
    hard = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))
