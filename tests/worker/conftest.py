"""What the tests of the worker share: one shell, and a forked child for everything that changes its process."""

from __future__ import annotations

import builtins
import errno
import os
import pickle
import sys
import tempfile
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pytest

from grader.wire.frames import CellSource, Load
from grader.worker.capture import drain_printed
from grader.worker.load import load_submission
from grader.worker.shell import CellShell, make_shell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.wire.evidence import LoadReport, Notice, StatementFailure

HAND_INS = Path(__file__).parent / "hand_ins"


@dataclass(frozen=True)
class Loaded:
    """What became of a hand-in in a child: its report, and what ``then`` found in its namespace."""

    report: LoadReport
    value: Any
    printed: str
    visited: list[tuple[int, int]]

    @property
    def failures(self) -> list[StatementFailure]:
        """All failures of all cells."""
        return [failure for cell in self.report.cells for failure in cell.failures]

    @property
    def names(self) -> list[str]:
        """The names that the hand-in left."""
        return [name.name for name in self.report.names]

    def notices(self, kind: str) -> list[Notice]:
        """The notices of one kind."""
        return [notice for notice in self.report.notices if notice.kind == kind]

    def text(self, cell: int = 0) -> str:
        """What a cell printed or showed, as text."""
        outputs = self.report.cells[cell].outputs
        return "".join(output.get("text") or output.get("data", {}).get("text/plain", "") for output in outputs)

    def images(self, cell: int = 0) -> list[str]:
        """The PNG images that a cell showed."""
        outputs = self.report.cells[cell].outputs
        return [output["data"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]


@pytest.fixture(scope="session")
def shell() -> Iterator[CellShell]:
    """The shell that a zygote would have made; the process is left as it was."""
    before = {name: vars(builtins).get(name) for name in ("display", "get_ipython", "__IPYTHON__")}
    backend = mpl.get_backend()
    yield make_shell()
    CellShell.clear_instance()
    mpl.use(backend)
    for name, value in before.items():
        if value is None:
            vars(builtins).pop(name, None)
        else:
            vars(builtins)[name] = value


@pytest.fixture(scope="session")
def in_child() -> Callable[..., Any]:
    """Run a function in a forked child and give its result, which must be picklable, or raise what it raised."""
    return run_in_child


@pytest.fixture(scope="session")
def error_of() -> Callable[..., str]:
    """The name of the error that the operating system answers a call with; empty if it lets it pass."""

    def error_of_call(forbidden: Callable[..., object], *arguments: Any) -> str:
        try:
            forbidden(*arguments)
        except OSError as error:
            return errno.errorcode[error.errno or 0]
        return ""

    return error_of_call


@pytest.fixture
def load(shell: CellShell, tmp_path: Path) -> Callable[..., Loaded]:
    """Load cells as a hand-in, in a child with a folder of its own."""

    def load_in_child(
        *cells: str,
        module: bool = False,
        names: Sequence[str] = (),
        then: Callable[[dict[str, Any]], Any] | None = None,
        seconds: float = 20.0,
        output_bytes: int = 1024**2,
        skip: Sequence[tuple[int, int]] = (),
    ) -> Loaded:
        request = Load(
            id=1,
            format="module" if module else "notebook",
            name="linear_regression",
            cells=[CellSource(index=index, source=source) for index, source in enumerate(cells)],
            names=list(names),
            load_seconds=seconds,
            output_bytes=output_bytes,
            skip=list(skip),
        )

        def work() -> Loaded:
            os.chdir(tmp_path)
            os.environ["TMPDIR"] = tempfile.tempdir = str(tmp_path)
            warnings.resetwarnings()
            visited: list[tuple[int, int]] = []
            loading = load_submission(request, lambda cell, statement: visited.append((cell, statement)), shell=shell)
            value = then(loading.namespace) if then is not None else None
            return Loaded(loading.report, value, drain_printed(), visited)

        loaded = run_in_child(work)
        assert isinstance(loaded, Loaded)
        return loaded

    return load_in_child


@pytest.fixture
def load_file(load: Callable[..., Loaded]) -> Callable[..., Loaded]:
    """Load one of the sample hand-ins."""

    def load_named(file_name: str, **options: Any) -> Loaded:
        text = (HAND_INS / file_name).read_bytes().decode("utf-8")
        if file_name.endswith(".module"):
            return load(text, module=True, **options)
        return load(*text.split("#---- cell\n"), **options)

    return load_named


def run_in_child(work: Callable[[], Any]) -> Any:
    """Fork, run ``work`` there, and take its result through a pipe."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        _report(work, writable)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(child, 0)
    if status or not data:
        message = f"the child ended with status {status}"
        raise RuntimeError(message)
    succeeded, value = pickle.loads(data)
    if not succeeded:
        raise AssertionError(value)
    return value


def _report(work: Callable[[], Any], writable: int) -> None:
    """Run ``work``, write its pickled result, and end this process."""
    import traceback  # noqa: PLC0415  # in the child only

    status = 1
    try:
        try:
            answer = (True, work())
        except BaseException:  # noqa: BLE001  # the border between two processes
            answer = (False, traceback.format_exc())
        with os.fdopen(writable, "wb") as pipe:
            pickle.dump(answer, pipe)
        status = 0
    finally:
        sys.__stdout__.flush() if sys.__stdout__ else None
        os._exit(status)
