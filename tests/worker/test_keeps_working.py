"""What correct students do keeps working inside the walls: real programs below a real zygote, behind each set of walls.

``honest/*.cells`` are hand-ins. A statement either works, or its line ends in ``# refused: <key> …``: then it ends with
an ordinary exception, alone, and the report explains it by one of those keys. ``# notices: <kind> …`` in the first line
names everything that the report must say was done differently. All of them are harmless where a wall is missing.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.feedback.catalogue import text
from grader.feedback.explain import explain
from grader.model.assignment import Limits
from grader.sandbox import outer
from grader.sandbox.walls import missing
from grader.sandbox.zygote import Zygote
from grader.wire.channel import Channel
from grader.wire.frames import JUDGE_RECEIVES, AtStatement, Call, CellSource, Get, Handle, Load, Loaded, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.model.text import Text
    from grader.wire.evidence import LoadReport

HONEST = sorted(Path(__file__).parent.glob("honest/*.cells"))
SEPARATOR = "#---- cell\n"
REFUSED = "# refused: "
NOTICES = "# notices: "
SECONDS = 40.0
OF_OTHER_SYSTEMS = {"msilib", "nt", "winreg", "winsound", "_msi", "_overlapped", "_scproxy", "_winapi"}
WITH_EFFECTS = {"antigravity", "idlelib", "this"}
"""What opens a browser or prints a poem when it is imported."""
NEED_A_SCREEN = {"_tkinter", "tkinter", "turtle", "turtledemo"}

CASE = """
import asyncio, tempfile, threading
from pathlib import Path
import torch
from matplotlib import pyplot as plt
from torch.utils.data import DataLoader, TensorDataset
found = []
def work():
    Path("log.txt").write_text("x")
    with tempfile.TemporaryFile() as file:
        torch.save(torch.ones(2), file)
    thread = threading.Thread(target=lambda: found.append(1))
    thread.start()
    thread.join()
    batches = list(DataLoader(TensorDataset(torch.ones(6)), 2, num_workers=2))
    plt.plot([1, 2])
    plt.savefig("curve.png")
    asyncio.run(asyncio.sleep(0))
    torch.optim.Adam([torch.ones(1, requires_grad=True)])
    return [len(found), len(batches), Path("curve.png").stat().st_size > 1000]
"""

Place = tuple[int, int]


@dataclass(frozen=True)
class Program:
    """A hand-in with its promises."""

    cells: list[str]

    @property
    def refused(self) -> dict[Place, list[str]]:
        """The keys that may explain the failure, per cell and line."""
        lines = [
            ((cell, number), line.partition(REFUSED)[2].split())
            for cell, source in enumerate(self.cells)
            for number, line in enumerate(source.split("\n"), start=1)
        ]
        return {place: keys for place, keys in lines if keys}

    @property
    def notices(self) -> set[str]:
        """The kinds of notices that it promises."""
        first = self.cells[0].partition("\n")[0]
        return set(first.partition(NOTICES)[2].split())


@pytest.fixture(scope="module", params=["namespaces", "inner"])
def zygote(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """A zygote behind all walls, or with no bubblewrap to be found behind the inner ones alone."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "inner":
            patch.setenv("PATH", str(tmp_path_factory.mktemp("no-programs")))
        elif (refusal := outer.refusal()) is not None:
            pytest.skip(f"no outer wall here: {refusal}")
        with Zygote() as warm:
            yield warm


@pytest.fixture
def start(zygote: Zygote) -> Iterator[Callable[[list[str]], tuple[Channel, LoadReport]]]:
    """Load cells in a student process whose walls stand; it is stopped when the test is over."""
    processes = []

    def load(cells: list[str]) -> tuple[Channel, LoadReport]:
        process = zygote.start_student(Limits())
        processes.append(process)
        assert missing(process.walls) == ()
        channel = Channel(process.socket, receives=JUDGE_RECEIVES, max_frame_bytes=64 * 1024**2)
        sources = [CellSource(index=index, source=source) for index, source in enumerate(cells)]
        channel.send(
            Load(
                id=1, format="notebook", name="task", cells=sources, names=[], load_seconds=SECONDS, output_bytes=10**6
            )
        )
        while isinstance(frame := channel.receive(seconds=2 * SECONDS), AtStatement):
            pass
        assert isinstance(frame, Loaded), frame
        return channel, frame.report

    yield load
    for process in processes:
        process.stop()


def call(channel: Channel, name: str) -> Any:
    """Call a function of the hand-in without arguments, as a case would."""
    channel.send(Get(id=2, name=name))
    function = channel.receive(seconds=SECONDS)
    assert isinstance(function, Reply), function
    assert isinstance(function.value, Handle), function
    channel.send(Call(id=3, target=function.value.id, arguments=[]))
    reply = channel.receive(seconds=SECONDS)
    assert isinstance(reply, Reply), reply
    return reply.value


def explained(keys: list[str], explanation: Text | None) -> bool:
    """Whether the report says what one of ``keys`` stands for, in both languages."""
    return explanation in [text(key) for key in keys]


@pytest.mark.parametrize("file", HONEST, ids=[file.stem for file in HONEST])
def test_honest_code_works_or_is_told_why_not(
    start: Callable[[list[str]], tuple[Channel, LoadReport]], tmp_path: Path, file: Path
) -> None:
    """Nothing fails that does not promise to, all that fails is explained, and all that was changed is said."""
    (tmp_path / "notes.txt").write_text("theirs", encoding="utf-8")
    program = Program(file.read_text(encoding="utf-8").replace("{outside}", str(tmp_path)).split(SEPARATOR))
    _channel, report = start(program.cells)
    failures = {(failure.cell, failure.line): failure for cell in report.cells for failure in cell.failures}
    surprises = {place: (one.source, one.error) for place, one in failures.items() if place not in program.refused}
    unexplained = {
        place: one.error
        for place, one in failures.items()
        if not explained(program.refused.get(place, []), explain(one.error.type_name, one.error.message))
    }

    assert surprises == {}
    assert unexplained == {}
    assert failures.keys() == program.refused.keys()
    assert {notice.kind for notice in report.notices} - {"stand_in"} == program.notices
    assert report.ended == "complete"
    assert [entry.name for entry in tmp_path.iterdir()] == ["notes.txt"]


def test_the_standard_library_can_be_imported_late(start: Callable[[list[str]], tuple[Channel, LoadReport]]) -> None:
    """All of it, by statements that run when the walls stand."""
    names = sorted(sys.stdlib_module_names - OF_OTHER_SYSTEMS - WITH_EFFECTS - NEED_A_SCREEN)
    built = [name for name in names if importlib.util.find_spec(name) is not None]
    _channel, report = start([f"import {name}" for name in built])
    failures = {failure.source: failure.error.message for cell in report.cells for failure in cell.failures}

    assert failures == {}
    assert len(built) > 200


def test_a_case_may_do_what_loading_may(start: Callable[[list[str]], tuple[Channel, LoadReport]]) -> None:
    """Files, threads, loaders, figures and events, in a call of the judge's."""
    channel, report = start([CASE])

    assert [failure for cell in report.cells for failure in cell.failures] == []
    assert call(channel, "work").items == [1, 3, True]
