"""What the report's tests share: feedbacks to draw, and gold files to compare with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.feedback.view import Audience, CaseView, ExerciseView, Feedback
from grader.model.grade import Status
from grader.model.text import Language, Text
from grader.model.verdict import Verdict

HERE = Path(__file__).parent

FeedbackMaker = Callable[..., Feedback]
CaseMaker = Callable[..., CaseView]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--renew-gold`` writes the gold files anew instead of comparing with them."""
    parser.addoption("--renew-gold", action="store_true", help="write the report's gold files anew")


@pytest.fixture
def check_gold(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with its gold file, or renew the file when asked to."""

    def check(name: str, text: str) -> None:
        path = HERE / "gold" / name
        if request.config.getoption("renew_gold", default=False):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text, "renew with: pytest tests/report --renew-gold"

    return check


@pytest.fixture
def full_feedback() -> FeedbackMaker:
    """A maker of the realistic report: every verdict, every picture, a notebook with failures."""
    sample = (HERE / "samples" / "full.json").read_bytes()

    def make(language: Language = Language.EN, **changes: Any) -> Feedback:
        feedback = msgspec.json.decode(sample, type=Feedback)
        return msgspec.structs.replace(feedback, language=language, **changes)

    return make


@pytest.fixture
def make_case() -> CaseMaker:
    """A maker of single cases; what is not given is an ordinary passed case."""
    return _case


@pytest.fixture
def make_feedback() -> FeedbackMaker:
    """A maker of small feedbacks with one exercise that holds the given cases."""
    return _feedback


def _case(number: int = 1, verdict: Verdict = Verdict.PASSED, **more: Any) -> CaseView:
    defaults: dict[str, Any] = {
        "id": f"squared_loss.{number}",
        "number": number,
        "title": Text(en=f"Case {number}", zh=f"第 {number} 例"),
        "verdict": verdict,
        "blame": verdict.blame,
        "points": 1.0 if verdict.earns else 0.0,
        "max_points": 1.0,
        "visible": False,
        "message": Text(en=f"Message {number}.", zh=f"说明 {number}。"),
        "seconds": 0.01,
    }
    return CaseView(**(defaults | more))


def _feedback(*cases: CaseView, language: Language = Language.EN, **more: Any) -> Feedback:
    points, max_points = sum(case.points for case in cases), sum(case.max_points for case in cases)
    exercise = ExerciseView(
        id="squared_loss",
        title=Text(en="Squared loss", zh="平方损失"),
        points=points,
        max_points=max_points,
        cases=cases,
    )
    defaults: dict[str, Any] = {
        "audience": Audience.STUDENT,
        "language": language,
        "assignment": "linear_regression",
        "assignment_title": Text(en="Linear regression from scratch", zh="线性回归的从零开始实现"),
        "student_id": "ana",
        "submission": "linear_regression.ipynb",
        "format": "notebook",
        "digest": "sha256:" + "9f86d081884c7d65" * 4,
        "status": Status.GRADED,
        "points": points,
        "max_points": max_points,
        "exercises": (exercise,) if cases else (),
    }
    return Feedback(**(defaults | more))
