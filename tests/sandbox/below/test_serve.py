"""Tests of a student process's life after loading, and of its end."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from grader.model.assignment import Limits
from grader.sandbox.ended import HowItEnded, how_it_ended
from grader.wire.channel import Channel
from grader.wire.faults import ChannelClosed, ProtocolBroken
from grader.wire.frames import Get
from grader.worker import linux

if TYPE_CHECKING:
    from grader.sandbox.zygote import StudentProcess, Zygote

Host = Callable[["StudentProcess", str], Channel]
HostPid = Callable[["Zygote", int], int]

LIMITS = Limits(cpu_seconds=2, memory_bytes=400 * 1024**2)


def wait_for_the_end(pid: int) -> None:
    """Until the process is a zombie or on its way there."""
    for _ in range(500):
        if linux.is_ending(pid):
            return
        time.sleep(0.02)
    pytest.fail("the student process still runs")


def test_it_ends_by_itself_when_the_judge_hangs_up(zygote: Zygote, host: Host, outside: HostPid) -> None:
    """Hooks, threads and destructors of the student's do not delay it."""
    process = zygote.start_student(LIMITS)
    channel = host(
        process,
        "import atexit, threading, time\n"
        "atexit.register(time.sleep, 60)\n"
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        "class Slow:\n"
        "    def __del__(self): time.sleep(60)\n"
        "slow = Slow()\n",
    )
    pid = outside(zygote, process.pid)
    channel.close()
    wait_for_the_end(pid)

    ended = process.stop()
    assert (ended.exit_code, ended.signal, ended.killed_by_us) == (0, None, False)


@pytest.mark.parametrize(
    ("source", "exit_code", "number"),
    [
        ("import os; os._exit(3)", 3, None),
        ("import ctypes; ctypes.string_at(0)", None, signal.SIGSEGV),
        ("import os; os.abort()", None, signal.SIGABRT),
        ("import os; os.kill(os.getpid(), 15)", None, signal.SIGTERM),
    ],
    ids=["os._exit", "segmentation fault", "abort", "own signal"],
)
def test_how_it_ended_is_told_as_it_was(
    zygote: Zygote, host: Host, source: str, exit_code: int | None, number: int | None
) -> None:
    """An exit code or a signal, also when the order to stop comes at once."""
    process = zygote.start_student(LIMITS)
    with pytest.raises(ChannelClosed):
        host(process, source)

    ended = process.stop()
    assert (ended.exit_code, ended.signal, ended.killed_by_us) == (exit_code, number, False)
    assert how_it_ended(ended, LIMITS) is (HowItEnded.SIGNALLED if number else HowItEnded.EXITED)


def test_burning_cpu_time_ends_in_the_limits_signal(zygote: Zygote, host: Host) -> None:
    """The CPU limit holds also where no wall clock is looked at."""
    limits = Limits(cpu_seconds=1)
    process = zygote.start_student(limits)
    with pytest.raises(ChannelClosed):
        host(process, "while True: pass")

    ended = process.stop()
    assert how_it_ended(ended, limits) is HowItEnded.CPU_LIMIT
    assert ended.cpu_seconds > 0.5


def test_ignoring_the_limits_signal_ends_in_the_kernels_kill(zygote: Zygote, host: Host) -> None:
    """It is still told as the CPU limit."""
    limits = Limits(cpu_seconds=1)
    process = zygote.start_student(limits)
    with pytest.raises(ChannelClosed):
        host(process, "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass")

    ended = process.stop()
    assert ended.signal == signal.SIGKILL
    assert how_it_ended(ended, limits) is HowItEnded.CPU_LIMIT


def test_closing_the_socket_is_noticed_and_costs_only_this_process(zygote: Zygote, host: Host) -> None:
    """The judge sees the far side gone; the next student process starts as ever."""
    process = zygote.start_student(LIMITS)
    with pytest.raises(ChannelClosed):
        host(process, "import os, time\nos.close(3)\ntime.sleep(60)")
    process.stop()

    host(zygote.start_student(LIMITS), "x = 1")


def test_garbage_on_the_socket_is_a_broken_protocol(zygote: Zygote, host: Host) -> None:
    """Strict decoding ends it before anything is believed."""
    process = zygote.start_student(LIMITS)
    with pytest.raises(ProtocolBroken):
        host(process, "import os, time\nos.write(3, bytes([0, 0, 0, 2]) + b'no' * 50)\ntime.sleep(60)")

    assert process.stop().killed_by_us


def test_garbage_from_the_judges_side_ends_the_process(zygote: Zygote, host: Host, outside: HostPid) -> None:
    """A student process that cannot follow the protocol any more does not linger."""
    process = zygote.start_student(LIMITS)
    host(process, "x = 1")
    pid = outside(zygote, process.pid)
    process.socket.sendall(bytes([0, 0, 0, 2]) + b"no")
    wait_for_the_end(pid)

    assert process.stop().exit_code not in {None, 0}


def test_a_frame_beyond_its_limit_is_not_read(zygote: Zygote, host: Host) -> None:
    """The frame limit of the start order holds in the student process, too."""
    process = zygote.start_student(Limits(frame_bytes=2000))
    channel = host(process, "x = 1")
    channel.send(Get(id=2, name="x" * 3000))
    with pytest.raises(ChannelClosed):
        channel.receive(seconds=10)
    process.stop()
