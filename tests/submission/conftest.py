"""What the tests of collecting share: an assignment, notebooks as bytes, zips as bytes."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from grader.model.assignment import Assignment, Exercise, ExerciseKind, Limits, SubmissionFormat
from grader.model.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@pytest.fixture(scope="session")
def assignment() -> Assignment:
    """An assignment that takes notebooks and modules."""
    return Assignment(
        id="linear_regression",
        title=Text(en="Linear regression", zh="线性回归"),
        language=Language.EN,
        accepts=(SubmissionFormat.NOTEBOOK, SubmissionFormat.MODULE),
        exercises=(
            Exercise(
                id="sgd", kind=ExerciseKind.FUNCTION, points=3, title=Text(en="SGD", zh="梯度下降"), names=("sgd",)
            ),
        ),
        limits=Limits(),
    )


@pytest.fixture(scope="session")
def notebook() -> Callable[..., bytes]:
    """Makes a notebook of format 4 with the given sources; further keys replace its own."""

    def make(*sources: str, **keys: Any) -> bytes:
        cells: list[dict[str, Any]] = [
            {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
            for source in sources
        ]
        return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **keys}).encode()

    return make


@pytest.fixture(scope="session")
def zipped() -> Callable[[Mapping[str, bytes | str]], bytes]:
    """Makes a zip with the given entries; a name that ends in ``/`` is a folder."""

    def make(files: Mapping[str, bytes | str]) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return packed.getvalue()

    return make
