"""The single home of the outer wall: namespaces around the whole zygote, put up by bubblewrap where that works.

Inside there is an own process table, an own network that leads nowhere, host name and System V objects, and a file
system made of nothing but what `view` lists, read-only, and the zygote's own folder. ``/tmp`` and ``/dev/shm`` are
there, empty and read-only: a student process may write to its own folder alone, whichever of the walls stands.

The guardian is process 1 inside. When it ends, for whatever reason, the kernel ends everything else in there before
anybody can wait for it; so to wait for bubblewrap is to wait for all of them.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.view import named_paths, readable_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

PROGRAM = "bwrap"
_KINDS = ("ipc", "mnt", "net", "pid", "user", "uts")
"""As the kernel names them in ``/proc/self/ns``. The one for control groups is made, too, where there is one."""

_TRIAL_SECONDS = 20.0
_REASON_LENGTH = 200
_CPUS = Path("/sys/devices/system/cpu")
_KERNEL_SETTINGS = ("acpi", "bus", "driver", "fs", "irq", "mtrr", "scsi", "sys", "sysrq-trigger")
"""What root's own processes may write to in ``/proc`` without any capability, and then for the whole machine."""


def refusal() -> str | None:
    """Why there can be no outer wall on this machine, in few words; None where a trial has shown that there can.

    The trial starts this interpreter behind the wall, once for each bubblewrap that the search path has led to.
    """
    program = shutil.which(PROGRAM)
    return "bubblewrap is not installed" if program is None else _try(program)


def own_namespaces() -> dict[str, str]:
    """The namespaces of this process, as ``kind`` → ``kind:[number]``."""
    return {kind: str(Path(f"/proc/self/ns/{kind}").readlink()) for kind in _KINDS}


def command(
    inner: Sequence[str], *, folder: Path | None = None, place: Path = Path("/"), info: int | None = None
) -> list[str]:
    """The command that runs ``inner`` behind the wall, in ``place``; only ``folder`` can be written to.

    On the descriptor ``info`` bubblewrap tells, as JSON, under which ``child-pid`` the trusted side knows process 1.
    """
    return [
        shutil.which(PROGRAM) or PROGRAM,
        *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
        *("--die-with-parent", "--as-pid-1", "--cap-drop", "ALL", "--hostname", "student"),
        *(() if info is None else ("--info-fd", str(info))),
        *_view(),
        *("--proc", "/proc"),
        *(option for name in _KERNEL_SETTINGS for option in ("--ro-bind-try", f"/proc/{name}", f"/proc/{name}")),
        *("--dev", "/dev", "--dir", "/dev/shm", "--dir", "/tmp"),  # noqa: S108 - inside, not ours
        *(() if folder is None else ("--bind", str(folder), str(folder))),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", str(place)),
        "--",
        *inner,
    ]


@functools.cache
def _try(program: str) -> str | None:
    """What keeps an interpreter from starting behind the wall; None if nothing does."""
    trial = command([sys.executable, "-I", "-S", "-c", "pass"])
    try:
        done = subprocess.run(  # noqa: S603 - bubblewrap and our own interpreter
            [program, *trial[1:]], check=False, capture_output=True, env={}, timeout=_TRIAL_SECONDS
        )
    except subprocess.TimeoutExpired:
        return f"bubblewrap did not start within {_TRIAL_SECONDS:.0f} s"
    except OSError as error:
        return f"bubblewrap cannot be run: {error.strerror}"
    if done.returncode == 0:
        return None
    said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.returncode}"]
    return f"refused: {said[-1].removeprefix(f'{PROGRAM}: ')}"[:_REASON_LENGTH]


@functools.cache
def _view() -> tuple[str, ...]:
    """The options that show what may be read, and what the interpreter needs to start besides."""
    links: dict[Path, str] = {}
    bound = set(readable_paths())
    for path in (*named_paths(), *_start_of_the_interpreter(), _CPUS):
        if path.exists():
            bound.add(_follow(path, links))
    outermost = sorted(path for path in bound if bound.isdisjoint(path.parents))
    shown = ((link, target) for link, target in sorted(links.items()) if bound.isdisjoint(link.parents))
    return tuple(_options(shown, outermost))


def _options(links: Iterable[tuple[Path, str]], bound: Iterable[Path]) -> Iterator[str]:
    for link, target in links:
        yield from ("--symlink", target, str(link))
    for path in bound:
        yield from ("--ro-bind", str(path), str(path))


def _start_of_the_interpreter() -> Iterator[Path]:
    """The program by each of its names, and the file that makes a folder a virtual environment."""
    yield Path(sys.executable)
    yield Path(sys.executable).parent.parent / "pyvenv.cfg"
    yield Path(getattr(sys, "_base_executable", sys.executable))


def _follow(path: Path, links: dict[Path, str]) -> Path:
    """The real path of ``path``, which exists; every link on the way goes into ``links``."""
    real = Path("/")
    waiting = list(reversed(path.parts[1:]))
    while waiting:
        part = waiting.pop()
        step = real / part
        if part == "..":
            real = real.parent
        elif step.is_symlink():
            links[step] = target = str(step.readlink())
            if target.startswith("/"):
                real = Path("/")
            waiting += reversed([name for name in Path(target).parts if name != "/"])
        else:
            real = step
    return real
