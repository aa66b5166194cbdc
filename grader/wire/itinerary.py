"""The single home of the way through a hand-in that loading it may take: forward, and no further than its text goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.wire.faults import ProtocolBroken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.wire.frames import AtStatement, CellSource


class Itinerary:
    """Where the far side says that it is, checked against the cells that it was given."""

    def __init__(self, cells: Sequence[CellSource]) -> None:
        self._places = {cell.index: place for place, cell in enumerate(cells)}
        self._bounds = {cell.index: len(cell.source) // 2 + 1 for cell in cells}  # as many as `a;b;c` holds
        self._last = (-1, -1)

    def go_on_to(self, here: AtStatement) -> None:
        """Note the next statement.

        Raises:
            ProtocolBroken: if it does not come after all before it, or lies beyond the cell's last one.
        """
        place = (self._places.get(here.cell, -1), here.statement)
        if place <= self._last or not 0 <= here.statement < self._bounds.get(here.cell, 0):
            raise ProtocolBroken(f"statement {here.statement} of cell {here.cell} cannot be next")
        self._last = place
