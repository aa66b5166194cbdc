"""The scoreboard in the terminal: readable when narrow, without colours, and safe to look at."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from grader.feedback.view import Audience, CaseView, ExerciseView, Feedback
from grader.model.grade import Status
from grader.model.text import Language, Text
from grader.model.verdict import Verdict
from grader.report import ExercisePoints, IndexRow, scoreboard
from grader.report.safe_text import one_line, visible
from grader.report.terminal import sheet

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

    for part in ("ana", "linear_regression.ipynb", "1.5 / 2", "━━━━━━━━━───", "squared_", "loss", "  / 2"):
        assert part in text


@pytest.mark.parametrize(("points", "full"), [(0.0, 0), (0.01, 1), (1.0, 6), (1.99, 11), (2.0, 12)])
def test_only_all_points_fill_the_bar(points: float, full: int) -> None:
    """And only none leave it empty."""
    text = _printed(_row(points=points))

    assert text.count("━") == full


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


def test_characters_that_nobody_sees_are_seen() -> None:
    """Names that differ only in them look different; the joiners of letters and pictures stay where they join."""
    assert visible("a\u200bn\u2060a") == "a⟨U+200B⟩n⟨U+2060⟩a"
    assert visible("an\u00ada\u3164\U000e0041") == "an⟨U+00AD⟩a⟨U+3164⟩⟨U+E0041⟩"
    assert visible("ana\u200d") == "ana⟨U+200D⟩"
    assert visible("👩\u200d💻 می\u200cخواهم क्\u200dष") == "👩\u200d💻 می\u200cخواهم क्\u200dष"


def test_escape_sequences_are_removed_whole() -> None:
    """Colours, titles, links; also those that never end."""
    assert visible("\x1b[1;31ma\x1b[0m\x1b]0;t\x07b\x1bPq\x1b\\c") == "abc"
    assert visible("\x1b]" * 2000) == visible("\x1b]") * 2000


def _case(number: int, verdict: Verdict = Verdict.PASSED, **replaced: Any) -> CaseView:
    fields: dict[str, Any] = {
        "id": f"squared_loss.{number}",
        "number": number,
        "title": Text(en="A flat target", zh="一维目标"),
        "verdict": verdict,
        "blame": verdict.blame,
        "points": 2.0 if verdict.earns else 0.0,
        "max_points": 2.0,
        "visible": False,
        "message": Text(en="got shape (2, 2), expected (2, 1)", zh="形状是 (2, 2)，应为 (2, 1)"),
        "seconds": 0.1,
        "hint": Text(en="Compare the shapes.", zh="比较形状。"),
    }
    return CaseView(**{**fields, **replaced})


def _feedback(*exercises: tuple[str, tuple[CaseView, ...]], **replaced: Any) -> Feedback:
    views = tuple(
        ExerciseView(
            id=name,
            title=Text(en=f"The {name}", zh=f"题目 {name}"),
            points=sum(case.points for case in cases),
            max_points=sum(case.max_points for case in cases),
            cases=cases,
        )
        for name, cases in exercises
    )
    fields: dict[str, Any] = {
        "audience": Audience.STUDENT,
        "language": Language.EN,
        "assignment": "linear_regression",
        "assignment_title": TITLE,
        "student_id": "ana",
        "submission": "linear_regression.ipynb",
        "format": "notebook",
        "digest": "",
        "status": Status.GRADED,
        "points": sum(view.points for view in views),
        "max_points": sum(view.max_points for view in views),
        "exercises": views,
    }
    return Feedback(**{**fields, **replaced})


def _sheet(feedback: Feedback, *, width: int = 80, language: Language = Language.EN) -> str:
    out = io.StringIO()
    Console(file=out, width=width, no_color=True, legacy_windows=False).print(sheet(feedback, language=language))
    return out.getvalue()


def test_a_single_hand_in_has_its_points_and_what_to_look_at_first() -> None:
    """The first case that failed in the exercise that cost most, with its message and hint."""
    wrong = _case(2, Verdict.WRONG)
    text = _sheet(
        _feedback(
            ("data", (_case(1), wrong)),
            ("loss", (_case(1), _case(3, Verdict.WRONG), _case(4, Verdict.CRASHED))),
            ("sgd", (_case(1),)),
        )
    )

    assert [line.split() for line in text.splitlines() if line.startswith(" The")] == [
        ["The", "data", "2", "/", "4"],
        ["The", "loss", "2", "/", "6"],
        ["The", "sgd", "2", "/", "2"],
    ]
    for part in (
        "ana",
        "linear_regression.ipynb",
        "6 / 12",
        "Look at this first: The loss, case 3 (0 of 2 points): A flat target",
        "got shape (2, 2), expected (2, 1)",
        "Hint: Compare the shapes.",
    ):
        assert part in text


def test_a_single_hand_in_without_a_fault_says_so() -> None:
    """There is nothing to look at."""
    text = _sheet(_feedback(("loss", (_case(1),))))

    assert "Nothing is missing: all points." in text
    assert "first" not in text


def test_what_is_missing_altogether_needs_no_hint() -> None:
    """A hint about its result would be about nothing."""
    assert "Hint" not in _sheet(_feedback(("loss", (_case(1, Verdict.MISSING),))))


def test_a_single_hand_in_that_cannot_be_read_says_why() -> None:
    """In the place of the points."""
    text = _sheet(
        _feedback(status=Status.INVALID, max_points=30.0, problem=Text(en="The file is empty.", zh="文件是空的。")),
    )

    assert "cannot be read" in text
    assert "The file is empty." in text
    assert "Nothing is missing" not in text


def test_a_fault_of_the_grader_is_no_nought() -> None:
    """Nobody has been graded."""
    text = _sheet(_feedback(status=Status.INTERNAL_ERROR, max_points=30.0, problem=Text(en="Later.", zh="稍后。")))

    assert "–" in text
    assert "0 / 30" not in text


def test_a_single_hand_in_is_told_in_chinese() -> None:
    """Also on a narrow terminal."""
    text = _sheet(_feedback(("loss", (_case(1, Verdict.WRONG),))), width=30, language=Language.ZH)

    assert "题目 loss" in text
    assert "先看这里" in text
    assert max(map(cell_len, text.splitlines())) <= 30


def test_a_single_hand_ins_words_reach_the_terminal_as_plain_characters() -> None:
    """A message may quote the student."""
    bad = Text(en="raised \x1b[31m[red]x[/]\u202e", zh="x")
    text = _sheet(_feedback(("loss", (_case(1, Verdict.WRONG, message=bad),)), student_id="[red]a\x1b[2J"))

    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[red]x[/]" in text
    assert "[red]a" in text
