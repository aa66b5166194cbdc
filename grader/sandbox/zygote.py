"""The single home of the trusted side of a zygote: start it, have it fork, stop what it forked, notice when it dies."""

from __future__ import annotations

import math
import os
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from grader.errors import MachineError
from grader.model.result import Wall
from grader.sandbox.folders import (
    LOCK,
    copy_into,
    hold,
    make_private_folder,
    remove_abandoned_folders,
    remove_folder,
    sweep,
)
from grader.sandbox.guardian import PLACE, Guardian
from grader.sandbox.outer import own_namespaces
from grader.sandbox.view import expect_out_of_sight, readable_paths
from grader.sandbox.walls import NAMESPACES
from grader.wire.channel import Channel
from grader.wire.control import Control, Ended, Prepare, ProcessLimits, Ready, Start, Started, Stop
from grader.wire.faults import WireFault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from grader.model.assignment import Limits

_WARM_UP_SECONDS = 120.0
_START_SECONDS = 30.0
_STOP_SECONDS = 25.0
_CONTROL_FRAME_BYTES = 64 * 1024
WORK = "work"
"""Where a student process starts, within its folder: the data files are there, and `../` of it is its own, too."""
_LAST_WORDS_BYTES = 4000

Answer = TypeVar("Answer", Ready, Started, Ended)


class SandboxFailed(MachineError):  # noqa: N818 - named by what happened, as the other errors of this tree
    """The zygote died, cannot start or does not answer. It is closed then; the caller starts another one."""


class StudentProcess:
    """One confined process in which one submission runs; stop it before the zygote starts the next."""

    def __init__(self, zygote: Zygote, *, started: Started, data: socket.socket, folder: Path) -> None:
        self._zygote = zygote
        self._folder = folder
        self._ended: Ended | None = None
        self.pid = started.pid
        self.socket = data
        """To the judge's peer; closed by `stop`."""
        inner = tuple(Wall(id=wall.id, stood=wall.stood, detail=wall.detail) for wall in started.walls)
        self.walls = (*inner, zygote.outer_wall)

    def stop(self) -> Ended:
        """End it with everything it left behind; says how it ended. A second call says the same.

        Raises:
            SandboxFailed: if the zygote died over it.
        """
        if self._ended is None:
            try:
                self._ended = self._zygote._stop(self.pid)  # noqa: SLF001 - the two are one thing in two classes
            finally:
                self._clean_up()
        return self._ended

    def _abandon(self) -> None:
        """The zygote is gone, and with it this process."""
        if self._ended is None:
            self._ended = Ended(pid=self.pid, killed_by_us=True)
        self._clean_up()

    def _clean_up(self) -> None:
        self.socket.close()
        remove_folder(self._folder)


