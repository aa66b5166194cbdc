"""The single home of what the shell is told."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended; who must act decides."""

    DONE = 0
    UNDER = 1
    """A hand-in has fewer points than ``--fail-under``."""
    USAGE = 2
    COURSE = 3
    """A file of the course is faulty."""
    MACHINE = 4
    """The grader or the machine failed, for some submission or altogether."""
    STOPPED = 130
    """By the person at the terminal, or by a signal."""
