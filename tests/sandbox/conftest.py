"""A real zygote, and how to run a hand-in below it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.model.assignment import Limits
from grader.sandbox.zygote import StudentProcess, Zygote
from grader.wire.channel import Channel
from grader.wire.frames import JUDGE_RECEIVES, AtStatement, CellSource, Get, Load, Loaded, Reply

SMALL = Limits(cpu_seconds=20, memory_bytes=400 * 1024**2, file_bytes=1024**2, open_files=40)

RunIn = Callable[[Zygote, str], tuple[StudentProcess, str]]


def load_into(process: StudentProcess, source: str) -> Channel:
    """Have a student process run ``source`` as a module; returns the channel to it."""
    channel = Channel(process.socket, receives=JUDGE_RECEIVES, max_frame_bytes=1024**2)
    cells = [CellSource(index=0, source=source)]
    channel.send(
        Load(id=1, format="module", name="task", cells=cells, names=["answer"], load_seconds=20.0, output_bytes=10_000)
    )
    while isinstance(frame := channel.receive(seconds=30), AtStatement):
        pass
    assert isinstance(frame, Loaded), frame
    return channel


def run_below(zygote: Zygote, source: str) -> tuple[StudentProcess, str]:
    """Start a student process and run ``source`` in it; returns it with the text that it left in ``answer``."""
    process = zygote.start_student(SMALL)
    channel = load_into(process, "answer = ''\n" + source)
    channel.send(Get(id=2, name="answer"))
    reply = channel.receive(seconds=10)
    assert isinstance(reply, Reply), reply
    assert isinstance(reply.value, str), reply
    return process, reply.value


@pytest.fixture(scope="session")
def shared_zygote() -> Iterator[Zygote]:
    """A warm zygote for all tests; the trusted process had a secret in its environment when it started it."""
    os.environ["GRADER_TEST_COURSE"] = "/course/solutions"
    with Zygote() as warm:
        del os.environ["GRADER_TEST_COURSE"]
        yield warm


@pytest.fixture
def zygote(shared_zygote: Zygote) -> Iterator[Zygote]:
    """The shared zygote; what a test leaves running is stopped."""
    yield shared_zygote
    if shared_zygote._student is not None:
        shared_zygote._student.stop()


@pytest.fixture
def host() -> Callable[[StudentProcess, str], Channel]:
    """`load_into`, for tests that start and stop the process themselves."""
    return load_into


@pytest.fixture
def run_in() -> RunIn:
    """`run_below`, for tests that have a zygote of their own."""
    return run_below


@pytest.fixture
def run(zygote: Zygote) -> Callable[[str], tuple[StudentProcess, str]]:
    """Run a hand-in below the shared zygote."""
    return lambda source: run_below(zygote, source)


@pytest.fixture
def ask(zygote: Zygote) -> Callable[[str], Any]:
    """Run a hand-in in a process of its own; returns what it left, as JSON, in ``answer``."""

    def run_and_stop(source: str) -> Any:
        process, answer = run_below(zygote, "import json\n" + source)
        process.stop()
        return json.loads(answer)

    return run_and_stop
