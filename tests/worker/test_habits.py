"""Tests of habits: what hand-ins do without thinking does no harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch

Load = Callable[..., Any]

LOADER = """
import torch
from torch.utils.data import DataLoader, TensorDataset
data = TensorDataset(torch.arange(6.0))
"""


def test_input_is_empty_and_said(load: Load) -> None:
    """`getpass`, too."""
    loaded = load(
        "name = input('Name: ')\nimport getpass\nfrom getpass import getpass as g\nsecret = g()",
        "n = int(input() or 3)",
        then=lambda namespace: (namespace["name"], namespace["secret"], namespace["n"]),
    )

    assert loaded.value == ("", "", 3)
    assert [notice.cell for notice in loaded.notices("input_empty")] == [0, 1]


@pytest.mark.parametrize(
    "arguments",
    [
        "batch_size=2, num_workers=4",
        "2, True, None, None, 2",
        "batch_size=2, num_workers=2, persistent_workers=True, prefetch_factor=2, timeout=3",
        "batch_size=2, num_workers=2, multiprocessing_context='spawn', pin_memory=False",
    ],
)
def test_a_loader_with_helper_processes_loads_here(load: Load, arguments: str) -> None:
    """Confinement forbids processes; the data are the same."""
    loaded = load(
        f"{LOADER}loader = DataLoader(data, {arguments})\nn = sum(len(x) for (x,) in loader)",
        then=lambda namespace: (namespace["n"], namespace["loader"].num_workers),
    )

    assert loaded.failures == []
    assert loaded.value == (6, 0)
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


def test_there_is_no_graphics_card_and_asking_is_fine(load: Load) -> None:
    """What insists on one fails by itself."""
    loaded = load(
        "import torch\ndevice = 'cuda' if torch.cuda.is_available() else 'cpu'\nx = torch.ones(1).to(device)",
        "y = torch.ones(1).cuda()\nz = 1",
    )

    assert [failure.binds for failure in loaded.failures] == [("y",)]
    assert {"x", "z"} <= set(loaded.names)


def test_libraries_may_warn_about_themselves_in_silence(load: Load) -> None:
    """What is deprecated is no concern of a hand-in's reader; each other warning is shown once per line."""
    loaded = load("import warnings\nwarnings.warn('old', DeprecationWarning)\nfor _ in range(3): warnings.warn('once')")

    assert loaded.text() == "cell:0:3: UserWarning: once\n"


def test_fonts_of_other_systems_are_not_complained_about(load: Load) -> None:
    """Chinese labels ask for fonts that are not here; the figure is shown all the same."""
    loaded = load(
        "from matplotlib import pyplot as plt\nplt.rcParams['font.sans-serif'] = ['SimHei', 'No Such Font']\n"
        "plt.plot([1, 2])\nplt.title('训练损失')\nplt.show()"
    )

    assert [output["output_type"] for output in loaded.report.cells[0].outputs] == ["display_data"]
