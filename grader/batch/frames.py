"""The single home of what coordinator and slot say to each other: tasks in as data, outcomes out as data."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from grader.feedback.view import Feedback
from grader.model.result import Wall
from grader.model.submission import Submission
from grader.model.text import Language

FRAME_BYTES = 512 * 1024**2
"""Both sides are ours; the bound only keeps a broken frame from taking all memory."""


class Job(msgspec.Struct, frozen=True, kw_only=True, tag="job"):
    """What a slot grades: said once, before its first task."""

    course_root: str
    assignment_id: str
    language: Language
    allow_weak_sandbox: bool = False
    """Whether to grade also where a required wall is missing."""


class Task(msgspec.Struct, frozen=True, kw_only=True, tag="task"):
    """Grade one submission."""

    submission: Submission


class Prepared(msgspec.Struct, frozen=True, kw_only=True, tag="prepared"):
    """The slot is warm: suite collected, reference checked."""

    case_count: int


class Fault(StrEnum):
    """Who must act where a slot cannot be prepared."""

    USAGE = "usage"
    COURSE = "course"
    MACHINE = "machine"


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag="refused"):
    """The slot cannot be prepared: the parts of the message, and its traceback where it was nobody's mistake."""

    fault: Fault
    finding: str
    place: str = ""
    hint: str = ""
    details: str = ""
    fallen: tuple[Wall, ...] = ()
    """The required walls that are missing, where that is the reason."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True, tag="outcome"):
    """One submission has been judged."""

    feedback: Feedback
    """Without cells and pictures, which only the report needs."""
    result: bytes
    """``result.json``."""
    report: bytes
    """``report.html``."""
    course_faults: tuple[str, ...] = ()
    """Cases that do not hold for the reference, for the course's author."""


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag="failed"):
    """The grader or the machine failed on a submission, or on a case of it: it is to be judged again.

    ``details`` are for whoever looks after the grader.
    """

    submission: Submission
    details: str
