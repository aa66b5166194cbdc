"""The single home of the seam between a batch and where it runs: this machine today, a cluster another day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from grader.batch.frames import Failed, Job, Outcome
    from grader.model.submission import Submission


class Executor(Protocol):
    """Judges submissions somewhere. Everything that goes in and comes out is data."""

    def run(self, job: Job, submissions: Sequence[Submission]) -> Generator[Outcome | Failed]:
        """One `Outcome` or `Failed` for each submission, as they come.

        Closing the generator ends everything that still runs.

        Raises:
            CourseError: if the assignment's suite or reference is faulty, so that nothing can be judged.
            WeakSandbox: if the machine lacks a required wall and the job does not allow that.
        """
        ...
