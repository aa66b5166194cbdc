"""The single home of what trying a wall shows: per probe, per wall, and for the machine as a whole. Data only."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec

from grader.model.result import Wall
from grader.sandbox.conformance.probes import Probe
from grader.sandbox.walls import NAMESPACES, REQUIRED, missing

if TYPE_CHECKING:
    from collections.abc import Iterable


class State(StrEnum):
    """What became of an attempt, and of a wall."""

    HOLDS = "holds"
    BROKEN = "broken"
    """The attempt got through, or could not show that it does not."""
    NOTHING = "nothing"
    """It does not work unconfined either, so there is nothing to hold on this machine."""
    ABSENT = "absent"
    """The wall itself says that it does not stand here."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of a probe showed."""

    reached: bool
    """Whether it got what it must not get."""
    clear: bool
    """Whether the run shows anything at all; a program that ended for no known reason does not."""
    said: str
    """What the program said, or how it ended, or what was seen from outside."""


class ProbeResult(msgspec.Struct, frozen=True, kw_only=True):
    """One probe, run both ways."""

    probe: Probe
    control: Answer
    """Unconfined."""
    inside: Answer
    """In a student process."""

    @property
    def state(self) -> State:
        """What the two together mean. What gets through inside is a hole, whatever the control could do."""
        if self.inside.reached:
            return State.BROKEN
        if not self.control.reached:
            return State.NOTHING
        return State.HOLDS if self.inside.clear else State.BROKEN


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """One wall with everything that was tried on it."""

    wall: Wall
    """What the student process said of it."""
    results: tuple[ProbeResult, ...]

    @property
    def required(self) -> bool:
        """Whether no grading should go on without it."""
        return self.wall.id != NAMESPACES

    @property
    def state(self) -> State:
        """Whether it holds: it says that it stands, some attempt shows it, and none shows otherwise."""
        if not self.wall.stood:
            return State.ABSENT
        states = {result.state for result in self.results}
        if State.BROKEN in states:
            return State.BROKEN
        return State.HOLDS if State.HOLDS in states else State.NOTHING

    @property
    def holes(self) -> tuple[ProbeResult, ...]:
        """The attempts that got through."""
        return tuple(result for result in self.results if result.state is State.BROKEN)


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """What a machine's walls are worth."""

    layers: tuple[Layer, ...]
    environment: dict[str, str]
    """The versions of what student code runs with."""

    @property
    def failing(self) -> tuple[Layer, ...]:
        """The layers for which nobody should be graded here."""
        absent = {wall.id for wall in missing(layer.wall for layer in self.layers)}
        return tuple(layer for layer in self.layers if (layer.wall.id in absent) or (layer.state is State.BROKEN))


def layers_of(walls: Iterable[Wall], results: Iterable[ProbeResult]) -> tuple[Layer, ...]:
    """The results by wall, in the order in which the walls are put up; one that was not reported is not there."""
    reported = {wall.id: wall for wall in walls}
    found = tuple(results)
    return tuple(
        Layer(
            wall=reported.get(name, Wall(id=name, stood=False, detail="it was not put up")),
            results=tuple(result for result in found if result.probe.wall == name),
        )
        for name in (*REQUIRED, NAMESPACES)
    )
