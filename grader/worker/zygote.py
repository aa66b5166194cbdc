"""The single home of the zygote's loop: warm up once, then fork one student process after another.

The zygote is told nothing about courses, suites or students: it gets the list of what may be read, and for each
student process a folder, limits and a socket. It has exactly one thread when it forks, since a lock held by another
thread would stay locked in the child for ever.
"""

from __future__ import annotations

import contextlib
import gc
import os
import select
import socket
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from grader.wire.channel import Channel, Delivery
from grader.wire.control import Control, Ended, Prepare, Ready, Start, Started, Stop, WallReport
from grader.wire.faults import ChannelClosed
from grader.worker import capabilities, confine, linux, reaping, serve, warm
from grader.worker.shell import make_shell
from grader.worker.watch import Watch

_CONTROL_FRAME_BYTES = 64 * 1024
_REPORT_BYTES = 64 * 1024

Report = list[WallReport] | str
"""What a student process says once, before student code runs: its walls, or why they do not stand."""


class ZygoteError(Exception):
    """The zygote cannot go on; its last words on stderr are what the trusted process reports."""


def run(control_descriptor: int) -> None:
    """Warm up, say so, and obey until the trusted process hangs up."""
    sys.argv = [""]
    linux.adopt_orphans()
    reaping.block_child_signals()
    gc.disable()
    files = linux.open_files()
    channel = Channel(socket.socket(fileno=control_descriptor), receives=Control, max_frame_bytes=_CONTROL_FRAME_BYTES)
    prepare = channel.receive()
    if not isinstance(prepare, Prepare):
        raise ZygoteError(f"expected to be told what may be read, got {prepare!r}")
    warm.warm(prepare.readable)
    shell = make_shell()
    warm.close_fonts()
    gc.collect()
    gc.freeze()
    if left := linux.open_files() - files:
        raise ZygoteError(f"warming up left files open, whose numbers would be a student's by and by: {sorted(left)}")
    capabilities.lower_bounds()
    confine.settle()
    materials = confine.gather(prepare.readable)
    channel.send(Ready(pid=os.getpid(), environment=warm.environment(), apart=_is_apart(prepare.outside)))
    watch: Watch | None = None
    while True:
        try:
            received = _next_order(channel, watch)
        except ChannelClosed:
            return
        answer = _obey(received.frame, list(received.descriptors), shell, materials)
        if isinstance(answer, Ended) and watch is not None:
            answer = watch.told(answer)
            watch.close()
            watch = None
        elif isinstance(received.frame, Start):
            watch = Watch(answer.pid, folder=received.frame.folder, limits=received.frame.limits)
        channel.send(answer)


def _next_order(channel: Channel, watch: Watch | None) -> Delivery:
    """The next frame; until it begins to arrive, the student process is looked after."""
    arrival = select.poll()
    arrival.register(channel, select.POLLIN)
    while watch is not None and not watch.is_over and not arrival.poll(watch.pause_seconds * 1000):
        watch.look()
    return channel.receive_with_descriptors()


def _obey(frame: Any, descriptors: list[int], shell: Any, materials: confine.Materials) -> Started | Ended:
    if isinstance(frame, Start) and len(descriptors) == 1:
        return _start(frame, descriptors[0], shell, materials)
    if isinstance(frame, Stop) and not descriptors:
        return _stop(frame)
    raise ZygoteError(f"asked for {frame!r} with {len(descriptors)} descriptors")


def _start(frame: Start, data: int, shell: Any, materials: confine.Materials) -> Started:
    """Fork; the answer is sent when the walls stand."""
    _require_one_thread()
    reader, writer = os.pipe()
    surroundings = confine.Surroundings(
        zygote=os.getpid(),
        adopts_orphans=linux.adopts_orphans(),
        data=data,
        report=writer,
        rules=materials.ruleset(frame.folder),
        program=materials.program,
        folder=frame.folder,
        limits=frame.limits,
    )
    pid = os.fork()
    if pid == 0:
        _be_a_student(surroundings, shell)
    for descriptor in (writer, data, surroundings.rules):
        if isinstance(descriptor, int):
            os.close(descriptor)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read(_REPORT_BYTES)
    report = msgspec.msgpack.decode(said, type=Report) if said else "it died before its walls stood"
    if isinstance(report, str):
        raise ZygoteError(f"the student process could not be confined: {report}")
    return Started(pid=pid, walls=report)


def _stop(frame: Stop) -> Ended:
    death = reaping.end(frame.pid)
    return Ended(
        pid=frame.pid,
        exit_code=death.exit_code,
        signal=death.signal,
        killed_by_us=death.killed_by_us,
        peak_memory_bytes=death.peak_memory_bytes,
        cpu_seconds=death.cpu_seconds,
    )


def _be_a_student(surroundings: confine.Surroundings, shell: Any) -> NoReturn:
    """All that happens in the student process; whatever comes, it never returns to the zygote's loop."""
    exit_code = os.EX_SOFTWARE
    try:
        _report(surroundings.report, surroundings)
        gc.enable()
        serve.serve(data_descriptor=confine.DATA_DESCRIPTOR, frame_bytes=surroundings.limits.frame_bytes, shell=shell)
        exit_code = os.EX_OK
    finally:
        os._exit(exit_code)  # no atexit hook, thread or destructor of the student's may delay the end


def _report(descriptor: int, surroundings: confine.Surroundings) -> None:
    """Put up the walls and say so on the pipe, which is closed then."""
    report: Report
    try:
        report = confine.confine(surroundings)
    except Exception:  # noqa: BLE001 - the border: whatever went wrong, the zygote must hear it and no student code run
        report = traceback.format_exc(limit=-3)[-2000:]
    said = msgspec.msgpack.encode(report)
    if isinstance(report, str):
        for place in (descriptor, confine.REPORT_DESCRIPTOR):  # before and after descriptors were put in order
            with contextlib.suppress(OSError):
                os.write(place, said)
                break
        os._exit(os.EX_OSERR)
    os.write(confine.REPORT_DESCRIPTOR, said)
    os.close(confine.REPORT_DESCRIPTOR)


def _is_apart(outside: dict[str, str]) -> bool:
    """Whether each of our namespaces is another than the trusted side's."""
    return bool(outside) and all(
        str(Path(f"/proc/self/ns/{kind}").readlink()) != theirs for kind, theirs in outside.items()
    )


def _require_one_thread() -> None:
    if (count := linux.thread_count()) != 1:
        tasks = sorted(task.joinpath("comm").read_text().strip() for task in Path("/proc/self/task").iterdir())
        raise ZygoteError(f"a zygote must have one thread when it forks, this one has {count}: {tasks}")
