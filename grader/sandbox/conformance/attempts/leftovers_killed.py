"""The single home of the probes of the wall ``leftovers_killed``."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_LIFE_SECONDS = 20


def leave_a_process_behind(here: Here) -> str:
    """Leave a process behind that ignores signals and belongs to no one.

    留下一个忽略信号、脱离父进程的进程。
    """
    del here
    reader, writer = os.pipe()
    if os.fork() == 0:
        if os.fork() == 0:
            _stay(writer)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        return f"left process {pipe.readline().strip()}"


def leave_a_stopped_process_behind(here: Here) -> str:
    """Leave a process behind that is stopped and hears no signal but the last.

    留下一个已停止、只能被强制结束的进程。
    """
    del here
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        _stay(writer, stop=True)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        return f"left process {pipe.readline().strip()}"


def _stay(report: int, *, stop: bool = False) -> None:
    """Say who it is, close everything but the socket to the judge, and be there for a while."""
    os.setsid()
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            continue
    for stream in (0, 1, 2):
        os.close(stream)
    os.write(report, f"{os.getpid()}\n".encode())
    os.close(report)
    if stop:
        os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(_LIFE_SECONDS)
    os._exit(0)
