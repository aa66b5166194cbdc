"""The single home of reading code that does not parse as a whole: everything around the bad statement still runs."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_TRIES = 60
"""How many later lines are tried as the end of a statement that begins at one line."""
MOST_PARSED = 4_000_000
"""How many characters are parsed for one cell before the rest of it is given up."""

PARSE_ERRORS = (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError)
"""What `ast.parse` raises for a text that is not Python."""

_CONTINUES = ("else:", "else ", "elif ", "except:", "except ", "except*", "finally:", ")", "]", "}")


@dataclass(frozen=True)
class Parsed:
    """Statements that parse; their line numbers are those of the whole cell."""

    body: list[ast.stmt]


@dataclass(frozen=True)
class Unparsed:
    """Lines that do not parse; ``line`` is where the trouble is, ``first_line`` and ``text`` what is left out."""

    line: int
    first_line: int
    text: str
    error: Exception


def recover(text: str, parse: Callable[[str], ast.Module], whole_error: Exception) -> list[Parsed | Unparsed]:
    """Split ``text``, which does not parse as a whole because of ``whole_error``, into what parses and what does not.

    ``parse`` is asked about the shortest texts only, those between two lines that a statement may begin at: it may be
    slow, because it translates magics. Longer ones are plain Python or nothing.
    """
    return list(_Recovery(text.split("\n"), parse, whole_error).pieces())


class _Recovery:
    """Goes through the lines once: from each place a statement may begin at, the shortest text that parses."""

    def __init__(self, lines: list[str], parse: Callable[[str], ast.Module], whole_error: Exception) -> None:
        self._lines = lines
        self._parse = parse
        self._error: Exception = whole_error
        self._left = MOST_PARSED
        self._starts = [number for number, line in enumerate(lines) if _may_begin(line)]
        if not self._starts:
            self._starts = [number for number, line in enumerate(lines) if line.strip()][:1]

    def pieces(self) -> Iterator[Parsed | Unparsed]:
        """The pieces in order."""
        position = 0
        while position < len(self._starts):
            first = self._starts[position]
            step, body = self._shortest(position)
            if body is not None:
                yield Parsed(body)
            else:
                last = self._end(position + step)
                yield from self._salvaged(first, last)
            position += step

    def _end(self, position: int) -> int:
        """The line where the statement before start number ``position`` ends."""
        return self._starts[position] if position < len(self._starts) else len(self._lines)

    def _shortest(self, position: int) -> tuple[int, list[ast.stmt] | None]:
        """How many starts the statement at ``position`` reaches over, and its parsed form; ``(1, None)`` if none."""
        first = self._starts[position]
        first_error: Exception | None = None
        for step in range(1, min(MOST_TRIES, len(self._starts) - position) + 1):
            last = self._end(position + step)
            body = self._try(first, last, self._parse if step == 1 else ast.parse)
            if body is not None:
                return step, body
            first_error = first_error or self._error
            if self._left <= 0:
                return len(self._starts) - position, None
            if not _may_be_unfinished(self._error, lines=last - first):
                break
        self._error = first_error or self._error
        return 1, None

    def _try(self, first: int, last: int, parse: Callable[[str], ast.Module]) -> list[ast.stmt] | None:
        """The statements of these lines, or None (then ``_error`` says why not)."""
        text = "\n".join(self._lines[first:last]) + "\n"
        self._left -= len(text)
        try:
            body = parse(text).body
        except PARSE_ERRORS as error:
            self._error = error
            return None
        for statement in body:
            ast.increment_lineno(statement, first)
        return body

    def _salvaged(self, first: int, last: int) -> Iterator[Parsed | Unparsed]:
        """What lines that do not parse still hold: simple statements before one with a wrong indentation."""
        error = self._error
        line = error.lineno if isinstance(error, SyntaxError) and error.lineno else 1
        if isinstance(error, IndentationError) and 1 < line <= last - first:
            body = self._try(first, first + line - 1, ast.parse)
            if body and not hasattr(body[-1], "body"):
                yield Parsed(body)
                # The line with the wrong indentation is left out, and with it what follows it as deep.
                yield self._unparsed(first + line - 1, last, error, 1)
                return
        yield self._unparsed(first, last, error, line)

    def _unparsed(self, first: int, last: int, error: Exception, line: int) -> Unparsed:
        text = "\n".join(self._lines[first:last])
        inside = min(max(line, 1), last - first)
        return Unparsed(line=first + inside, first_line=first + 1, text=text, error=error)


def _may_begin(line: str) -> bool:
    """Whether a top-level statement may begin at ``line``."""
    if not line.strip() or line[0] in " \t\f#":
        return False
    return not line.startswith(_CONTINUES)


def _may_be_unfinished(error: Exception, *, lines: int) -> bool:
    """Whether more lines could repair what ``error`` says about the first ``lines`` lines."""
    if not isinstance(error, SyntaxError):
        return False
    message = error.msg or ""
    if "never closed" in message or "unterminated triple-quoted" in message or "EOF" in message:
        return True
    return (error.lineno or 0) >= lines
