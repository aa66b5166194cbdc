"""The single home of running a probe in a student process, loaded like a hand-in: where it must get nothing."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any, Final

from grader.model.assignment import Limits
from grader.sandbox.conformance.attempts import limits
from grader.sandbox.conformance.results import Answer
from grader.wire.channel import Channel
from grader.wire.faults import WireFault
from grader.wire.frames import JUDGE_RECEIVES, AtStatement, CellSource, Get, Load, Loaded, Reply

if TYPE_CHECKING:
    import socket

    from grader.model.result import Wall
    from grader.sandbox.conformance.decoys import Decoys
    from grader.sandbox.conformance.probes import Probe
    from grader.sandbox.zygote import StudentProcess, Zygote
    from grader.wire.control import Ended

LIMITS: Final = Limits(
    cpu_seconds=limits.CPU_SECONDS,
    memory_bytes=limits.MEMORY_BYTES,
    file_bytes=limits.FILE_BYTES,
    disk_bytes=limits.DISK_BYTES,
    disk_files=limits.DISK_FILES,
    open_files=limits.OPEN_FILES,
    threads=limits.THREADS,
)
_HOLD_SECONDS: Final = 3.0
"""A watch that sees nothing for so long is none."""
_SECONDS: Final = 20.0
_DESCRIPTORS: Final = 4
"""The standard streams and the socket to the judge."""
_FRAME_BYTES: Final = 1024**2
_ENDED_BY_A_WALL: Final = (signal.SIGSYS, signal.SIGKILL, signal.SIGXCPU, signal.SIGXFSZ)


def run_confined(probe: Probe, decoys: Decoys, zygote: Zygote) -> Answer:
    """Try it in a student process, and look afterwards what came of it."""
    given = decoys.given() | {"descriptors": _DESCRIPTORS, "hold_seconds": _HOLD_SECONDS}
    process = zygote.start_student(LIMITS)
    with process.socket.dup() as end:
        try:
            said = _ask(process, probe.program(given))
        finally:
            ended = process.stop()
        survivor = _is_held(end)
    seen = decoys.touched()
    if said.startswith("reached: left "):
        return _after(said, seen, survivor=survivor)
    if seen:
        return Answer(reached=True, clear=True, said=f"{said or 'no answer'}; seen from outside: {seen}")
    if not said:
        return _how_it_ended(ended)
    return Answer(reached=said.startswith("reached"), clear=not said.startswith("failed"), said=said)


def walls_of(zygote: Zygote) -> tuple[Wall, ...]:
    """What a student process says of its walls."""
    process = zygote.start_student(LIMITS)
    process.stop()
    return process.walls


def _ask(process: StudentProcess, program: str) -> str:
    """What the program left as its answer; empty if the process did not live to give it."""
    channel = Channel(process.socket, receives=JUDGE_RECEIVES, max_frame_bytes=_FRAME_BYTES)
    load = Load(
        id=1,
        format="module",
        name="probe",
        cells=[CellSource(index=0, source=program)],
        names=["answer"],
        load_seconds=_SECONDS,
        output_bytes=10_000,
    )
    try:
        channel.send(load, seconds=_SECONDS)
        while isinstance(frame := channel.receive(seconds=_SECONDS), AtStatement):
            pass
        channel.send(Get(id=2, name="answer"), seconds=_SECONDS)
        reply = channel.receive(seconds=_SECONDS)
    except WireFault:
        return ""
    if isinstance(reply, Reply) and isinstance(reply.value, str):
        return reply.value
    return f"failed: {_why(frame)}"


def _why(frame: Any) -> str:
    """Why there is no answer although the process lives."""
    cells = frame.report.cells if isinstance(frame, Loaded) else ()
    failures = [failure for cell in cells for failure in cell.failures]
    return f"{failures[0].error.type_name}: {failures[0].error.message}" if failures else "no answer was left"


def _how_it_ended(ended: Ended) -> Answer:
    """A process that was ended for what it tried was refused; any other end shows nothing."""
    if ended.breach is not None:
        return Answer(reached=False, clear=True, said=f"refused: ended over its {ended.breach}")
    if ended.signal in _ENDED_BY_A_WALL:
        return Answer(reached=False, clear=True, said=f"refused: ended by {signal.Signals(ended.signal).name}")
    how = "no answer in time" if ended.killed_by_us else f"signal {ended.signal}, exit code {ended.exit_code}"
    return Answer(reached=False, clear=False, said=f"failed: {how}")


def _after(said: str, seen: str, *, survivor: bool) -> Answer:
    """Whether what it left is still there, now that it has ended."""
    folder = said.partition("left folder ")[2]
    there = [seen, "a process" if survivor else "", folder if os.path.lexists(folder) else ""]
    if any(there):
        return Answer(reached=True, clear=True, said=f"{said}; still there: {', '.join(filter(None, there))}")
    return Answer(reached=False, clear=True, said=f"refused: gone afterwards ({said.removeprefix('reached: ')})")


def _is_held(end: socket.socket) -> bool:
    """Whether some process still holds the other end, which only student processes have had."""
    end.setblocking(False)
    try:
        while end.recv(_FRAME_BYTES):
            pass
    except BlockingIOError:
        return True
    except OSError:  # it was closed with something unread, which is as gone
        return False
    return False
