"""Tests of habits: what hand-ins do without thinking does no harm."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Load = Callable[..., Any]


def test_input_is_empty_and_said(load: Load) -> None:
    """`getpass`, too."""
    loaded = load(
        "name = input('Name: ')\nimport getpass\nfrom getpass import getpass as g\nsecret = g()",
        "n = int(input() or 3)",
        then=lambda namespace: (namespace["name"], namespace["secret"], namespace["n"]),
    )

    assert loaded.value == ("", "", 3)
    assert [notice.cell for notice in loaded.notices("input_empty")] == [0, 1]


@pytest.mark.parametrize("stop", ["breakpoint()", "pdb.set_trace()", "debugger.set_trace()", "pdb.Pdb().set_trace()"])
def test_a_forgotten_breakpoint_stops_nothing(load: Load, stop: str) -> None:
    """A debugger would get empty commands for ever."""
    loaded = load(
        "import pdb\nfrom IPython.core import debugger",
        f"def f(x):\n    {stop}\n    return x + 1\ny = f(1)",
        then=lambda namespace: (namespace["y"], namespace["f"](2)),
        seconds=5.0,
    )

    assert loaded.failures == []
    assert loaded.value == (2, 3)
    assert [notice.cell for notice in loaded.notices("debugger_skipped")] == [1]


def test_a_look_at_the_last_error_ends_at_once(load: Load) -> None:
    """`pdb.post_mortem` asks for commands, too."""
    loaded = load(
        "import pdb\ntry:\n    1 / 0\nexcept ZeroDivisionError as error:\n    pdb.post_mortem(error.__traceback__)"
    )

    assert loaded.failures == []
    assert loaded.notices("debugger_skipped") != []


@pytest.mark.parametrize("name", ["TkAgg", "Qt5Agg", "macosx", "nbAgg"])
def test_a_window_is_a_picture_here(load: Load, name: str) -> None:
    """Editors of beginners ask for windows; the figure is shown where figures are."""
    loaded = load(
        f"import matplotlib\nmatplotlib.use('{name}')",
        "from matplotlib import pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    )

    assert loaded.failures == []
    assert len(loaded.images(1)) == 1


def test_a_backend_that_draws_to_files_is_taken(load: Load) -> None:
    """It was asked for, and it works."""
    loaded = load(
        "import matplotlib\nmatplotlib.use('svg')\nwanted = matplotlib.get_backend()",
        then=lambda namespace: namespace["wanted"],
    )

    assert loaded.value == "svg"


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
