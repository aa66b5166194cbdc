"""The single home of what a folder and a zip have in common: a list of files, read one at a time or refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.submission.naming import is_hand_in

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file below a folder or in a zip; ``parts`` are the names on the way to it."""

    parts: tuple[str, ...]
    read: Callable[[], bytes]
    """Gives the bytes or raises `SubmissionError`; nothing is read before it is known whose hand-in it is."""
    refused: bool = False
    """Whether it is here only to be named: ``read`` always raises."""

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.parts[-1]

    @property
    def path(self) -> str:
        """The names on the way to it, for a person to read."""
        return str(PurePosixPath(*self.parts)) if len(self.parts) > 1 else self.parts[0]


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a folder or a zip holds, at any depth; ``name`` is its own name."""

    name: str
    entries: tuple[Entry, ...]
    folders: frozenset[tuple[str, ...]] = frozenset()
    """The way to every folder and zip in it, empty ones included."""

    def below(self, outer: str) -> Listing:
        """What the folder ``outer`` directly below holds."""
        inner = (entry for entry in self.entries if len(entry.parts) > 1 and entry.parts[0] == outer)
        return Listing(
            name=outer,
            entries=tuple(Entry(parts=e.parts[1:], read=e.read, refused=e.refused) for e in inner),
            folders=frozenset(parts[1:] for parts in self.folders if len(parts) > 1 and parts[0] == outer),
        )


class Found:
    """Entries and folders while they are being listed."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.folders: set[tuple[str, ...]] = set()

    def add_below(self, parts: tuple[str, ...], found: Found) -> None:
        """Put what was found in a zip into the place of that zip."""
        self.entries += [Entry(parts=(*parts, *e.parts), read=e.read, refused=e.refused) for e in found.entries]
        self.folders |= {parts} | {(*parts, *inner) for inner in found.folders}

    def listing(self, name: str) -> Listing:
        """What was found, under the name of the whole."""
        return Listing(name=name, entries=tuple(self.entries), folders=frozenset(self.folders))


def refusal(parts: tuple[str, ...], error: SubmissionError) -> Entry:
    """An entry that stands for a file which is not read, and says why."""

    def read() -> bytes:
        raise error

    return Entry(parts=parts, read=read, refused=True)


def is_listed(parts: tuple[str, ...]) -> bool:
    """Whether a refused file matters: it has a hand-in's name, or stands where students' own files stand."""
    return len(parts) == 1 or is_hand_in(parts[-1])


def too_large(size_bytes: int, limit_bytes: int) -> SubmissionError:
    """The refusal of a file for its size."""
    return SubmissionError(
        "too_large", size_mb=round(size_bytes / 1024**2, 1), limit_mb=round(limit_bytes / 1024**2, 1)
    )