class Zygote:
    """A warm process that forks one student process at a time.

    It knows no path but its own empty folder and what every student process may read. Where the machine has what it
    takes, it stands behind the outer wall (`outer_wall`) with all that it forks.

    Not for sharing between threads, and to be used from a thread that lives as long as it does: the kernel ends the
    zygote when the thread that started it ends.
    """

    def __init__(self, *, files: Mapping[str, Path] | None = None) -> None:
        """Start it; ``files`` are copied into each student's folder, to the relative paths that are their keys."""
        if sys.platform != "linux":
            raise SandboxFailed(f"student processes need Linux, this is {sys.platform}", hint="use a Linux container")
        remove_abandoned_folders()
        self._files = {} if files is None else dict(files)
        expect_out_of_sight([Path(tempfile.gettempdir())], SandboxFailed)
        self._folder = make_private_folder()
        self._hold: int | None = hold(self._folder)
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `close`
        self._student: StudentProcess | None = None
        self._channel: Channel | None = None
        self._guardian: Guardian | None = None
        try:
            guardian = self._guardian = Guardian(folder=self._folder, last_words=self._last_words)
            self._channel = Channel(guardian.control, receives=Control, max_frame_bytes=_CONTROL_FRAME_BYTES)
            ready = self._ask(_prepare(guardian), Ready, within=_WARM_UP_SECONDS)
            self._sweep()
        except BaseException:
            self.close()
            raise
        self.environment = ready.environment
        """The versions that results depend on."""
        self.pid = ready.pid
        """As it knows itself; behind the outer wall that is another than among our processes."""
        self.outer_wall = _outer_wall(guardian, ready)

    def start_student(self, limits: Limits) -> StudentProcess:
        """Fork a student process; it is confined and waits for its submission when this returns.

        Raises:
            SandboxFailed: if it cannot be started.
            RuntimeError: if the one before has not been stopped.
        """
        if self._channel is None:
            raise SandboxFailed("the zygote has been closed")
        if self._student is not None:
            raise RuntimeError(f"student process {self._student.pid} has not been stopped")
        folder = make_private_folder(parent=self._folder, prefix="student-")
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                copy_into(folder / WORK, self._files)
                start = Start(folder=str(folder), limits=_process_limits(limits))
                started = self._ask(start, Started, within=_START_SECONDS, descriptors=(theirs.fileno(),))
        except BaseException:
            ours.close()
            remove_folder(folder)
            raise
        self._student = StudentProcess(self, started=started, data=ours, folder=folder)
        return self._student

    def close(self) -> None:
        """End the zygote with everything below it. A second call does nothing."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._guardian is not None:
            self._guardian.end()
            self._guardian = None
        if self._student is not None:
            self._student._abandon()  # noqa: SLF001 - as above
            self._student = None
        self._last_words.close()
        remove_folder(self._folder)
        if self._hold is not None:
            os.close(self._hold)
            self._hold = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _stop(self, pid: int) -> Ended:
        ended = self._ask(Stop(pid=pid), Ended, within=_STOP_SECONDS)
        self._student = None
        self._sweep()
        return ended

    def _sweep(self) -> None:
        """Have nothing lie where the next student process could find it, even if no wall but this one stands."""
        sweep(self._folder, keep=(LOCK, PLACE))
        sweep(self._folder / PLACE)

    def _ask(
        self, question: Prepare | Start | Stop, answer: type[Answer], *, within: float, descriptors: Sequence[int] = ()
    ) -> Answer:
        if self._channel is None:
            raise SandboxFailed("the zygote has been closed")
        try:
            self._channel.send(question, descriptors=descriptors, seconds=within)
            return self._expect(answer, within=within)
        except WireFault as fault:
            raise self._failure(fault) from fault
        except BaseException:
            self.close()  # an interrupt, say: the answer that is still to come would be taken for the next one's
            raise

    def _expect(self, answer: type[Answer], *, within: float) -> Answer:
        if self._channel is None:
            raise SandboxFailed("the zygote has been closed")
        try:
            frame = self._channel.receive(seconds=within)
        except WireFault as fault:
            raise self._failure(fault) from fault
        if not isinstance(frame, answer):
            raise self._failure(TypeError(f"expected {answer.__name__}, got {frame!r}"))
        return frame

    def _failure(self, cause: Exception) -> SandboxFailed:
        """Close everything; the error carries what the zygote printed last."""
        exit_code = None if self._guardian is None else self._guardian.exit_code(within=1.0)
        size = os.fstat(self._last_words.fileno()).st_size
        words = os.pread(self._last_words.fileno(), _LAST_WORDS_BYTES, max(0, size - _LAST_WORDS_BYTES))
        self.close()
        state = "does not answer" if exit_code is None else f"ended with exit code {exit_code}"
        return SandboxFailed(
            f"the zygote {state} ({type(cause).__name__}: {cause})",
            place="sandbox",
            hint=words.decode("utf-8", "replace").strip() or "it printed nothing",
        )


def _prepare(guardian: Guardian) -> Prepare:
    """What the zygote is told first."""
    outside = own_namespaces() if guardian.refusal is None else {}
    return Prepare(readable=[str(path) for path in readable_paths()], outside=outside)


def _outer_wall(guardian: Guardian, ready: Ready) -> Wall:
    """Whether the zygote found itself in namespaces of its own; it says so before any student code has run in it."""
    if guardian.refusal is not None:
        return Wall(id=NAMESPACES, stood=False, detail=guardian.refusal)
    detail = "" if ready.apart else "bubblewrap ran, but the zygote is in our own namespaces"
    return Wall(id=NAMESPACES, stood=ready.apart, detail=detail)


def _process_limits(limits: Limits) -> ProcessLimits:
    return ProcessLimits(
        cpu_seconds=math.ceil(limits.cpu_seconds),
        memory_bytes=limits.memory_bytes,
        file_bytes=limits.file_bytes,
        disk_bytes=limits.disk_bytes,
        disk_files=limits.disk_files,
        open_files=limits.open_files,
        threads=limits.threads,
        frame_bytes=limits.frame_bytes,
    )
