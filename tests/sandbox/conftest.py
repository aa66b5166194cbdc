"""Real zygotes, behind the outer wall and without it, and how to run a hand-in below one."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.model.assignment import Limits
from grader.sandbox import guardian, outer
from grader.sandbox.zygote import StudentProcess, Zygote
from grader.wire.channel import Channel
from grader.wire.frames import JUDGE_RECEIVES, AtStatement, CellSource, Get, Load, Loaded, Reply

SMALL = Limits(cpu_seconds=20, memory_bytes=400 * 1024**2, file_bytes=1024**2, open_files=40)

RunIn = Callable[[Zygote, str], tuple[StudentProcess, str]]
HostPid = Callable[[Zygote, int], int]

# What the guardian runs instead, where a test needs student code that can start processes: then it shows what is left
# of the other walls. The filter for system calls, and with it the network's wall, is not put up.
PERMISSIVE = """
import sys
from grader.worker import guardian
descriptor = int(sys.argv[1])
guardian.guard(descriptor_of_the_zygote=descriptor)
from grader.worker import confine, zygote
confine.WALLS = tuple(wall for wall in confine.WALLS if wall.__name__ not in ("system_calls", "network"))
zygote.run(descriptor)
"""


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


def host_pid(zygote: Zygote, pid: int) -> int:
    """The id that a process of the zygote's, which knows itself as ``pid``, has among our processes."""
    assert zygote._guardian is not None
    guard = psutil.Process(zygote._guardian.pid)
    for process in (guard, *guard.children(recursive=True)):
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
        inner = next(line for line in status.splitlines() if line.startswith("NSpid:"))
        if int(inner.split()[-1]) == pid:
            return int(process.pid)
    raise LookupError(pid)


@pytest.fixture(scope="session", params=["namespaces", "inner"])
def mode(request: pytest.FixtureRequest) -> str:
    """With the outer wall, where this machine has what it takes, and without."""
    if request.param == "namespaces" and (refusal := outer.refusal()) is not None:
        pytest.skip(f"no outer wall here: {refusal}")
    return str(request.param)


@pytest.fixture(scope="session")
def search_path(mode: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where programs are looked for: for a world without the outer wall, where there are none."""
    return os.environ["PATH"] if mode == "namespaces" else str(tmp_path_factory.mktemp("no-programs"))


@pytest.fixture(autouse=True)
def _in_mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that depends on the mode opens zygotes as the mode says; afterwards, bubblewrap is found again."""
    if "mode" in request.fixturenames:
        monkeypatch.setenv("PATH", request.getfixturevalue("search_path"))


@pytest.fixture(scope="session")
def shared_zygote(mode: str, search_path: str) -> Iterator[Zygote]:
    """A warm zygote for all tests; the trusted process had a secret in its environment when it started it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", search_path)
        patch.setenv("GRADER_TEST_COURSE", "/course/solutions")
        warm = Zygote()
    with warm:
        assert warm.outer_wall.stood == (mode == "namespaces")
        yield warm


@pytest.fixture
def open_permissive(mode: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Zygote]:
    """Opens zygotes whose student processes can start others."""
    del mode
    monkeypatch.setattr(guardian, "_ENTRY", ("-c", PERMISSIVE))
    return Zygote


@pytest.fixture(scope="session")
def shared_permissive_zygote(search_path: str) -> Iterator[Zygote]:
    """A zygote whose student processes can start others."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", search_path)
        patch.setattr(guardian, "_ENTRY", ("-c", PERMISSIVE))
        permissive = Zygote()
    with permissive:
        yield permissive


@pytest.fixture
def permissive(shared_permissive_zygote: Zygote) -> Iterator[Zygote]:
    """The shared permissive zygote; what a test leaves running is stopped."""
    yield shared_permissive_zygote
    if shared_permissive_zygote._student is not None:
        shared_permissive_zygote._student.stop()


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
def outside() -> HostPid:
    """`host_pid`."""
    return host_pid


@pytest.fixture
def run_freely(permissive: Zygote) -> Callable[[str], tuple[StudentProcess, str]]:
    """Run a hand-in that can start processes."""
    return lambda source: run_below(permissive, source)


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
