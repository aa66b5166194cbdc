"""The single home of a slot as its pool sees it: a child process, a channel, a task, a deadline, a folder."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil

from grader.batch.frames import FRAME_BYTES, Failed, Outcome, Prepared, Refused, Task
from grader.sandbox.folders import hold, make_private_folder, remove_folder
from grader.wire.channel import Channel
from grader.wire.faults import WireFault

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.batch.frames import Job
    from grader.model.submission import Submission

# `-P`: a file `torch.py` in the current folder must not become the judge's torch.
SLOT_COMMAND = (sys.executable, "-P", "-m", "grader.batch.slot")
SEND_SECONDS = 60.0
GOODBYE_SECONDS = 15.0
LAST_WORDS_BYTES = 8000


class SlotProcess:
    """One slot. ``deadline`` is the time by which it must say something (by `time.monotonic`)."""

    def __init__(self, job: Job, *, command: Sequence[str], start_seconds: float) -> None:
        self.submission: Submission | None = None
        self.case_count: int | None = None
        """Known once the slot is prepared."""
        self.deadline = time.monotonic() + start_seconds
        self.folder = make_private_folder(prefix="grader-slot-")
        self._held = hold(self.folder)
        self._log = self.folder / "slot.log"
        try:
            self._process, near = self._start(command)
        except OSError:
            self._remove_folder()
            raise
        self._channel = Channel(near, receives=Prepared | Refused | Outcome | Failed, max_frame_bytes=FRAME_BYTES)
        self._say(job)

    def _start(self, command: Sequence[str]) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """The process, and our end of its socket pair."""
        near, far = socket.socketpair()
        with far, self._log.open("wb") as log:
            try:
                process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [*command, str(far.fileno())],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    pass_fds=[far.fileno()],
                    env=_environment(self.folder),
                    start_new_session=True,  # Ctrl-C is the coordinator's to answer
                )
            except OSError:
                near.close()
                raise
        return process, near

    def _say(self, frame: Job | Task) -> None:
        """Tell the slot; one that does not listen is overdue at once."""
        try:
            self._channel.send(frame, seconds=SEND_SECONDS)
        except WireFault:
            self.deadline = 0.0

    def fileno(self) -> int:
        """For `selectors`."""
        return self._channel.fileno()

    def give(self, submission: Submission, *, seconds: float) -> None:
        """Start a task; the slot has ``seconds`` for it."""
        self.submission = submission
        self.deadline = time.monotonic() + seconds
        self._say(Task(submission=submission))

    def answer(self) -> Prepared | Refused | Outcome | Failed | None:
        """What the slot says; None if it died or speaks nonsense."""
        try:
            answer: Prepared | Refused | Outcome | Failed = self._channel.receive(seconds=SEND_SECONDS)
        except WireFault:
            return None
        return answer

    def last_words(self) -> str:
        """How the process ended and the end of what it printed."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        printed = self._log.read_bytes()[-LAST_WORDS_BYTES:].decode(errors="replace") if self._log.exists() else ""
        code = self._process.returncode
        ended = "still ran at its deadline" if code is None else f"ended with {_code_text(code)}"
        return f"slot process {self._process.pid} {ended}\n{printed}".rstrip()

    def dismiss(self) -> None:
        """Let it end by itself, then make sure."""
        self._channel.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GOODBYE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End it and everything it started, and remove its folder."""
        self._channel.close()
        descendants = _descendants(self._process.pid)
        self._process.kill()
        self._process.wait()
        for process in descendants:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(descendants, timeout=GOODBYE_SECONDS)
        self._remove_folder()

    def _remove_folder(self) -> None:
        """Also what a student process made of its own folder below, where it was killed before that was removed."""
        os.close(self._held)
        remove_folder(self.folder)


def _environment(folder: Path) -> dict[str, str]:
    """The coordinator's own, with one thread for numbers and a place of its own for temporary files."""
    return os.environ | {"TMPDIR": str(folder), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _code_text(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def _descendants(pid: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).children(recursive=True)
    return []
