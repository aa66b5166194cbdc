"""The single home of how tables reach standard output: how wide they are, and that no line ends in blanks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from rich.console import Console

from grader.cli.output import put

if TYPE_CHECKING:
    from rich.console import RenderableType

WIDTH_WITHOUT_TERMINAL: Final = 160
NARROWEST: Final = 24
"""Below this a table would cut points in two."""


def put_drawn(drawn: RenderableType, *, console: Console, err: bool = False) -> None:
    """Write what rich draws, without the blanks to which it fills its lines.

    Drawn first and written by `put`, because rich itself ends the process where nobody reads.
    """
    with console.capture() as captured:
        console.print(drawn)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    put("\n".join(lines), err=err, color=console.is_terminal)


def standard_output() -> Console:
    """As wide as the terminal, as ``COLUMNS`` says, or as tables like where nobody's window bounds them."""
    console = Console()
    if console.is_terminal:
        return console
    columns = os.environ.get("COLUMNS", "")
    asked = int(columns) if columns.isdecimal() else 0
    return Console(width=max(asked, NARROWEST) if asked else WIDTH_WITHOUT_TERMINAL)
