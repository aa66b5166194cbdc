"""The single home of the exceptions by which the judge's proxies end a case; each knows its verdict and its finding.

::

    StudentProcessError
    └── StudentFault        ends the case, with a verdict
        ├── NameUnusable    what the hand-in should define is missing, unanswered or no function (AttributeError)
        └── ProcessLost     the student process hung, died or broke the protocol
    CaseOverran             the case's time is up (a BaseException: no suite can swallow it by accident)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import StudentProcessError

if TYPE_CHECKING:
    from grader.model.result import Finding
    from grader.model.verdict import Verdict


class StudentFault(StudentProcessError):  # noqa: N818 - named by what happened
    """The case cannot go on, and the reason is the student's."""

    def __init__(self, verdict: Verdict, finding: Finding) -> None:
        """Carry what the case's result will say."""
        self.verdict = verdict
        self.case_finding = finding
        details = "".join(f", {name} {value}" for name, value in finding.values.items())
        super().__init__(f"{finding.kind}{details}", place=finding.subject)


class NameUnusable(StudentFault, AttributeError):  # noqa: N818 - as above
    """The hand-in does not offer what the case asked for."""

    __module__ = "builtins"  # a student's terminal shows "NameUnusable: …", without where it is defined


class ProcessLost(StudentFault):
    """The student process is gone or had to be stopped."""

    __module__ = "builtins"  # as above


class CaseOverran(BaseException):
    """Raised by the case's alarm in the middle of whatever the case was doing."""
