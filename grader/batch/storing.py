"""The single home of writing results: whole files or none, each as soon as it is known."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from grader.errors import MachineError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def make_folder(path: Path) -> None:
    """Make the folder that all results go to.

    Raises:
        UsageError: if something else is in its place, or it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise UsageError("expected a folder, found a file", place=str(path), hint="name another --out") from error
    except OSError as error:
        raise UsageError(f"cannot be made: {error.strerror}", place=str(path), hint="name another --out") from error


def check_writable(path: Path, *, hint: str) -> None:
    """See that `write_whole` will work, as far as anybody can know; nothing is left behind but the folder.

    Raises:
        UsageError: if it would not.
    """
    part = _part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", place=str(path), hint=hint) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that nobody ever sees half of it: under another name first, then in place.

    Raises:
        MachineError: if it cannot be written (a full disk, say).
    """
    part = _part_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise MachineError(f"cannot be written: {error.strerror}", place=str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _part_of(path: Path) -> Path:
    """The name under which a file is written before it is whole."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")
