"""What is left on a machine is seen: each kind of thing is planted once, found, and gone again."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

Traces: TypeAlias = Any
"""What is on the machine; see ``tests/conftest.py``."""
IPC_PRIVATE, IPC_REMOVE, ONLY_OURS = 0, 0, 0o600
ORPHAN = "import os, sys\nif os.fork() == 0: os.setsid(); os.execvp('sleep', ['sleep', '60'])"
_LIBC = ctypes.CDLL(None, use_errno=True)


@pytest.fixture
def traces(traces_below: Callable[[Path], Traces], tmp_path: Path) -> Traces:
    """What is there below a folder of the test's own."""
    return traces_below(tmp_path)


@contextmanager
def _file(traces: Traces) -> Iterator[str]:
    file = traces.temporary / "left"
    file.touch()
    yield "file temporary/left"
    file.unlink()


@contextmanager
def _changed_decoy(traces: Traces) -> Iterator[str]:
    decoy = traces.temporary.parent / "decoy" / "kept.txt"
    before = decoy.stat()
    decoy.chmod(0o777)
    yield "file decoy, not as it was"
    decoy.chmod(before.st_mode)


@contextmanager
def _child(_: Traces) -> Iterator[str]:
    with subprocess.Popen(["sleep", "60"]) as process:
        yield f"process {process.pid}"
        process.kill()


@contextmanager
def _orphan(traces: Traces) -> Iterator[str]:
    """A process in a session of its own, whose parent has ended; only its environment tells where it comes from."""
    environment = {**os.environ, "TMPDIR": str(traces.temporary)}
    before = traces.ours()
    subprocess.run([sys.executable, "-c", ORPHAN], env=environment, check=True)
    (pid,) = (int(thing.split()[1]) for thing in traces.ours() - before)
    yield f"process {pid}"
    os.kill(pid, signal.SIGKILL)
    while f"process {pid}" in traces.ours():
        signal.sigtimedwait((), 0.01)


@contextmanager
def _shared_file(_: Traces) -> Iterator[str]:
    file = Path(f"/dev/shm/grader-planted-{os.getpid()}")
    file.touch()
    yield str(file)
    file.unlink()


@contextmanager
def _object(kind: str, make: Callable[[], int], remove: Callable[[int], object], _: Traces) -> Iterator[str]:
    """An object of System V."""
    made = make()
    if made == -1:
        pytest.skip(f"this machine has no such objects: {os.strerror(ctypes.get_errno())}")
    yield f"{kind} {IPC_PRIVATE} {made}"
    remove(made)


@contextmanager
def _mount(traces: Traces) -> Iterator[str]:
    made = subprocess.run(["mount", "-t", "tmpfs", "none", traces.temporary], check=False, capture_output=True)
    if made.returncode != 0:
        pytest.skip(f"this user may not mount: {made.stderr.decode().strip()}")
    yield f"mount {traces.temporary}"
    subprocess.run(["umount", traces.temporary], check=True)


PLANTS = {
    "file": _file,
    "changed decoy": _changed_decoy,
    "child": _child,
    "orphan": _orphan,
    "file in shared memory": _shared_file,
    "shared memory": partial(
        _object,
        "shm",
        lambda: _LIBC.shmget(IPC_PRIVATE, 4096, ONLY_OURS),
        lambda number: _LIBC.shmctl(number, IPC_REMOVE, None),
    ),
    "semaphore": partial(
        _object,
        "sem",
        lambda: _LIBC.semget(IPC_PRIVATE, 1, ONLY_OURS),
        lambda number: _LIBC.semctl(number, 0, IPC_REMOVE),
    ),
    "message queue": partial(
        _object,
        "msg",
        lambda: _LIBC.msgget(IPC_PRIVATE, ONLY_OURS),
        lambda number: _LIBC.msgctl(number, IPC_REMOVE, None),
    ),
    "mount": _mount,
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_what_is_left_is_seen(traces: Traces, plant: Callable[[Traces], AbstractContextManager[str]]) -> None:
    """Otherwise finding nothing after an attack would prove nothing."""
    before = traces.ours() | traces.lasting()

    with plant(traces) as planted:
        seen = traces.ours() | traces.lasting()

    assert planted in seen - before
    assert planted not in traces.ours() | traces.lasting()
