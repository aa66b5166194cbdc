"""``grades.csv``."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from grader.export import grades_csv
from grader.model.grade import Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.feedback.view import Feedback

COLUMNS = ["student_id", "submission", "digest", "status", "points", "max_points", "sgd", "quiz"]


def _table(*rows: Feedback) -> list[list[str]]:
    return list(csv.reader(io.StringIO(grades_csv(rows, exercise_ids=("sgd", "quiz")), newline="")))


def test_a_row_per_student_sorted(make_feedback: Callable[..., Feedback]) -> None:
    """The columns are promised, the numbers are clean."""
    table = _table(make_feedback(student_id="ben"), make_feedback())

    assert table == [
        COLUMNS,
        ["ana", "ana.ipynb", "sha256:00", "graded", "2.3", "6", "2.3", "0"],
        ["ben", "ana.ipynb", "sha256:00", "graded", "2.3", "6", "2.3", "0"],
    ]


def test_what_cannot_be_read_earns_nought(make_invalid: Callable[..., Feedback]) -> None:
    """In each column."""
    assert _table(make_invalid())[1][3:] == ["invalid", "0", "6", "0", "0"]


def test_what_the_grader_failed_on_has_no_points(make_invalid: Callable[..., Feedback]) -> None:
    """An empty cell is no grade, nought would be one."""
    assert _table(make_invalid(status=Status.INTERNAL_ERROR))[1][3:] == ["internal_error", "", "6", "", ""]


def test_an_empty_class_still_has_a_header() -> None:
    """Whoever reads the file finds its columns."""
    assert _table() == [COLUMNS]


def test_lines_end_as_rfc_4180_says(make_feedback: Callable[..., Feedback]) -> None:
    """And the first byte belongs to the first column's name."""
    written = grades_csv([make_feedback()], exercise_ids=())

    assert written.startswith("student_id,")
    assert written.count("\r\n") == 2
    assert "\n" not in written.replace("\r\n", "")


@pytest.mark.parametrize(
    "name",
    [
        "=cmd()",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝cmd()",
        "|calc",
        '=HYPERLINK("x")',
        "\u3000=1",
        "\u200b\xa0=1",
    ],
)
def test_no_name_is_a_formula(make_feedback: Callable[..., Feedback], name: str) -> None:
    """A spreadsheet shows it as text."""
    assert _table(make_feedback(student_id=name))[1][0] == f"'{name}"


@pytest.mark.parametrize("name", ["张三", 'Ana "A" B', "a,b", "line\nbreak", "../eve", "o'neill", "a=b"])
def test_any_other_name_is_kept(make_feedback: Callable[..., Feedback], name: str) -> None:
    """Quoted where the format needs it."""
    assert _table(make_feedback(student_id=name))[1][0] == name


@pytest.mark.parametrize(
    "name", ["ana\x1b[2J", "ana\x1b]0;owned\x07", "ana\x9b31m", "a\x00na", "a\u202ena", "ana\x08\x7f"]
)
def test_no_name_commands_the_terminal_that_shows_the_file(make_feedback: Callable[..., Feedback], name: str) -> None:
    """Control characters, and those that turn the direction, are replaced where they stand."""
    written = grades_csv([make_feedback(student_id=name)], exercise_ids=[])

    assert re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", written) is None
    assert "\ufffd" in written
