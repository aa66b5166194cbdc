"""The single home of what is changed in the process before a hand-in runs, so that habits do no harm.

``input`` answers with nothing, data loaders work in this process, nothing is compiled, warnings name no place of this
machine. All of it stays in the student process.
"""

from __future__ import annotations

import builtins
import functools
import getpass
import inspect
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any, TextIO

import torch
from torch import nn
from torch.utils.data import DataLoader

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.worker.notices import Notices

_MAKE_LOADER: Callable[..., None] = DataLoader.__init__
_SIGNATURE = inspect.signature(_MAKE_LOADER)
_NEEDS_WORKERS = ("prefetch_factor", "persistent_workers", "multiprocessing_context", "timeout")


def settle(notices: Notices) -> None:
    """Prepare this process for one hand-in."""
    _answer_input(notices)
    _load_data_here(notices)
    _compile_nothing(notices)
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


def _load_data_here(notices: Notices) -> None:
    """A `DataLoader` with helper processes would need what the confinement forbids."""

    @functools.wraps(_MAKE_LOADER)
    def with_no_workers(self: Any, *arguments: Any, **options: Any) -> None:
        given = _SIGNATURE.bind_partial(self, *arguments, **options).arguments
        if given.get("num_workers"):
            notices.note("workers_zero")
            given["num_workers"] = 0
            for name in _NEEDS_WORKERS:
                given.pop(name, None)
        given.pop("self")
        _MAKE_LOADER(self, **given)

    DataLoader.__init__ = with_no_workers  # type: ignore[method-assign]


def _compile_nothing(notices: Notices) -> None:
    """`torch.compile` starts processes and a compiler for minutes; what it is given does the same without."""

    def compile(model: Any = None, **_options: Any) -> Any:  # noqa: A001  # torch's name
        notices.note("compile_skipped")
        return (lambda given: given) if model is None else model

    def compile_module(_module: nn.Module, *_arguments: Any, **_options: Any) -> None:
        notices.note("compile_skipped")

    torch.compile = compile
    nn.Module.compile = compile_module  # type: ignore[method-assign, assignment]


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
