"""The way through a hand-in: each place once, in order, and none that does not exist."""

from __future__ import annotations

import pytest

from grader.wire.faults import ProtocolBroken
from grader.wire.frames import AtStatement, CellSource
from grader.wire.itinerary import Itinerary

CELLS = [CellSource(index=4, source="a;b;c"), CellSource(index=2, source="x = 1\ny = 2")]


@pytest.mark.parametrize(
    "places",
    [[(4, 0), (4, 1), (4, 2), (2, 0), (2, 5)], [(4, 2), (2, 1)], [(2, 3)]],
    ids=["every one", "some left out", "a cell left out"],
)
def test_forward_is_allowed(places: list[tuple[int, int]]) -> None:
    """Cells in the order in which they were sent; what is not run is not announced."""
    itinerary = Itinerary(CELLS)

    for cell, statement in places:
        itinerary.go_on_to(AtStatement(cell, statement))


@pytest.mark.parametrize(
    ("before", "place"),
    [
        ((4, 1), (4, 1)),
        ((4, 1), (4, 0)),
        ((2, 0), (4, 2)),
        ((4, 0), (4, 3)),
        ((4, 0), (2, 6)),
        ((4, 0), (3, 0)),
        ((4, 0), (2, 2**62)),
        ((4, 0), (2, -1)),
    ],
    ids=["twice", "back", "back a cell", "too far", "too far, again", "no such cell", "absurd", "negative"],
)
def test_anything_else_breaks_the_protocol(before: tuple[int, int], place: tuple[int, int]) -> None:
    """So that a flood of announcements ends at once."""
    itinerary = Itinerary(CELLS)
    itinerary.go_on_to(AtStatement(*before))

    with pytest.raises(ProtocolBroken, match=f"statement {place[1]} of cell {place[0]} cannot be next"):
        itinerary.go_on_to(AtStatement(*place))
