"""One hand-in: bytes → submission or reason."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from grader.model.assignment import SubmissionFormat
from grader.model.submission import Submission, Unreadable
from grader.submission import read_submission

if TYPE_CHECKING:
    from collections.abc import Callable

BOTH = (SubmissionFormat.NOTEBOOK, SubmissionFormat.MODULE)


def _read(name: str, data: bytes) -> Submission | Unreadable:
    return read_submission(name, data, student_id="ana", accepts=BOTH)


def test_a_notebook_is_read(notebook: Callable[..., bytes]) -> None:
    """Cells, format and the digest of the bytes."""
    data = notebook("x = 1", "y = 2")

    read = _read("ana.ipynb", data)

    assert isinstance(read, Submission)
    assert read.format is SubmissionFormat.NOTEBOOK
    assert [cell.source for cell in read.cells] == ["x = 1", "y = 2"]
    assert read.digest == "sha256:" + hashlib.sha256(data).hexdigest()


def test_an_exported_module_is_one_cell() -> None:
    """The marks that Jupyter and editors write between cells are comments."""
    source = "# In[3]:\nx = 1\n# %%\ny = 2\n"

    read = _read("ana.py", source.encode())

    assert isinstance(read, Submission)
    assert read.format is SubmissionFormat.MODULE
    assert [cell.source for cell in read.cells] == [source]


def test_a_notebook_named_like_a_module_is_a_notebook(notebook: Callable[..., bytes]) -> None:
    """The contents decide."""
    read = _read("ana.py", notebook("x = 1"))

    assert isinstance(read, Submission)
    assert read.format is SubmissionFormat.NOTEBOOK


@pytest.mark.parametrize("source", ["import torch\ndef f(: pass", "# answers\nx = 1", "weight_shape = (8, 1)"])
def test_a_module_named_like_a_notebook_is_a_module(source: str) -> None:
    """Also one with a syntax error: some statements of it can still be judged."""
    read = _read("ana.ipynb", source.encode())

    assert isinstance(read, Submission)
    assert read.format is SubmissionFormat.MODULE


def test_a_module_that_begins_with_a_dictionary_is_a_module() -> None:
    """Braces alone make no notebook."""
    assert isinstance(_read("ana.py", b"{'a': 1}\nx = 2"), Submission)
    assert isinstance(_read("ana.py", b'{"a": 1}'), Submission)


def test_ten_thousand_cells_are_read(notebook: Callable[..., bytes]) -> None:
    """It is much, but it is a notebook."""
    read = _read("ana.ipynb", notebook(*["x = 1"] * 10_000))

    assert isinstance(read, Submission)
    assert len(read.cells) == 10_000


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.ipynb", b"", "empty"),
        ("a.py", b"\n", "empty"),
        ("a.ipynb", bytes(range(256)), "not_text"),
        ("a.ipynb", b'{"cells": [', "notebook_broken"),
        ("a.ipynb", b"no notebook, no code", "notebook_broken"),
        ("a.ipynb", b'{"a": 1}', "not_a_notebook"),
        ("a.ipynb", b"[1, 2]", "not_a_notebook"),
        ("a.ipynb", b'{"nbformat": 5, "cells": []}', "nbformat_unsupported"),
        ("a.py", b'{"nbformat": 2, "worksheets": []}', "nbformat_unsupported"),
        ("a.ipynb", b'{"cells": ' + b"[" * 50_000, "notebook_too_deep"),
        ("a.docx", b"words", "format_unsupported"),
        ("a.py", b"#" * (17 * 1024**2), "too_large"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else str(value),
)
def test_what_cannot_be_graded_has_a_reason(name: str, data: bytes, kind: str) -> None:
    """No exception, one key of the catalogue, and the digest of what was handed in."""
    read = _read(name, data)

    assert isinstance(read, Unreadable)
    assert read.kind == kind
    assert read.digest.startswith("sha256:")


def test_a_format_that_the_assignment_does_not_take_is_named(notebook: Callable[..., bytes]) -> None:
    """With what it takes."""
    read = read_submission("a.ipynb", notebook("x"), student_id="ana", accepts=(SubmissionFormat.MODULE,))

    assert isinstance(read, Unreadable)
    assert (read.kind, read.values) == ("format_not_accepted", {"found": "notebook", "accepted": "module"})
