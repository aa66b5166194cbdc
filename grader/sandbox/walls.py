"""The single home of which walls must stand before student code may run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import MachineError
from grader.model.result import Wall

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMESPACES = "namespaces"
"""The outer wall: it is put up around the zygote, where the machine has what it takes."""
FILESYSTEM = "filesystem"

REQUIRED = (
    "own_process",
    "closed_descriptors",
    "limits",
    "own_folder",
    "leftovers_killed",
    "capabilities",
    FILESYSTEM,
    "system_calls",
    "network",
)
"""Ids in the order in which they are put up; `NAMESPACES` comes last and is not among them."""


class WeakSandbox(MachineError):  # noqa: N818 - named by what was found
    """Required walls do not hold on this machine, and nobody has said that student code may run all the same."""

    def __init__(self, fallen: tuple[Wall, ...]) -> None:
        """``fallen`` is what `missing` gives."""
        self.fallen = fallen
        named = ", ".join(f"{wall.id} ({wall.detail})" if wall.detail else wall.id for wall in fallen)
        super().__init__(f"required walls do not hold on this machine: {named}", hint="grader doctor says what to do")


def missing(walls: Iterable[Wall]) -> tuple[Wall, ...]:
    """The required walls that do not hold, in order; one that was not even reported counts as missing.

    Behind the outer wall there are no files to read that the inner one would have to keep from student code, so either
    of them is enough.
    """
    reported = {wall.id: wall for wall in walls}
    held = {wall.id for wall in reported.values() if wall.stood}
    if NAMESPACES in held:
        held.add(FILESYSTEM)
    return tuple(reported.get(name, Wall(id=name, stood=False)) for name in REQUIRED if name not in held)
