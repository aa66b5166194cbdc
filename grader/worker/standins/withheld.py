"""The single home of how the stand-ins say that they do not offer a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ASKED: set[str] = set()
"""The names that the assignment of the hand-in in this process asks for."""


def explanation(package: str) -> Callable[[str], str]:
    """A function that says why the stand-in for ``package`` does not offer a name."""

    def why_not(name: str) -> str:
        sentence = f"this stand-in for {package} does not offer `{name}`"
        return f"{sentence}: it is what the exercise asks you to write" if name in ASKED else sentence

    return why_not
