"""A real zygote, and how to run a hand-in below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from grader.model.assignment import Limits
from grader.sandbox.zygote import StudentProcess, Zygote
from grader.wire.channel import Channel
from grader.wire.frames import AtStatement, CellSource, Frame, Get, Load, Loaded, Reply

LIMITS = Limits(cpu_seconds=20, memory_bytes=400 * 1024**2, file_bytes=1024**2)

Run = Callable[[str], tuple[StudentProcess, str]]


def run_below(zygote: Zygote, source: str) -> tuple[StudentProcess, str]:
    """Start a student process and run ``source`` in it; returns it with the text that it left in ``answer``."""
    process = zygote.start_student(LIMITS)
    channel = Channel(process.socket, receives=Frame, max_frame_bytes=1024**2)
    channel.send(
        Load(
            id=1,
            format="module",
            name="task",
            cells=[CellSource(index=0, source="answer = ''\n" + source)],
            names=["answer"],
            load_seconds=20.0,
            output_bytes=10_000,
        )
    )
    while isinstance(frame := channel.receive(seconds=30), AtStatement):
        pass
    assert isinstance(frame, Loaded), frame
    channel.send(Get(id=2, name="answer"))
    reply = channel.receive(seconds=10)
    assert isinstance(reply, Reply), reply
    assert isinstance(reply.value, str), reply
    return process, reply.value


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """A warm zygote for the whole module."""
    with Zygote() as warm:
        yield warm


@pytest.fixture
def run(zygote: Zygote) -> Iterator[Run]:
    """Run a hand-in; what a test leaves running is stopped."""
    yield lambda source: run_below(zygote, source)
    if zygote._student is not None:
        zygote._student.stop()


@pytest.fixture(scope="module")
def run_in() -> Callable[[Zygote, str], tuple[StudentProcess, str]]:
    """`run_below`, for tests that need a zygote of their own."""
    return run_below
