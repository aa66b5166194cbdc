"""The single home of JUnit XML: one test suite per hand-in, one test case per case, our own messages only.

There is no official format; this is the common subset that GitLab, Jenkins and GitHub's actions read. GitLab shows one
line per pair of class name and name and drops the second of two equal ones, so the name says whose case it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from grader.export.points import points_text
from grader.model.grade import Status
from grader.model.verdict import Blame, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.feedback.view import CaseView, Feedback

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def junit_xml(feedbacks: Sequence[Feedback]) -> bytes:
    """All hand-ins in one file, in the language of each feedback."""
    suites = ET.Element("testsuites", name="grader")
    many = len(feedbacks) > 1
    for feedback in feedbacks:
        _suite(suites, feedback, many=many)
    for count in ("tests", "failures", "errors", "skipped"):
        suites.set(count, str(sum(int(suite.get(count, "0")) for suite in suites)))
    ET.indent(suites)
    document: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _suite(parent: ET.Element, feedback: Feedback, *, many: bool) -> None:
    """One hand-in."""
    cases = [case for exercise in feedback.exercises for case in exercise.cases]
    suite = ET.SubElement(parent, "testsuite", name=_xml(f"{feedback.assignment}: {feedback.student_id}"))
    # Nought would be a grade where the grader failed.
    warning = {"weak_sandbox": "true"} if feedback.weak_sandbox else {}
    earned = {} if feedback.status is Status.INTERNAL_ERROR else {"points": points_text(feedback.points)}
    _properties(
        suite,
        student_id=feedback.student_id,
        submission=feedback.submission,
        digest=feedback.digest,
        status=feedback.status.value,
        **earned,
        max_points=points_text(feedback.max_points),
        **warning,
    )
    suffix = f" [{feedback.student_id}]" if many else ""
    for exercise in feedback.exercises:
        for case in exercise.cases:
            _case(suite, case, exercise_id=exercise.id, suffix=suffix, feedback=feedback)
    if feedback.status is not Status.GRADED:
        _no_grade(suite, feedback, suffix=suffix)
    suite.set("tests", str(len(suite.findall("testcase"))))
    for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("time", f"{sum(case.seconds or 0.0 for case in cases):.3f}")


def _case(suite: ET.Element, case: CaseView, *, exercise_id: str, suffix: str, feedback: Feedback) -> None:
    """One case of one hand-in."""
    language = feedback.language
    name = f"{case.id} {case.title.pick(language)}{suffix}"
    seconds = f"{case.seconds or 0.0:.3f}"  # of a hidden case students are told none
    element = ET.SubElement(suite, "testcase", classname=_xml(exercise_id), name=_xml(name), time=seconds)
    _properties(element, points=points_text(case.points), max_points=points_text(case.max_points))
    if case.verdict is Verdict.PASSED:
        return
    message = case.message.pick(language)
    if case.verdict is Verdict.SKIPPED:
        ET.SubElement(element, "skipped", message=_xml(message))
        return
    # To JUnit a failure is the code's, an error is that of the tests or of what runs them.
    tag = "failure" if case.blame is Blame.STUDENT else "error"
    outcome = ET.SubElement(element, tag, type=case.verdict.value, message=_xml(message))
    outcome.text = _xml("\n".join([message, *([case.hint.pick(language)] if case.hint else [])]))


def _no_grade(suite: ET.Element, feedback: Feedback, *, suffix: str) -> None:
    """A hand-in that could not be read or graded: one test case of its own says why."""
    name = f"{feedback.submission or feedback.student_id}{suffix}"
    element = ET.SubElement(suite, "testcase", classname=_xml(feedback.assignment), name=_xml(name), time="0.000")
    problem = feedback.problem.pick(feedback.language) if feedback.problem else feedback.status.value
    tag = "failure" if feedback.status is Status.INVALID else "error"
    outcome = ET.SubElement(element, tag, type=feedback.status.value, message=_xml(problem))
    outcome.text = _xml(problem)


def _properties(parent: ET.Element, **values: str) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        ET.SubElement(properties, "property", name=name, value=_xml(value))


def _xml(text: str) -> str:
    """``text`` without the characters that no XML document can hold."""
    return NOT_XML.sub("�", text)
