"""Tests of the zygote's loop: what it refuses. What it hands on is tested with a real one, with the sandbox."""

from __future__ import annotations

import os
import threading
from typing import Any

import pytest

from grader.wire.frames import Prepare, Ready, Stop
from grader.worker import linux
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
        loop._obey(frame, descriptors, None, Prepare(readable=[]))


def test_the_kernel_facts_are_read_right() -> None:
    """This process is found among the living, with its own parent."""
    assert linux.parents()[os.getpid()] == os.getppid()
    assert not linux.is_ending(os.getpid())
    assert linux.thread_count() >= 1
