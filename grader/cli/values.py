"""The single home of what a value on the command line must be, and of the words where it is something else."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import os

_EMPTY = "the name is empty (a shell variable that is not set?)"


class Place(click.Path):
    """The path of a file or folder; an empty one, which would be the current folder, is a mistake."""

    def __init__(self, *, file_okay: bool = True, dir_okay: bool = True) -> None:
        super().__init__(path_type=Path, file_okay=file_okay, dir_okay=dir_okay)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """A `Path`."""
        return self.fail(_EMPTY, param, ctx) if value == "" else super().convert(value, param, ctx)


def name(value: str) -> str:
    """A text with at least one character.

    Raises:
        click.BadParameter: for any other.
    """
    if not value:
        raise click.BadParameter(_EMPTY)
    return value


def count(value: str) -> int:
    """A whole number from 1 on.

    Raises:
        click.BadParameter: for any other.
    """
    try:
        number = int(value)
    except ValueError:
        number = 0
    if number < 1:
        raise click.BadParameter(f"expected a whole number from 1 on, found {value!r}")
    return number


def points(value: str) -> float:
    """A number of points; nothing is below what is no number, so that would ask for nothing.

    Raises:
        click.BadParameter: for any other.
    """
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise click.BadParameter(f"expected a number of points, found {value!r}")
    return number
