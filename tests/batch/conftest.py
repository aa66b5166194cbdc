"""What the tests of batches share: submissions, and a pool whose slots do as they are told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.batch.frames import Job
from grader.batch.local import LocalPool
from grader.model.assignment import Limits, SubmissionFormat
from grader.model.submission import Submission
from grader.model.text import Language

if TYPE_CHECKING:
    from collections.abc import Callable

FAKE_SLOT = (sys.executable, "-P", str(Path(__file__).with_name("fake_slot.py")))


@pytest.fixture
def submission() -> Callable[..., Submission]:
    """Makes a submission; what a fake slot does with it is its file name."""

    def make(student_id: str, does: str = "pass") -> Submission:
        return Submission(
            student_id=student_id,
            file_name=f"{does}.py",
            digest=f"sha256:{student_id}",
            format=SubmissionFormat.MODULE,
            cells=(),
        )

    return make


@pytest.fixture
def pool() -> Callable[..., LocalPool]:
    """Makes a pool of fake slots."""

    def make(jobs: int = 1, *, slack_seconds: float = 30.0, **fields: Any) -> LocalPool:
        limits = Limits(load_seconds=0.0, load_grace_seconds=0.0, case_seconds=0.0, call_seconds=0.0, reloads=0)
        return LocalPool(jobs=jobs, limits=limits, slack_seconds=slack_seconds, **({"command": FAKE_SLOT} | fields))

    return make


@pytest.fixture
def job(tmp_path: Path) -> Job:
    """A job whose slots leave notes in a folder."""
    notes = tmp_path / "notes"
    notes.mkdir()
    return Job(course_root=str(notes), assignment_id="linear_regression", language=Language.EN)
