"""JUnit XML."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from grader.export import junit_xml
from grader.model.grade import Status
from grader.model.text import Language

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.feedback.view import Feedback


def _xml(*feedbacks: Feedback) -> ET.Element:
    return ET.fromstring(junit_xml(feedbacks))


def _problems(root: ET.Element) -> list[tuple[str, str]]:
    """Per test case that did not pass: how, and the message."""
    return [(c.tag, c.get("message", "")) for case in root.iter("testcase") for c in case if c.tag != "properties"]


def test_one_suite_per_hand_in_one_test_case_per_case(make_feedback: Callable[..., Feedback]) -> None:
    """With counts that programs add up."""
    root = _xml(make_feedback())
    (suite,) = root

    assert suite.get("name") == "linear_regression: ana"
    assert [case.get("classname") for case in suite.iter("testcase")] == ["sgd"] * 5
    assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["5", "2", "1", "1"]
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["5", "2", "1", "1"]


@pytest.mark.parametrize("weak", [True, False])
def test_a_weak_sandbox_is_a_property(make_feedback: Callable[..., Feedback], *, weak: bool) -> None:
    """Where there was one; else nothing is said."""
    properties = _xml(make_feedback(weak_sandbox=weak)).findall("./testsuite/properties/property")

    assert [entry.get("value") for entry in properties if entry.get("name") == "weak_sandbox"] == ["true"] * weak


def test_who_is_at_fault_decides_between_failure_and_error(make_feedback: Callable[..., Feedback]) -> None:
    """The student's mistake is a failure, the course's an error."""
    assert _problems(_xml(make_feedback())) == [
        ("failure", "Message 2"),
        ("failure", "Message 3"),
        ("skipped", "Message 4"),
        ("error", "Message 5"),
    ]


def test_the_language_is_the_feedbacks(make_feedback: Callable[..., Feedback]) -> None:
    """Title, message and hint."""
    root = _xml(make_feedback(language=Language.ZH))

    assert root[0].findall("testcase")[1].get("name") == "sgd.2 标题 2"
    assert root[0].findall("testcase")[1].findtext("failure") == "消息 2\n看"


def test_points_are_properties(make_feedback: Callable[..., Feedback]) -> None:
    """Of the hand-in and of each case."""
    (suite,) = _xml(make_feedback())

    assert {p.get("name"): p.get("value") for p in suite.findall("properties/property")} == {
        "student_id": "ana",
        "submission": "ana.ipynb",
        "digest": "sha256:00",
        "status": "graded",
        "points": "2.3",
        "max_points": "6",
    }
    case = suite.findall("testcase")[1]
    assert [p.get("value") for p in case.findall("properties/property")] == ["0.3", "1"]


def test_names_are_unique_in_the_whole_file(make_feedback: Callable[..., Feedback]) -> None:
    """GitLab drops the second of two test cases with one class name and name."""
    root = _xml(make_feedback(), make_feedback(student_id="ben"))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]

    assert len(set(names)) == len(names) == 10


@pytest.mark.parametrize(("status", "tag"), [(Status.INVALID, "failure"), (Status.INTERNAL_ERROR, "error")])
def test_a_hand_in_without_a_grade_says_why(make_invalid: Callable[..., Feedback], status: Status, tag: str) -> None:
    """One test case of its own; nothing that is red may be missing."""
    assert _problems(_xml(make_invalid(status=status))) == [(tag, "The file is empty.")]


def test_what_the_grader_failed_on_has_no_points(make_invalid: Callable[..., Feedback]) -> None:
    """Neither free ones nor nought."""
    root = _xml(make_invalid(status=Status.INTERNAL_ERROR))

    assert "points" not in [each.get("name") for each in root.iter("property")]


def test_any_text_makes_valid_xml(make_invalid: Callable[..., Feedback]) -> None:
    """Control characters are replaced, markup is escaped, line breaks stay."""
    evil = 'a\0b\x1b[31m\x08<&>"\ufffe\ud800]]>\n张三'

    root = _xml(make_invalid(student_id=evil, submission=evil))

    assert root[0].findall("properties/property")[0].get("value") == 'a�b�[31m�<&>"��]]>\n张三'
