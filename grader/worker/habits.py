"""The single home of what is changed in the process before a hand-in runs, so that habits do no harm.

``input`` answers with nothing, debuggers and windows stay closed, warnings name no place of this machine. All of it
stays in the student process.
"""

from __future__ import annotations

import bdb
import builtins
import getpass
import os
import pdb  # noqa: T100  # to close it
import sys
import warnings
from typing import TYPE_CHECKING, Any, TextIO

import matplotlib as mpl
from matplotlib.backends.registry import BackendFilter, backend_registry

if TYPE_CHECKING:
    from grader.worker.notices import Notices

_SWITCH_BACKEND = mpl.use


def settle(notices: Notices) -> None:
    """Prepare this process for one hand-in."""
    _answer_input(notices)
    _stop_nowhere(notices)
    _draw_here()
    _warn_plainly()
    if os.getcwd() not in sys.path:  # noqa: PTH109  # sys.path holds text
        sys.path.append(os.getcwd())  # noqa: PTH109  # as above; last, so that no file shadows a library


def _answer_input(notices: Notices) -> None:
    """Nobody sits at the keyboard."""

    def answer(*_arguments: Any, **_options: Any) -> str:
        notices.note("input_empty")
        return ""

    builtins.input = answer
    getpass.getpass = answer


def _stop_nowhere(notices: Notices) -> None:
    """A debugger would wait for commands, and get empty ones for ever."""

    def skip(*_arguments: Any, **_options: Any) -> None:
        notices.note("debugger_skipped")

    bdb.Bdb.set_trace = skip  # type: ignore[method-assign]
    pdb.Pdb.cmdloop = skip  # type: ignore[method-assign]


def _draw_here() -> None:
    """Windows that hand-ins ask for by habit cannot open; figures are shown in the notebook all the same."""
    switch = _SWITCH_BACKEND
    windows = {name.lower() for name in backend_registry.list_builtin(BackendFilter.INTERACTIVE)}  # type: ignore[no-untyped-call]

    def use(backend: str, *, force: bool = True) -> None:
        if backend.lower() not in windows:
            switch(backend, force=force)

    mpl.use = use


def _warn_plainly() -> None:
    """Warnings as Python shows them by default, without paths of this machine."""

    def show_plainly(  # noqa: PLR0917  # the signature of the hook
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,  # noqa: ARG001  # as above
    ) -> None:
        place = f"{filename}:{lineno}: " if filename.startswith("cell:") else ""
        (file or sys.stderr).write(f"{place}{category.__name__}: {message}\n")

    warnings.showwarning = show_plainly
    warnings.resetwarnings()
    warnings.simplefilter("default")
    warnings.filterwarnings("ignore", message="Glyph .* missing from")  # of fonts that are not installed here
    for ignored in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
        warnings.simplefilter("ignore", ignored)
