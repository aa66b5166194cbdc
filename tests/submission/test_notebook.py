"""Notebook formats: JSON → cells."""

from __future__ import annotations

import pytest

from grader.errors import SubmissionError
from grader.model.submission import CellKind
from grader.submission.notebook import CELL_LIMIT, cells_of, parse_json


def test_cells_keep_their_place_among_all_cells() -> None:
    """Text counts, too, so that a report can point to what the student sees."""
    cells = cells_of(
        {
            "nbformat": 4,
            "cells": [
                {"cell_type": "markdown", "source": "# A"},
                {"cell_type": "code", "source": ["x = 1\n", "y = 2"]},
                {"cell_type": "raw", "source": ""},
            ],
        }
    )

    assert [(cell.index, cell.kind, cell.source) for cell in cells] == [
        (0, CellKind.MARKDOWN, "# A"),
        (1, CellKind.CODE, "x = 1\ny = 2"),
        (2, CellKind.RAW, ""),
    ]


def test_format_3_is_read_as_it_was_meant() -> None:
    """Worksheets, ``input`` and headings became cells, ``source`` and Markdown in format 4."""
    cells = cells_of(
        {
            "nbformat": 3,
            "worksheets": [
                {"cells": [{"cell_type": "heading", "level": 2, "source": ["Loss"]}]},
                {"cells": [{"cell_type": "code", "input": ["a = 1\n", "b = 2"], "language": "python"}]},
            ],
        }
    )

    assert [(cell.kind, cell.source) for cell in cells] == [
        (CellKind.MARKDOWN, "## Loss"),
        (CellKind.CODE, "a = 1\nb = 2"),
    ]


@pytest.mark.parametrize("minor", [0, 5, 99])
def test_any_minor_version_is_read(minor: int) -> None:
    """A newer minor version adds, it does not change."""
    assert len(cells_of({"nbformat": 4, "nbformat_minor": minor, "cells": [{"cell_type": "code"}]})) == 1


@pytest.mark.parametrize("version", [1, 2, 5])
def test_another_format_is_named(version: int) -> None:
    """The student is told which version was found."""
    with pytest.raises(SubmissionError) as caught:
        cells_of({"nbformat": version, "cells": [], "worksheets": []})

    assert (caught.value.kind, caught.value.values) == ("nbformat_unsupported", {"found": version})


@pytest.mark.parametrize(
    "value",
    [
        *([], 3, None, "text", {}, {"nbformat": 4}, {"nbformat": "4", "cells": []}, {"nbformat": 4, "cells": {}}),
        *({"nbformat": 4, "cells": [1]}, {"nbformat": 4, "cells": [{"cell_type": "code", "source": 7}]}),
        *({"nbformat": 4, "cells": [{"source": ["a", 1]}]}, {"nbformat": 3, "worksheets": [1]}),
        *({"nbformat": True, "cells": []}, {"nbformat": 4, "worksheets": []}),
    ],
)
def test_json_that_is_no_notebook_is_refused(value: object) -> None:
    """Whatever is missing or of another type."""
    with pytest.raises(SubmissionError, match="not_a_notebook"):
        cells_of(value)


def test_a_surrogate_in_a_source_is_replaced() -> None:
    """JSON can escape what no file can hold."""
    assert cells_of(parse_json('{"cells": [{"cell_type": "code", "source": "\\ud800"}]}'))[0].source == "�"


def test_too_many_cells_are_counted() -> None:
    """The limit is far above what anybody writes."""
    with pytest.raises(SubmissionError, match="too_many_cells"):
        cells_of({"nbformat": 4, "cells": [{"cell_type": "code", "source": ""}] * (CELL_LIMIT + 1)})


def test_the_last_of_two_equal_keys_and_nan_are_accepted() -> None:
    """As Jupyter does."""
    assert parse_json('{"a": 1, "a": NaN, "a": 2}') == {"a": 2}


@pytest.mark.parametrize(
    ("text", "line", "column"), [('{"cells": [\n {"a": ', 2, 8), ("{", 1, 2), ("9" * 5000, 1, 1)], ids=["cut", "{", "9"]
)
def test_broken_json_is_located(text: str, line: int, column: int) -> None:
    """The place where the file ends or goes wrong."""
    with pytest.raises(SubmissionError) as caught:
        parse_json(text)

    assert (caught.value.kind, caught.value.values) == ("notebook_broken", {"line": line, "column": column})


def test_deep_nesting_is_refused() -> None:
    """A hundred thousand brackets must not end the process."""
    with pytest.raises(SubmissionError, match="notebook_too_deep"):
        parse_json("[" * 100_000)
