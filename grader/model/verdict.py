"""The single home of the closed list of verdicts and of who must act on each."""

from __future__ import annotations

from enum import StrEnum


class Blame(StrEnum):
    """Who must act."""

    NOBODY = "nobody"
    STUDENT = "student"
    COURSE = "course"
    GRADER = "grader"


class Verdict(StrEnum):
    """How one case ended, from best to worst; the last two never cost points."""

    PASSED = "passed"
    WRONG = "wrong"
    RAISED = "raised"
    MISSING = "missing"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    FLOODED = "flooded"
    CRASHED = "crashed"
    SKIPPED = "skipped"
    SUITE_ERROR = "suite_error"
    INTERNAL_ERROR = "internal_error"

    @property
    def blame(self) -> Blame:
        """Who must act on this verdict."""
        if self is Verdict.PASSED:
            return Blame.NOBODY
        if self is Verdict.SUITE_ERROR:
            return Blame.COURSE
        if self is Verdict.INTERNAL_ERROR:
            return Blame.GRADER
        return Blame.STUDENT

    @property
    def earns(self) -> bool:
        """Whether the case's points are earned; a fault of the course or the grader costs a student nothing."""
        return self.blame is not Blame.STUDENT
