"""The single home of the guardian as the trusted side sees it: started, behind the outer wall if it may be, and ended.

What the guardian itself does is in ``grader/worker/guardian.py``. Behind the outer wall it is process 1, and between it
and us stands bubblewrap, which waits for it and ends as it ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from typing import IO, TYPE_CHECKING

from grader.sandbox import outer

if TYPE_CHECKING:
    from pathlib import Path

PLACE = "zygote"
"""The zygote's own place in the folder that it may write to; what it writes there is of no use once it is warm."""
_CLOSE_SECONDS = 15.0
_INFO_BYTES = 4096
_ENTRY = ("-m", "grader.worker")


class Guardian:
    """The process above a zygote. Where no outer wall is put up, ``refusal`` says why; else it is None."""

    def __init__(self, *, folder: Path, last_words: IO[bytes]) -> None:
        """Start it; the zygote below it warms up once it is told what may be read.

        ``folder`` is what it may write to. What it prints goes to ``last_words``; nothing else of ours goes along but
        its end of the control socket.
        """
        self.refusal = outer.refusal()
        self._inner: int | None = None
        place = folder / PLACE
        place.mkdir(mode=0o700)
        self.control, theirs = socket.socketpair()
        """Our end of the control channel; whoever takes it closes it."""
        # Not -I: it would ignore PYTHONHASHSEED, and sets would print in another order each time. The environment is
        # ours alone, so -P and -s are all that is left of it.
        command = [sys.executable, "-P", "-s", *_ENTRY, str(theirs.fileno())]
        try:
            with theirs:
                if self.refusal is None:
                    self._start_behind_the_wall(command, theirs, folder=folder, place=place, last_words=last_words)
                else:
                    self._process = _start(command, (theirs.fileno(),), place=place, last_words=last_words)
        except BaseException:
            self.control.close()
            raise

    @property
    def pid(self) -> int:
        """Its id among our processes."""
        return self._process.pid if self._inner is None else self._inner

    def exit_code(self, *, within: float) -> int | None:
        """How it ended; None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(within)
        return None

    def end(self) -> None:
        """End it with everything below it; all of that is gone when this returns.

        Behind the outer wall the kernel sees to it. Without, the guardian does, and if it cannot, the kernel at least
        ends the zygote with it.
        """
        if self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM if self._inner is None else signal.SIGKILL)
        try:
            self._process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start_behind_the_wall(
        self, command: list[str], control: socket.socket, *, folder: Path, place: Path, last_words: IO[bytes]
    ) -> None:
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb") as info:
            try:
                walled = outer.command(command, folder=folder, place=place, info=writer)
                descriptors = (control.fileno(), writer)
                self._process = _start(walled, descriptors, place=place, last_words=last_words)
            finally:
                os.close(writer)
            told = info.read(_INFO_BYTES)  # to its end, or nothing if bubblewrap gave up
        with contextlib.suppress(ValueError):
            self._inner = int(json.loads(told)["child-pid"])


def _start(
    command: list[str], descriptors: tuple[int, ...], *, place: Path, last_words: IO[bytes]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=last_words,
        pass_fds=descriptors,
        cwd=place,
        env=_environment(place),
        start_new_session=True,
    )


def _environment(folder: Path) -> dict[str, str]:
    """All that the zygote's environment holds. No program is found by its name, with or without the outer wall."""
    places = dict.fromkeys(
        ("HOME", "TMPDIR", "MPLCONFIGDIR", "IPYTHONDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"), folder
    )
    return {name: str(place) for name, place in places.items()} | {
        "PATH": "/nonexistent",
        "LOGNAME": "student",
        "USER": "student",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "CUDA_VISIBLE_DEVICES": "",
        "MALLOC_ARENA_MAX": "4",  # each takes 64 MB of the address space that a student process may have
        "MKL_NUM_THREADS": "1",
        "MPLBACKEND": "Agg",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
    }
