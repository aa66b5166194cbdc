"""The single home of ending processes: kill, wait, and again, until no descendant is left.

It relies on `linux.adopt_orphans`: a descendant that forks twice or starts a session of its own becomes our child the
moment its parent ends. So "no child is left to wait for" means that nothing is left at all, and the common case (one
process, no leftovers) needs one kill, one wait and no look at ``/proc``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass

from grader.worker import linux

_KILL_SECONDS = 10.0
_GRACE_SECONDS = 1.0
_ROUND_SECONDS = 0.1
_STOP_ROUNDS = 200


@dataclass(frozen=True, kw_only=True)
class Death:
    """How a process ended and what it had used."""

    exit_code: int | None
    signal: int | None
    killed_by_us: bool
    peak_memory_bytes: int
    cpu_seconds: float


@dataclass(frozen=True, kw_only=True)
class Collected:
    """One process that has been waited for."""

    pid: int
    status: int
    peak_memory_bytes: int
    cpu_seconds: float


class ProcessesRemainError(Exception):
    """Something of the student's could not be killed; going on would let it meet the next student."""


def block_child_signals() -> None:
    """Keep SIGCHLD pending, so that waiting for it cannot miss one."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})


def end(pid: int) -> Death:
    """End the child ``pid`` and everything it left behind.

    Where the child had ended already, or was about to (its descriptors close before it can be waited for), the death
    says how it ended by itself.
    """
    gone = _wait_for_one_that_is_ending(pid)
    killed = gone is None
    if killed:
        os.kill(pid, signal.SIGKILL)
        gone = _wait_for(pid, seconds=_GRACE_SECONDS)
    collected = {} if gone is None else {pid: gone}
    end_descendants(collected)
    return _death(collected[pid], killed=killed)


def end_descendants(collected: dict[int, Collected] | None = None) -> None:
    """Kill every descendant of this process until none is left; ``collected`` gets those that have been waited for.

    Raises:
        ProcessesRemainError: if some outlive the time for it.
    """
    collected = {} if collected is None else collected
    deadline = time.monotonic() + _KILL_SECONDS
    while _collect_all(collected):
        if time.monotonic() > deadline:
            raise ProcessesRemainError(f"still alive after SIGKILL: {sorted(_descendants())}")
        _kill_descendants()
        signal.sigtimedwait({signal.SIGCHLD}, _ROUND_SECONDS)


def _kill_descendants() -> None:
    """Stop them all first, so that none can fork while the others die; then kill them."""
    stopped: set[int] = set()
    for _ in range(_STOP_ROUNDS):
        fresh = _descendants() - stopped
        if not fresh:
            break
        _signal_each(fresh, signal.SIGSTOP)
        stopped |= fresh
    _signal_each(stopped, signal.SIGKILL)


def _signal_each(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def _descendants() -> set[int]:
    """Every living process below this one."""
    children: dict[int, list[int]] = {}
    for pid, parent in linux.parents().items():
        children.setdefault(parent, []).append(pid)
    found: set[int] = set()
    waiting = [os.getpid()]
    while waiting:
        for child in children.get(waiting.pop(), []):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _wait_for_one_that_is_ending(pid: int) -> Collected | None:
    """The child's end where it came by itself; None while it lives."""
    gone = _collect(pid)
    if gone is None and linux.is_ending(pid):
        return _wait_for(pid, seconds=_GRACE_SECONDS)
    return gone


def _wait_for(pid: int, *, seconds: float) -> Collected | None:
    deadline = time.monotonic() + seconds
    while (gone := _collect(pid)) is None:
        left = deadline - time.monotonic()
        if left <= 0:
            return None  # a tracer of the student's may hold it; killing everything else comes next
        signal.sigtimedwait({signal.SIGCHLD}, left)
    return gone


def _collect_all(into: dict[int, Collected]) -> bool:
    """Wait for all that have ended; says whether any child is left."""
    while True:
        try:
            gone = _collect(-1)
        except ChildProcessError:
            return False
        if gone is None:
            return True
        into[gone.pid] = gone


def _collect(pid: int) -> Collected | None:
    found, status, usage = os.wait4(pid, os.WNOHANG)
    if found == 0:
        return None
    return Collected(
        pid=found,
        status=status,
        peak_memory_bytes=usage.ru_maxrss * 1024,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
    )


def _death(gone: Collected, *, killed: bool) -> Death:
    code = os.waitstatus_to_exitcode(gone.status)
    by_us = killed and code == -signal.SIGKILL
    return Death(
        exit_code=code if code >= 0 else None,
        signal=-code if code < 0 and not by_us else None,
        killed_by_us=by_us,
        peak_memory_bytes=gone.peak_memory_bytes,
        cpu_seconds=gone.cpu_seconds,
    )
