"""The single home of the probes of the wall ``leftovers_killed``."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import call

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_CREATE = 0o1000 | 0o600
"""IPC_CREAT, for the owner."""
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


def leave_shared_memory_behind(here: Here) -> str:
    """Leave memory behind that belongs to no process.

    留下不属于任何进程的共享内存。
    """
    return f"left memory {call('shmget', here.key, 4096, _CREATE)}"


def leave_a_queue_behind(here: Here) -> str:
    """Leave a message queue behind.

    留下消息队列。
    """
    return f"left queue {call('msgget', here.key, _CREATE)}"


def leave_a_semaphore_behind(here: Here) -> str:
    """Leave a semaphore behind.

    留下信号量。
    """
    return f"left semaphore {call('semget', here.key, 1, _CREATE)}"


def leave_a_named_queue_behind(here: Here) -> str:
    """Leave a queue with a name behind, for whoever comes next.

    留下有名字的消息队列，供下一个进程使用。
    """
    call("mq_open", here.name.encode(), os.O_CREAT | os.O_RDWR, 0o600, None)
    return f"left named queue {here.name}"


def leave_a_file_in_shared_memory(here: Here) -> str:
    """Leave a file behind that lives in memory.

    在内存文件系统中留下文件。
    """
    place = Path("/dev/shm", here.name)  # noqa: S108 - the aim of the attempt
    place.write_text("left", encoding="utf-8")
    return f"left file {place}"


def _stay(report: int) -> None:
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
    time.sleep(_LIFE_SECONDS)
    os._exit(0)
