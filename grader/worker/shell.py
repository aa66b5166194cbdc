"""The single home of the IPython shell in which cells run: made once before forking, cheap for each hand-in.

It has no history database, no threads, no profile folder, no colours and no exit handlers. Figures are shown as PNG
whatever format a notebook asks for, so that outputs are small and look the same everywhere.
"""

from __future__ import annotations

import atexit
import builtins
import logging
import sys
from typing import TYPE_CHECKING, Any

import IPython.display
import matplotlib as mpl
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.history import HistoryManager
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.pylabtools import print_figure
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from traitlets.config import Config

from grader.wire.raising import describe_error
from grader.worker import magics
from grader.worker.capture import Capture
from grader.worker.failures import trace_lines
from grader.worker.notices import Notices
from grader.worker.standins import StandInFinder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

_INLINE = "module://matplotlib_inline.backend_inline"
_SHOWN_TYPES = ["text/plain", "text/html", "image/png", "application/json"]
_FIGURE_DPI = 72
_LONGEST_SIDE_PIXELS = 1600
_MARGIN_INCHES = 0.1


class CellDisplayHook(DisplayHook):  # type: ignore[misc]  # IPython is untyped
    """Shows the value of a cell's last expression as its result."""

    def __call__(self, result: Any = None) -> None:
        """Show ``result`` and remember it as ``_``, as notebooks do."""
        if result is None:
            return
        self.shell.user_ns["_"] = result
        data, _metadata = self.shell.display_formatter.format(result)
        self.shell.capture.show(data, result=True)


class CellDisplayPublisher(DisplayPublisher):  # type: ignore[misc]  # IPython is untyped
    """Hands what ``display`` publishes to the capture."""

    def publish(
        self,
        data: Mapping[str, Any],
        metadata: Any = None,  # noqa: ARG002  # IPython's signature
        *,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **_others: Any,
    ) -> None:
        """Take one display or the update of an earlier one."""
        self.shell.capture.show(data, display_id=(transient or {}).get("display_id"), update=update)

    def clear_output(self, wait: bool = False) -> None:  # noqa: FBT001, FBT002  # IPython's signature
        """Clear the running cell's outputs."""
        self.shell.capture.clear(wait=wait)


class CellShell(InteractiveShell):  # type: ignore[misc]  # IPython is untyped
    """An IPython shell that keeps everything in memory and skips what cannot work here."""

    capture: Capture
    notices: Notices

    def __init__(self, **options: Any) -> None:
        self.notices = Notices()
        self.capture = Capture(soft_bytes=0, notices=self.notices)
        self.stand_ins = StandInFinder()
        super().__init__(**options)

    def begin(self, namespace: ModuleType, *, capture: Capture, notices: Notices) -> None:
        """Run the following code in ``namespace`` and report to ``capture`` and ``notices``."""
        self.user_module = namespace
        self.user_ns = vars(namespace)
        self.capture = capture
        self.notices = notices
        sys.displayhook = self.displayhook
        builtins.__dict__["get_ipython"] = self.get_ipython
        builtins.__dict__["display"] = IPython.display.display

    def transform(self, text: str) -> str:
        """``text`` with its magics and shell escapes as calls."""
        translated: str = self.input_transformer_manager.transform_cell(text)
        return translated

    def end_cell(self) -> None:
        """What a notebook does after each cell: show the figures that are still open."""
        self.events.trigger("post_execute")

    # -- what cannot or need not work here ----------------------------------------------------------------------------

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """Run a line magic where it makes sense here."""
        return magics.run_line(self, magic_name, line)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        """Run a cell magic where it makes sense here."""
        return magics.run_cell(self, magic_name, line, cell)

    def system(self, cmd: str) -> None:
        """Skip a shell command."""
        self.notices.note("shell_skipped", command=f"!{cmd.strip()}")

    system_piped = system_raw = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:  # noqa: ARG002, FBT001, FBT002
        """Skip a shell command whose output was asked for."""
        self.system(cmd)
        return magics.no_output(as_lines=split)

    def showtraceback(self, exc_tuple: Any = None, *_arguments: Any, **_options: Any) -> None:
        """Record an error that IPython caught itself (in a ``__repr__``, in a figure)."""
        error = exc_tuple[1] if exc_tuple else sys.exception()
        if error is not None:
            described = describe_error(error)
            self.capture.fail(described.type_name, described.message, trace_lines(described))

    def ask_exit(self) -> None:
        """``exit`` in a notebook ends nothing here."""

    def enable_gui(self, gui: Any = None) -> None:
        """No event loops here."""

    # -- set-up without files, threads and global changes -------------------------------------------------------------

    def init_ipython_dir(self, ipython_dir: str | None) -> None:  # noqa: ARG002
        """Need no folder."""
        self.set_trait("ipython_dir", "")

    def _ipython_dir_changed(self, change: Any) -> None:
        """Create no folder."""

    def init_profile_dir(self, profile_dir: Any) -> None:  # noqa: ARG002
        """Need no profile."""
        self.profile_dir = None

    def init_sys_modules(self) -> None:
        """Leave ``sys.modules["__main__"]`` alone until a hand-in comes."""

    def init_history(self) -> None:
        """Keep no history."""
        self.history_manager = HistoryManager(shell=self, parent=self, hist_file=":memory:", enabled=False)

    def init_completer(self) -> None:
        """Nobody types here."""

    def init_virtualenv(self) -> None:
        """The interpreter is the right one."""


