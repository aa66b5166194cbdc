"""What the report's tests share: feedbacks to draw, gold files to compare with, and a strict reader of HTML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from grader.feedback.view import Audience, CaseView, ExerciseView, Feedback
from grader.model.grade import Status
from grader.model.text import Language, Text
from grader.model.verdict import Verdict

HERE = Path(__file__).parent
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SVG = frozenset(["svg", "symbol", "use", "path", "circle", "rect", "text", "title", "desc", "g"])

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


@dataclass
class Node:
    """One element with its attributes and the text directly within it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    ancestors: tuple[Node, ...] = field(default=(), repr=False)


class _Reader(HTMLParser):
    """Collects every element and every tag that is not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self.open: list[Node] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> repeats an attribute: {names}")
        node = Node(tag, {name: value or "" for name, value in attrs}, ancestors=tuple(self.open))
        self.nodes.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SVG and tag not in VOID:
            self.faults.append(f"<{tag}/> is not a void element")
        self.nodes.append(Node(tag, {name: value or "" for name, value in attrs}, ancestors=tuple(self.open)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1].tag if self.open else 'nothing'} at {self.getpos()}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data


@pytest.fixture
def read_page() -> Callable[[str], list[Node]]:
    """A reader that gives every element of a page and fails on tags that are not balanced."""

    def read(html: str) -> list[Node]:
        reader = _Reader()
        reader.feed(html)
        reader.close()
        assert not reader.faults, reader.faults[:5]
        assert not reader.open, f"never closed: {reader.open[-1].tag}"
        return reader.nodes

    return read
