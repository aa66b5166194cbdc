"""The scoreboard in the terminal: readable when narrow, without colours, and safe to look at."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from grader.model.grade import Status
from grader.model.text import Language, Text
from grader.report import ExercisePoints, IndexRow, scoreboard
from grader.report.safe_text import one_line, visible

TITLE = Text(en="Linear regression", zh="线性回归")


def _row(student_id: str = "ana", *, points: float = 1.5, status: Status = Status.GRADED) -> IndexRow:
    exercise = ExercisePoints(
        id="squared_loss", title=Text(en="Squared loss", zh="平方损失"), points=points, max_points=2.0
    )
    return IndexRow(
        student_id=student_id,
        submission="linear_regression.ipynb",
        status=status,
        points=points,
        max_points=2.0,
        exercises=(exercise,) if status is Status.GRADED else (),
        problem=None if status is Status.GRADED else Text(en="The file is empty.", zh="文件是空的。"),
    )


def _printed(*rows: IndexRow, width: int = 120, language: Language = Language.EN, color: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=color, no_color=not color, legacy_windows=False)
    console.print(scoreboard(rows, title=TITLE, language=language, width=width))
    return out.getvalue()


def test_a_wide_terminal_shows_everything() -> None:
    """Student, hand-in, points, bar, exercises."""
    text = _printed(_row())

    for part in ("ana", "linear_regression.ipynb", "1.5 / 2", "━━━━━━━━━───", "squared_", "loss"):
        assert part in text


@pytest.mark.parametrize("width", [20, 30, 40, 60, 80, 110, 200])
def test_no_line_is_longer_than_the_terminal(width: int) -> None:
    """A narrow terminal gets fewer columns and the points all the same."""
    text = _printed(_row("a-student-with-a-rather-long-name"), _row("bo", status=Status.INVALID), width=width)

    assert max(map(len, text.splitlines())) <= width
    assert "1.5 / 2" in text
    assert "file is empty." in " ".join(text.split())


def test_without_colours_nothing_is_lost() -> None:
    """NO_COLOR leaves words and numbers; no escape sequence is written."""
    text = _printed(_row(), _row("bo", status=Status.INTERNAL_ERROR))

    assert "\x1b" not in text
    assert "not graded yet" in text
    assert "–" in text


def test_the_scoreboard_speaks_chinese() -> None:
    """Headings and notes come from the catalogue."""
    text = _printed(_row("李雷", status=Status.INVALID), language=Language.ZH)

    assert "李雷" in text
    assert "文件是空的" in text


@pytest.mark.parametrize(
    "name",
    [
        "\x1b[31mred",
        "\x1b]0;title\x07x",
        "\x1b]8;;http://evil.example\x1b\\y",
        "a\x9b2Jb",
        "a\rb\x08",
        "a\u202eb",
        "[red]x[/]",
        "[/]",
    ],
)
def test_names_reach_the_terminal_as_plain_characters(name: str) -> None:
    """No escape sequence, carriage return, reversal or markup of a student is obeyed."""
    text = _printed(_row(name), _row("bo"))

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "bo" in text


def test_markup_in_a_name_is_shown_as_typed() -> None:
    """Square brackets are characters like any other."""
    assert "[red]x[/]" in _printed(_row("[red]x[/]"))


def test_odd_characters_are_shown_or_dropped() -> None:
    """What reverses text is shown by its number; what means nothing vanishes; line breaks become one kind."""
    assert visible("a\u202eb\x00c\r\nd\u2028e\ud800\tf") == "a⟨U+202E⟩bc\nd\ne\ufffd\tf"
    assert one_line("a\n\t b" + "c" * 300, 10) == "a bcccccc…"


def test_escape_sequences_are_removed_whole() -> None:
    """Colours, titles, links; also those that never end."""
    assert visible("\x1b[1;31ma\x1b[0m\x1b]0;t\x07b\x1bPq\x1b\\c") == "abc"
    assert visible("\x1b]" * 2000) == visible("\x1b]") * 2000
