"""The single home of reading a master notebook and of writing a notebook back, as plain nbformat 4 JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_KERNEL = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


class MasterCell(msgspec.Struct, frozen=True):
    """One cell of a master notebook."""

    id: str
    code: bool
    source: str
    tags: tuple[str, ...] = ()


def read_master(path: Path) -> tuple[MasterCell, ...]:
    """The cells of the notebook at ``path``.

    Raises:
        CourseError: if there is no notebook of nbformat 4.
    """
    try:
        document = json.loads(path.read_bytes())
        if document["nbformat"] != 4:  # noqa: PLR2004 - the format's own version number
            raise CourseError(f"expected nbformat 4, got {document['nbformat']}", place=str(path))
        return tuple(_cell(index, cell) for index, cell in enumerate(document["cells"]))
    except OSError as error:
        raise CourseError(f"the master notebook cannot be read: {error.strerror}", place=str(path)) from error
    except (ValueError, KeyError, TypeError) as error:
        finding = f"expected a Jupyter notebook ({type(error).__name__}: {error})"
        raise CourseError(finding, place=str(path), hint="open it in Jupyter and save it again") from error


def notebook_json(cells: Sequence[MasterCell]) -> str:
    """The notebook without outputs, in the layout in which Jupyter saves it."""
    document = {"cells": [_json_cell(cell) for cell in cells], "metadata": _KERNEL, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cell(index: int, cell: dict[str, Any]) -> MasterCell:
    source = cell["source"]
    return MasterCell(
        id=cell.get("id", f"cell-{index}"),
        code=cell["cell_type"] == "code",
        source=source if isinstance(source, str) else "".join(source),
        tags=tuple(cell["metadata"].get("tags", ())),
    )


def _json_cell(cell: MasterCell) -> dict[str, Any]:
    common = {"id": cell.id, "metadata": {"tags": list(cell.tags)} if cell.tags else {}}
    source = cell.source.splitlines(keepends=True)
    if cell.code:
        return {"cell_type": "code", "execution_count": None, **common, "outputs": [], "source": source}
    return {"cell_type": "markdown", **common, "source": source}
