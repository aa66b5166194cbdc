"""What a person sees while a batch runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.cli.progress import progress
from grader.feedback.view import Audience, Feedback
from grader.model.grade import Status
from grader.model.text import Language, Text

if TYPE_CHECKING:
    import pytest


def _feedback(student_id: str, status: Status) -> Feedback:
    return Feedback(
        audience=Audience.STUDENT,
        language=Language.EN,
        assignment="a",
        assignment_title=Text(en="T", zh="题"),
        student_id=student_id,
        submission="a.py",
        format="module",
        digest="",
        status=status,
        points=0.1 + 0.2,
        max_points=3.0,
    )


def _show(capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
    title = Text(en="Linear [regression]", zh="线性回归")
    with progress(2, title=title, language=Language.EN) as watcher:
        watcher.graded(_feedback("an\x1b[31ma\n", Status.GRADED))
        watcher.graded(_feedback("eve", Status.INVALID))
    return capsys.readouterr()


def test_elsewhere_there_is_one_plain_line_each(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no escape sequence of a student's in it, and none of ours."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)

    out, err = _show(capsys)

    assert out == ""
    assert err.splitlines() == ["Grading Linear [regression]", "[1/2] ana  0.3/3", "[2/2] eve  cannot be read"]


def test_on_a_terminal_there_is_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a count; square brackets of a title are no markup."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")

    out, err = _show(capsys)

    assert out == ""
    assert "Grading Linear [regression]" in err
    assert "2/2" in err
    assert "[1/2]" not in err
