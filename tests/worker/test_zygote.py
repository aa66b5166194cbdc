"""Tests of the zygote's loop: what it refuses. What it hands on is tested with a real one, with the sandbox."""

from __future__ import annotations

import os
import socket
import threading
from typing import Any

import msgspec
import pytest

from grader.wire.channel import LENGTH_BYTES, Channel
from grader.wire.control import Control, Ready, Stop
from grader.worker import confine, linux
from grader.worker import zygote as loop


def test_a_second_thread_forbids_forking() -> None:
    """A lock that another thread holds would stay locked in the student process for ever."""
    release = threading.Event()
    worker = threading.Thread(target=release.wait)
    worker.start()
    try:
        with pytest.raises(loop.ZygoteError, match=r"must have one thread when it forks, this one has \d+"):
            loop._require_one_thread()
    finally:
        release.set()
        worker.join()


@pytest.mark.parametrize(
    ("frame", "descriptors"), [(Ready(pid=1, environment={}), []), (Stop(pid=1), [7])], ids=["answer", "descriptor"]
)
def test_an_order_that_makes_no_sense_is_refused(frame: Any, descriptors: list[int]) -> None:
    """The zygote ends with the order as its last words, rather than guess."""
    with pytest.raises(loop.ZygoteError, match=type(frame).__name__):
        loop._obey(frame, descriptors, None, confine.Materials(places="", program=""))


class CountingWatch:
    """A watch over nobody, which lets the order arrive piece by piece while it looks."""

    def __init__(self, sock: socket.socket, pieces: list[bytes], *, looks: int = 0) -> None:
        self.is_over = False
        self.pause_seconds = 0.001
        self.looks = 0
        self._sock = sock
        self._pieces = pieces
        self._most_looks = looks

    def look(self) -> None:
        """The third look sees the order begin to arrive; the rest comes while it is being read."""
        self.looks += 1
        self.is_over = self.looks == self._most_looks
        if self.looks == 3:
            first, *rest = self._pieces
            self._sock.sendall(first)
            threading.Timer(0.05, self._sock.sendall, rest).start()


@pytest.mark.parametrize(("most", "looks"), [(0, 3), (3, 3)], ids=["it lives", "it has ended"])
def test_the_watch_looks_until_an_order_begins_to_arrive(most: int, looks: int) -> None:
    """An order that comes in pieces is received whole, and once the process has ended nobody looks any more."""
    near, far = socket.socketpair()
    body = msgspec.msgpack.encode(Stop(pid=7))
    frame = len(body).to_bytes(LENGTH_BYTES, "big") + body
    watch: Any = CountingWatch(far, [frame[:2], frame[2:]], looks=most)
    with far, near:
        received = loop._next_order(Channel(near, receives=Control, max_frame_bytes=1000), watch)

    assert received.frame == Stop(pid=7)
    assert watch.looks == looks


def test_a_call_that_the_kernel_refuses_says_why_and_which() -> None:
    """The reason alone is for the doctor's table; the call with its numbers is for who reads a traceback."""
    with pytest.raises(OSError, match=r"\[Errno 22\] Invalid argument: 'prctl\(-1, 5\)'") as caught:
        linux.prctl(-1, 5)

    assert caught.value.strerror == "Invalid argument"


def test_the_kernel_facts_are_read_right() -> None:
    """This process is found among the living, with its own parent."""
    assert linux.parents()[os.getpid()] == os.getppid()
    assert not linux.is_ending(os.getpid())
    assert linux.thread_count() >= 1
