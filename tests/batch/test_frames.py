"""What coordinator and slot say survives the way between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.batch.frames import Failed, Fault, Job, Outcome, Prepared, Refused, Task
from grader.feedback.view import Audience, Feedback
from grader.model.grade import Status
from grader.model.text import Language, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model.submission import Submission


def test_every_frame_survives(submission: Callable[..., Submission]) -> None:
    """Encoded, decoded by its tag, equal."""
    feedback = Feedback(
        audience=Audience.STUDENT,
        language=Language.ZH,
        assignment="a",
        assignment_title=Text(en="T", zh="题"),
        student_id="张 三\n",
        submission="a.py",
        format="module",
        digest="sha256:0",
        status=Status.GRADED,
        points=1.5,
        max_points=2.0,
    )
    frames = [
        Job(course_root="/c", assignment_id="a", language=Language.EN),
        Task(submission=submission("ana")),
        Prepared(case_count=3),
        Refused(fault=Fault.COURSE, finding="f", place="p", hint="h", details="d"),
        Outcome(feedback=feedback, result=b"{}", report=b"<p>", course_faults=("c",)),
        Failed(submission=submission("ana"), details="d"),
    ]
    union = Job | Task | Prepared | Refused | Outcome | Failed

    for frame in frames:
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(frame), type=union) == frame


def test_a_frame_without_its_fields_is_refused() -> None:
    """Nothing is filled in."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.msgpack.decode(msgspec.msgpack.encode({"type": "task"}), type=Task)
