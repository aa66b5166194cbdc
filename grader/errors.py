"""The one home of the exceptions that grader raises on purpose, sorted by who must act.

::

    GraderError
    ├── UsageError            the person at the terminal: the command was wrong           exit code 2
    ├── CourseError           the course's author: a file of the course is faulty         exit code 3
    ├── SubmissionError       the student: the hand-in cannot be read                     status ``invalid``
    ├── StudentProcessError   the student's code: what its process did cost it the case   a verdict
    └── MachineError          the grader or the machine: nobody loses points for it       exit code 4

Everything else that escapes is a bug of grader's and is treated like a ``MachineError``.
"""

from __future__ import annotations


class GraderError(Exception):
    """A problem that a person can act on.

    Prints as ``place: finding`` with the next step on a line of its own, for instance::

        assignments/linear_regression/assignment.toml: $.exercise[2].points: expected `float`, got `str` ("three")
          hint: write points = 3
    """

    def __init__(self, finding: str, *, place: str = "", hint: str = "") -> None:
        """Keep the three parts of the message apart, so that each can be tested and shown on its own."""
        self.finding = finding
        self.place = place
        self.hint = hint
        super().__init__(finding)

    def __str__(self) -> str:
        """The message as a person reads it."""
        head = f"{self.place}: {self.finding}" if self.place else self.finding
        return f"{head}\n  hint: {self.hint}" if self.hint else head


class UsageError(GraderError):
    """The command line asks for something that does not exist or contradicts itself."""


class CourseError(GraderError):
    """A file of the course (manifest, stub, reference, suite) is missing or faulty."""


class SubmissionError(GraderError):
    """A hand-in cannot be read; the student sees why, in the words that the catalogue has for ``kind``."""

    def __init__(self, kind: str, *, place: str = "", **values: str | float) -> None:
        """Carry the catalogue key ``invalid.<kind>`` and the values that its sentence needs."""
        self.kind = kind
        self.values = values
        details = ", ".join(f"{name}={value!r}" for name, value in values.items())
        super().__init__(f"{kind} ({details})" if details else kind, place=place)


class StudentProcessError(GraderError):
    """The base of what a student process can do to a call; the subclasses live beside the code that raises them."""


class MachineError(GraderError):
    """The grader or the machine failed; the submission is graded again, and nobody loses points."""
