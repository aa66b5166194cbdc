"""The single home of what a student process reports about loading a hand-in. Evidence, never a result."""

from __future__ import annotations

from typing import Any

import msgspec

BROKEN_OFF = ("timed_out", "out_of_memory", "flooded", "disk", "file_size", "files", "threads", "crashed")
"""The reasons why a statement was broken off, rather than failed by itself; worst for the load as a whole first.

``flooded`` is for output; ``disk``, ``file_size``, ``files`` and ``threads`` are for the limits of those names.
"""


class RemoteFrame(msgspec.Struct, frozen=True, kw_only=True):
    """One place in the hand-in's own code on the way to an exception; ``line`` counts from 1 within the cell."""

    cell: int
    line: int
    function: str
    source: str


class RemoteError(msgspec.Struct, frozen=True, kw_only=True):
    """An exception of the far side, as data; ``bases`` are the names of its built-in base classes, nearest first."""

    type_name: str
    message: str
    bases: tuple[str, ...] = ()
    frames: tuple[RemoteFrame, ...] = ()
    printed: str = ""


class StatementFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A top-level statement that ended in an error, and the names it would have bound."""

    cell: int
    statement: int
    line: int
    source: str
    """The statement's first line."""
    error: RemoteError
    binds: tuple[str, ...] = ()
    reason: str = "raised"
    """``raised``, ``syntax``, ``skipped``, or one of `BROKEN_OFF`."""
    stand_in: str = ""
    """The stand-in package that does not offer what the statement wanted to take from it, if that is the error."""


class CellRun(msgspec.Struct, frozen=True, kw_only=True):
    """What happened in one code cell."""

    index: int
    status: str
    """``ok``, ``partly`` (some statements failed), ``failed``, ``empty`` or ``not_run``."""
    outputs: tuple[dict[str, Any], ...] = ()
    """In nbformat 4 form, bounded."""
    failures: tuple[StatementFailure, ...] = ()


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """Something the student should know about how a cell was run; the catalogue has ``notice.<kind>``.

    Kinds: ``stand_in`` (package), ``package_missing`` (package, needed_for, names), ``shell_skipped`` (command),
    ``magic_skipped`` (magic), ``input_empty``, ``output_cut``, ``main_block_run``, ``workers_zero``,
    ``compile_skipped``, ``syntax_skipped``, ``time_left_short``, ``reloaded``.
    """

    kind: str
    cell: int
    values: dict[str, str] = {}


class DefinedName(msgspec.Struct, frozen=True, kw_only=True):
    """A name that the hand-in's namespace holds after loading."""

    name: str
    type_name: str
    cell: int = -1
    """The cell of the statement that bound it last; -1 when unknown."""
    from_stand_in: str = ""
    """The stand-in package whose object it is, if it is one's."""
    parameters: tuple[str, ...] | None = None
    """A function's parameter names in order, ``*args`` and ``**options`` with their stars."""
    holds: tuple[str, ...] = ()
    """Those of the names asked for that are functions inside it: methods of a class, functions in a function."""
    placeholder: bool = False
    """Whether it is a function in whose body nothing is written: ``...``, ``pass``, a docstring."""


class LoadReport(msgspec.Struct, frozen=True, kw_only=True):
    """What loading a hand-in showed."""

    cells: tuple[CellRun, ...]
    notices: tuple[Notice, ...] = ()
    names: tuple[DefinedName, ...] = ()
    seconds: float = 0.0
    ended: str = "complete"
    """``complete``, or one of `BROKEN_OFF`."""
