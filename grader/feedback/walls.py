"""The single home of what a person who runs the grader is told about a wall: its name, what it stops, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.feedback.catalogue import text

if TYPE_CHECKING:
    from grader.model.text import Text

_REMEDIES: Final = {
    "filesystem": "doctor.remedy.filesystem",
    "system_calls": "doctor.remedy.seccomp",
    "network": "doctor.remedy.seccomp",
    "namespaces": "doctor.remedy.namespaces",
}
"""What to do where a wall is missing; of the others every machine is capable."""


def name_of(wall: str) -> Text:
    """One or two words for the wall with that id."""
    return text(f"doctor.name.{wall}")


def what_it_stops(wall: str) -> Text:
    """What student code could do without it."""
    return text(f"doctor.stops.{wall}")


def what_to_do(wall: str, *, broken: bool = False) -> Text:
    """What helps where it does not stand, or, if it is ``broken``, where something gets through all the same."""
    return text("doctor.remedy.broken" if broken else _REMEDIES.get(wall, "doctor.remedy.any"))