def make_shell() -> CellShell:
    """The one shell of this process, with plotting warmed up."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autocall = 0
    shell: CellShell = CellShell.instance(
        config=config, display_pub_class=CellDisplayPublisher, displayhook_class=CellDisplayHook
    )
    atexit.unregister(shell.atexit_operations)
    shell.display_formatter.active_types = _SHOWN_TYPES
    _prepare_plotting(shell)
    return shell


def _prepare_plotting(shell: CellShell) -> None:
    """Show figures inline as PNG and pay for the first drawing now, not in every student process."""
    mpl.use(_INLINE)
    # Hand-ins name fonts of other systems (SimHei, say); that each text of a figure says so helps nobody.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    from matplotlib import pyplot as plt  # noqa: PLC0415  # after the backend is chosen
    from matplotlib_inline import backend_inline  # noqa: PLC0415  # as above

    shell.enable_matplotlib("inline")
    plt.ion()
    for formatter in shell.display_formatter.formatters.values():
        formatter.pop(Figure, None)
    shell.display_formatter.formatters["image/png"].for_type(Figure, lambda figure: _draw(shell.capture, figure))
    for module in (IPython.display, backend_inline):
        # Old notebooks call these from either place; the first lost them years ago.
        module.set_matplotlib_formats = _ignore
        module.set_matplotlib_close = _ignore
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.plot([1, 10], [1, 10], label="warm")
    axes.set_yscale("log")
    axes.legend()
    print_figure(figure, fmt="png", base64=True, dpi=_FIGURE_DPI)
    plt.close(figure)


def _draw(capture: Capture, figure: Figure) -> str | None:
    """``figure`` as a PNG of bounded size; None where nobody would see it."""
    if capture.is_full:
        return None
    width, height = figure.get_size_inches()
    dpi = min(_FIGURE_DPI, _LONGEST_SIDE_PIXELS / max(width, height, 1))
    # ``bbox_inches="tight"`` draws everything twice; asking for the box first costs a third of that.
    canvas = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]  # matplotlib is half typed
    box = figure.get_tightbbox(renderer).padded(_MARGIN_INCHES)
    if box.width > 2 * width or box.height > 2 * height:
        box = figure.bbox_inches  # something lies far outside: draw what is inside
    drawn: str | None = print_figure(figure, fmt="png", base64=True, dpi=dpi, bbox_inches=box)
    return drawn


def _ignore(*_arguments: Any, **_options: Any) -> None:
    """Accept an out-of-date call: figures are PNG here."""
