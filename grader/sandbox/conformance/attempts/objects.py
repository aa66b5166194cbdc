"""The single home of the probes of the wall ``system_calls`` that leave something in the kernel which outlives them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import call

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_CREATE = 0o1000 | 0o600
"""IPC_CREAT, for the owner."""


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
