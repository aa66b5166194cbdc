"""Tests of the shell: real displays and figures, and nothing left running or lying about."""

from __future__ import annotations

import base64
import os
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grader.worker.shell import CellShell

Load = Callable[..., Any]


def size_of(image: str) -> tuple[int, int]:
    """Width and height in a PNG's header."""
    width, height = struct.unpack(">II", base64.b64decode(image)[16:24])
    return width, height


def test_making_it_starts_no_thread_and_opens_no_database(shell: CellShell) -> None:
    """It is forked, and once per student."""
    assert threading.active_count() == 1
    assert shell.history_manager.hist_file == ":memory:"
    assert shell.history_manager.db is None or not shell.history_manager.enabled
    assert shell.profile_dir is None


def test_it_leaves_no_files(load: Load, tmp_path: Path) -> None:
    """Neither in the working folder nor in a home folder."""
    home = tmp_path / "home"
    home.mkdir()
    loaded = load(
        "import os, pathlib",
        "x = 1\nx",
        "get_ipython()",
        then=lambda _namespace: sorted(path.name for path in Path.cwd().iterdir()),
    )

    assert loaded.value == ["home"]
    assert list(home.iterdir()) == []


def test_the_result_of_a_cell_is_shown_and_remembered(load: Load) -> None:
    """As ``_``; None is no result."""
    loaded = load("6 * 7", "_ + 1", "None", "x = 3;", "print('a')\n'b'")

    assert [output["data"]["text/plain"] for cell in (0, 1) for output in loaded.report.cells[cell].outputs] == [
        "42",
        "43",
    ]
    assert loaded.report.cells[1].outputs[0]["execution_count"] == 2
    assert loaded.report.cells[2].outputs == ()
    assert loaded.text(4) == "a\n'b'"


def test_display_works_with_and_without_import(load: Load) -> None:
    """Objects, HTML, updates, clearing."""
    loaded = load(
        "display(1, 'two')",
        "from IPython.display import display, HTML, clear_output, update_display\ndisplay(HTML('<i>x</i>'))",
        "h = display('old', display_id=True)\nh.update('new')",
        "print('gone')\nclear_output()\nprint('kept')",
        "class Fancy:\n    def _repr_html_(self): return '<b>fancy</b>'\nFancy()",
    )

    assert loaded.failures == []
    assert loaded.text(0) == "1'two'"
    assert loaded.report.cells[1].outputs[0]["data"]["text/html"] == "<i>x</i>"
    assert loaded.text(2) == "'new'"
    assert loaded.text(3) == "kept\n"
    assert loaded.report.cells[4].outputs[0]["data"]["text/html"] == "<b>fancy</b>"


def test_a_representation_that_raises_is_an_error_in_the_output(load: Load) -> None:
    """And no end of anything."""
    loaded = load("class Bad:\n    def __repr__(self): raise ValueError('no repr')\nBad()", "after = 1")

    assert loaded.report.cells[0].outputs[0]["ename"] == "ValueError"
    assert "after" in loaded.names


@pytest.mark.parametrize("ending", ["plt.show()", "", "plt.gcf()\nplt.show()", "plt.pause(0.001)"])
def test_a_figure_is_shown_once_as_png(load: Load, ending: str) -> None:
    """Whether it is shown by hand or left open at the end of the cell."""
    loaded = load(f"import matplotlib.pyplot as plt\nplt.plot([1, 2])\n{ending}", "x = 1")

    assert len(loaded.images(0)) == 1
    assert loaded.images(1) == []


@pytest.mark.parametrize(
    "setup",
    [
        "%matplotlib inline",
        "%matplotlib notebook",
        "%matplotlib widget",
        "%config InlineBackend.figure_format = 'svg'",
        "from IPython import display\ndisplay.set_matplotlib_formats('svg')",
        "from IPython.display import set_matplotlib_formats\nset_matplotlib_formats('retina', quality=90)",
        "from matplotlib_inline import backend_inline\nbackend_inline.set_matplotlib_formats('svg')",
        "import matplotlib_inline.backend_inline as b\nb.set_matplotlib_close(False)",
        "from d2l import torch as d2l\nd2l.use_svg_display(); d2l.set_figsize()",
        "import matplotlib\nmatplotlib.use('Agg')\nmatplotlib.use('module://matplotlib_inline.backend_inline')",
    ],
)
def test_figures_are_png_whatever_is_asked_for(load: Load, setup: str) -> None:
    """Out-of-date calls do nothing."""
    loaded = load(setup, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")

    assert loaded.failures == []
    assert [sorted(output["data"]) for output in loaded.report.cells[1].outputs] == [["image/png", "text/plain"]]


def test_a_huge_figure_is_drawn_small(load: Load) -> None:
    """Its longest side is bounded."""
    loaded = load("import matplotlib.pyplot as plt\nplt.figure(figsize=(300, 2))\nplt.plot([1, 2])\nplt.show()")

    width, height = size_of(loaded.images()[0])
    assert max(width, height) < 2000


def test_figures_beyond_the_bound_are_not_even_drawn(load: Load) -> None:
    """A loop that plots for ever costs output once."""
    loop = "for i in range(25):\n    plt.figure(figsize=(1, 1))\n    plt.plot([1, i])\n    plt.show()"
    loaded = load(f"import matplotlib.pyplot as plt\n{loop}", output_bytes=12_000)

    assert 0 < len(loaded.images()) < 15
    assert loaded.failures == []


def test_a_figure_without_a_window_can_be_shown(load: Load) -> None:
    """One made without pyplot, as the last expression of a cell."""
    loaded = load("from matplotlib.figure import Figure\nfigure = Figure()\nfigure.subplots().plot([1, 2])\nfigure")

    assert len(loaded.images()) == 1


def test_a_figure_that_cannot_be_drawn_is_an_error_in_the_output(load: Load) -> None:
    """Bad mathematics in a label, say."""
    loaded = load("import matplotlib.pyplot as plt\nplt.title('$\\\\nosuch{$')\nplt.plot([1, 2]);", "after = 1")

    assert "after" in loaded.names
    assert loaded.images() == []
    assert any(output["output_type"] == "error" for output in loaded.report.cells[0].outputs)


def test_its_own_process_is_left_as_it_was(shell: CellShell) -> None:
    """Making the shell changes neither the main module nor the exit handlers of this process."""
    import sys  # noqa: PLC0415  # for this one look

    assert sys.modules["__main__"].__dict__ is not shell.user_ns
    assert os.environ.get("JPY_PARENT_PID") is None
