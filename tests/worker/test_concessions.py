"""Tests of concessions: what the walls forbid and honest code asks for has an answer that it can go on with."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import torch

from grader.worker import concessions

if TYPE_CHECKING:
    from pathlib import Path

Load = Callable[..., Any]

LOADER = """
import torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(6.0))
"""


@pytest.mark.parametrize(
    ("arguments", "workers"),
    [
        ("batch_size=2, num_workers=4", 4),
        ("2, True, None, None, 200", 200),
        ("batch_size=2, num_workers=3, persistent_workers=True, prefetch_factor=2, timeout=3", 3),
        ("batch_size=2, num_workers=2, multiprocessing_context='spawn', pin_memory=False", 2),
    ],
)
def test_a_loader_with_helper_processes_loads_here(load: Load, arguments: str, workers: int) -> None:
    """The data are the same, and the loader still knows what it was asked for."""
    loaded = load(
        f"{LOADER}loader = DataLoader(data, {arguments})\nn = sum(len(x) for (x,) in loader)",
        then=lambda namespace: (namespace["n"], namespace["loader"].num_workers),
    )

    assert loaded.failures == []
    assert loaded.value == (6, workers)
    assert loaded.text() == ""
    assert len(loaded.notices("workers_zero")) == 1


def test_a_loader_without_helper_processes_is_what_it_was(load: Load) -> None:
    """Subclasses and faulty calls, too."""
    loaded = load(
        f"{LOADER}class Mine(DataLoader): pass\nloader = Mine(data, batch_size=4)\nsizes = [len(x) for (x,) in loader]",
        "DataLoader(data, no_such=1)",
        "DataLoader(data, batch_size=-1)",
        then=lambda namespace: namespace["sizes"],
    )

    assert loaded.value == [4, 2]
    assert [failure.error.type_name for failure in loaded.failures] == ["TypeError", "ValueError"]
    assert loaded.notices("workers_zero") == []


@pytest.mark.parametrize(
    "cell",
    [
        "@torch.compile\ndef f(x): return x + 1",
        "@torch.compile()\ndef f(x): return x + 1",
        "@torch.compile(fullgraph=True, dynamic=False, backend='inductor', mode='default')\ndef f(x): return x + 1",
        "def g(x): return x + 1\nf = torch.compile(g, mode='max-autotune')",
        "def g(x): return x + 1\nf = torch.compile(model=g)",
        "from torch import compile\nf = compile(lambda x: x + 1)",
        "f = torch.compiler.compile(lambda x: x + 1)",
        "class F(torch.nn.Module):\n    def forward(self, x): return x + 1\nf = torch.compile(F())",
        "class F(torch.nn.Module):\n    def forward(self, x): return x + 1\nf = F()\nf.compile(fullgraph=True)",
    ],
)
def test_nothing_is_compiled(load: Load, cell: str) -> None:
    """A compiler needs processes and minutes; the function itself does the same."""
    loaded = load("import torch", cell, then=lambda namespace: float(namespace["f"](torch.ones(1))))

    assert loaded.failures == []
    assert loaded.value == 2
    assert [notice.cell for notice in loaded.notices("compile_skipped")] == [1]


def test_a_kept_iterator_begins_again(load: Load) -> None:
    """With `persistent_workers` each pass is complete, of a stream, too."""
    loaded = load(
        f"{LOADER}from torch.utils.data import IterableDataset\n"
        "class Stream(IterableDataset):\n    def __iter__(self): return iter(range(5))\n"
        "loader = DataLoader(Stream(), batch_size=2, num_workers=2, persistent_workers=True)\n"
        "sizes = [[len(x) for x in loader] for _ in range(3)]",
        then=lambda namespace: namespace["sizes"],
    )

    assert loaded.failures == []
    assert loaded.value == [[2, 2, 1]] * 3


def test_helper_processes_change_no_order(load: Load) -> None:
    """The same seed gives the same batches, with and without them."""
    loaded = load(
        f"{LOADER}def batches(n):\n    torch.manual_seed(4)\n"
        "    return torch.cat([x for (x,) in DataLoader(data, 2, shuffle=True, num_workers=n)]).tolist()\n"
        "first, second = batches(0), batches(3)",
        then=lambda namespace: (namespace["first"], namespace["second"]),
    )

    first, second = loaded.value
    assert first == second != sorted(first)


def test_a_tensor_is_shared_as_it_is(load: Load) -> None:
    """There is nobody to share it with, and nothing to do."""
    loaded = load(
        "import torch\nx = torch.ones(2)\nbefore = x.is_shared()\ny = x.share_memory_()\n"
        "net = torch.nn.Linear(1, 1)\nnet.share_memory()",
        then=lambda namespace: (
            namespace["before"],
            namespace["x"].is_shared(),
            namespace["y"] is namespace["x"],
            namespace["net"].weight.is_shared(),
        ),
    )

    assert loaded.failures == []
    assert loaded.value == (False, True, True, True)


@pytest.mark.parametrize(
    "start",
    [
        "subprocess.run(['true', '-x'])",
        "subprocess.check_output('true -x', shell=True)",
        "subprocess.Popen(['true'], stdout=subprocess.PIPE)",
        "os.popen('true -x')",
    ],
)
def test_a_program_is_not_there(load: Load, start: str) -> None:
    """Code that asks for one knows what to do on a machine that lacks it; it is not even looked for."""
    loaded = load(
        f"import os, subprocess\n{start}",
        f"try:\n    {start}\nexcept FileNotFoundError as error:\n    missing = error.filename",
        then=lambda namespace: namespace["missing"],
    )

    (failure,) = loaded.failures
    assert failure.error.type_name == "FileNotFoundError"
    assert failure.error.message.startswith("[Errno 2] no programs can be started while grading: 'true")
    assert loaded.value.startswith("true")


def test_a_shell_command_is_skipped_and_said(load: Load) -> None:
    """As with ``!command``; the exit code is that of a program that is not there."""
    loaded = load("import os\ncode = os.system('true -x')", then=lambda namespace: namespace["code"])

    assert loaded.value != 0
    assert [notice.values["command"] for notice in loaded.notices("shell_skipped")] == ["true -x"]


@pytest.mark.parametrize("change", ["os.utime(p)", "os.chmod(p, 0o600)", "os.chown(p, -1, -1)", "Path(p).chmod(0o600)"])
def test_what_is_not_there_cannot_be_changed(load: Load, tmp_path: Path, change: str) -> None:
    """A wall that answers without looking must not make a missing file look like one that exists."""
    (tmp_path / "there").write_text("x")
    loaded = load(f"import os\nfrom pathlib import Path\nfor p in ('there', 'missing'):\n    {change}\n")

    (failure,) = loaded.failures
    assert failure.error.type_name == "FileNotFoundError"
    assert "'missing'" in failure.error.message


def test_a_large_machine_seems_small(in_child: Callable[..., Any]) -> None:
    """Code that starts a thread for each core stays within what a hand-in may have."""

    def work() -> tuple[Any, ...]:
        os.cpu_count = lambda: 128
        concessions.put_in_place()
        torch.set_num_threads(128)
        many = torch.get_num_threads()
        torch.set_num_threads(3)
        return os.cpu_count(), multiprocessing.cpu_count(), many, torch.get_num_threads()

    assert in_child(work) == (8, 8, 8, 3)
