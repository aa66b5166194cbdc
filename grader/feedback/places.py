"""The single home of places in a hand-in: from what a student process reports to lines that the hand-in really has.

A student process could report any frame it likes, with any text as its source line. So the line shown is taken from the
hand-in itself, a place that the hand-in does not have is dropped, and a word counts as the student's own only if it is
written there.
"""

from __future__ import annotations

import builtins
import dataclasses
import functools
import re
from typing import TYPE_CHECKING, Final

from grader.feedback import untrusted
from grader.feedback.catalogue import text
from grader.feedback.explain import is_common_type
from grader.model.assignment import SubmissionFormat
from grader.model.result import Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.submission import Submission
    from grader.model.text import Text
    from grader.wire.evidence import RemoteFrame

MOST_FRAMES: Final = 20
_WORD: Final = re.compile(r"[^\W\d]\w*")
_PYTHONS_OWN: Final = ("<module>", "<lambda>", "<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>")
_RAISES: Final = re.compile(r"^\s*(?:[^#]*[:;]\s*)?(?:raise|assert)\b")


@dataclasses.dataclass(frozen=True)
class HandInText:
    """The source of a hand-in, to look up lines and words."""

    submission: Submission

    @functools.cached_property
    def words(self) -> frozenset[str]:
        """Every identifier that stands anywhere in the hand-in."""
        return frozenset(word for cell in self.submission.cells for word in _WORD.findall(cell.source))

    @functools.cached_property
    def lines(self) -> dict[int, list[str]]:
        """The lines of each cell, by the cell's index."""
        return {cell.index: cell.source.split("\n") for cell in self.submission.cells}

    def source_line(self, cell: int, number: int) -> str | None:
        """The line ``number`` (from 1) of a cell, or None where the hand-in has none."""
        lines = self.lines.get(cell, [])
        return untrusted.line(lines[number - 1]) if 1 <= number <= len(lines) else None

    def place(self, cell: int, number: int) -> Text:
        """``cell 3, line 2`` as people count, or ``line 12`` in a module."""
        if self.submission.format is SubmissionFormat.MODULE:
            return text("place.module", line=number)
        return text("place.notebook", cell=cell + 1, line=number)

    def frames(self, reported: Sequence[Frame | RemoteFrame]) -> tuple[Frame, ...]:
        """The reported places that exist, innermost last, with the hand-in's own lines."""
        found = []
        for frame in reported[-MOST_FRAMES:]:
            source = self.source_line(frame.cell, frame.line)
            if source is not None:
                function = frame.function if self._is_own(frame.function) else ""
                found.append(Frame(cell=frame.cell, line=frame.line, function=function, source=source))
        return tuple(found)

    def type_name(self, reported: str) -> str:
        """The name of an exception's type, if it is a common one or written in the hand-in; ``Exception`` if not."""
        name = reported.rpartition(".")[2]
        return name if is_common_type(name) or name in self.words else "Exception"

    def value_type(self, reported: str) -> str:
        """The name of a value's type, if it is Python's own or written in the hand-in; ``object`` if not."""
        return reported if hasattr(builtins, reported) or reported in self.words else "object"

    def has_written(self, words: str) -> bool:
        """Whether every word in a text stands somewhere in the hand-in, and the rest are digits and plain signs."""
        return self.words.issuperset(_WORD.findall(words)) and _WORD.sub("", words).isascii()

    def _is_own(self, function: str) -> bool:
        """Whether a function's name is Python's own or written in the hand-in."""
        return function in _PYTHONS_OWN or function in self.words


def is_raised_on_purpose(frames: Sequence[Frame]) -> bool:
    """Whether the innermost place is a ``raise`` or ``assert`` statement of the hand-in."""
    return bool(frames) and _RAISES.match(frames[-1].source) is not None
