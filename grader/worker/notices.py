"""The single home of what is noticed while a hand-in loads: each notice once per cell, and not without bound."""

from __future__ import annotations

from grader.wire.evidence import Notice

MOST_NOTICES = 500
LONGEST_VALUE = 200


class Notices:
    """Collects notices; ``cell`` is the cell that runs at this moment."""

    def __init__(self) -> None:
        self.cell = 0
        self._seen: dict[tuple[str, int, tuple[tuple[str, str], ...]], Notice] = {}

    def note(self, kind: str, *, cell: int | None = None, **values: str) -> None:
        """Add a notice about the running cell (or ``cell``), unless it is there already."""
        where = self.cell if cell is None else cell
        short = {key: value[:LONGEST_VALUE] for key, value in values.items()}
        if len(self._seen) < MOST_NOTICES:
            key = (kind, where, tuple(short.items()))
            self._seen.setdefault(key, Notice(kind=kind, cell=where, values=short))

    def collected(self) -> tuple[Notice, ...]:
        """All notices in the order of their cells."""
        return tuple(sorted(self._seen.values(), key=lambda notice: notice.cell))
