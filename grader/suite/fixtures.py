"""The single home of the types of the two fixtures that every hidden case may ask for."""

from __future__ import annotations

from typing import Any, Protocol


class Student(Protocol):
    """The hand-in: ``student.squared_loss(y_hat, y)`` runs in the student process.

    A name that the hand-in does not define ends the case with the verdict ``missing``.
    """

    def __getattr__(self, name: str) -> Any:
        """What the hand-in defines under ``name``."""


class Reference(Protocol):
    """The reference solution, in the judge."""

    def __getattr__(self, name: str) -> Any:
        """What the reference defines under ``name``."""
