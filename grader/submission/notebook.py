"""The single home of the notebook formats: JSON text → cells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grader.errors import SubmissionError
from grader.model.submission import Cell, CellKind
from grader.submission.naming import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

READABLE = (3, 4)
CELL_LIMIT = 20_000


def parse_json(text: str) -> Any:
    """The JSON value of ``text``; leniently where Jupyter is lenient, too (NaN, the last of two equal keys).

    Raises:
        SubmissionError: ``notebook_broken`` (line, column) or ``notebook_too_deep``.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise SubmissionError("notebook_broken", line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise SubmissionError("notebook_too_deep") from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise SubmissionError("notebook_broken", line=1, column=1) from error


def is_notebook(value: Any) -> bool:
    """Whether a JSON value says of itself that it is a notebook, of whatever version."""
    return isinstance(value, dict) and ("cells" in value or "worksheets" in value)


def cells_of(notebook: Any) -> tuple[Cell, ...]:
    """The cells of a notebook of format 3 or 4, any minor version.

    Raises:
        SubmissionError: ``not_a_notebook``, ``nbformat_unsupported`` or ``too_many_cells``.
    """
    if not is_notebook(notebook):
        raise SubmissionError("not_a_notebook")
    version = notebook.get("nbformat", 4 if "cells" in notebook else 3)
    if type(version) is not int:
        raise SubmissionError("not_a_notebook")
    if version not in READABLE:
        raise SubmissionError("nbformat_unsupported", found=version)
    listed = list(_listed(notebook.get("cells")) if version == max(READABLE) else _from_worksheets(notebook))
    if len(listed) > CELL_LIMIT:
        raise SubmissionError("too_many_cells", found=len(listed), limit=CELL_LIMIT)
    return tuple(_cell(index, cell) for index, cell in enumerate(listed))


def _from_worksheets(notebook: dict[str, Any]) -> Iterator[Any]:
    for sheet in _listed(notebook.get("worksheets")):
        yield from _listed(sheet.get("cells", []) if isinstance(sheet, dict) else None)


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise SubmissionError("not_a_notebook")
    return value


def _cell(index: int, cell: Any) -> Cell:
    if not isinstance(cell, dict):
        raise SubmissionError("not_a_notebook")
    # Format 3 keeps the source of code cells under `input`, and headings in cells of their own kind.
    source = _joined(cell.get("source", cell.get("input", "")))
    kind = cell.get("cell_type")
    if kind == "code":
        return Cell(index=index, kind=CellKind.CODE, source=source)
    if kind == "heading":
        level = cell.get("level")
        return Cell(
            index=index,
            kind=CellKind.MARKDOWN,
            source=f"{'#' * (level if isinstance(level, int) and 1 <= level <= 6 else 1)} {source}",  # noqa: PLR2004 - h1 to h6
        )
    return Cell(index=index, kind=CellKind.MARKDOWN if kind == "markdown" else CellKind.RAW, source=source)


def _joined(source: Any) -> str:
    """A source is one string or a list of lines."""
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise SubmissionError("not_a_notebook")
    return clean_text(source.replace("\r\n", "\n").replace("\r", "\n"))
