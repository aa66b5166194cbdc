"""The single home of what a person sees while a batch runs: a bar on a terminal, one plain line per hand-in elsewhere.

It goes to standard error, so that standard output holds the result only.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text as RichText

from grader.cli.output import put
from grader.feedback import catalogue
from grader.model.grade import Status
from grader.report.quantity import points
from grader.report.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import TaskID

    from grader.batch.running import Watcher
    from grader.feedback.view import Feedback
    from grader.model.text import Language, Text


@contextmanager
def progress(total: int, *, title: Text, language: Language) -> Iterator[Watcher]:
    """Shows how far a batch of ``total`` hand-ins is, as long as the context lasts."""
    console = Console(stderr=True)
    heading = catalogue.say("terminal.grading", language, assignment=title)
    if not console.is_terminal:
        put(heading, err=True)
        yield _Lines(total, language)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield _Bar(bar, bar.add_task(RichText(heading).markup, total=total))


class _Lines:
    """One line per hand-in."""

    def __init__(self, total: int, language: Language) -> None:
        self._total = total
        self._done = 0
        self._language = language

    def graded(self, feedback: Feedback) -> None:
        """Says who, and how it ended."""
        self._done += 1
        if feedback.status is Status.GRADED:
            ended = f"{points(feedback.points)}/{points(feedback.max_points)}"
        else:
            ended = catalogue.say(f"status.{feedback.status.value}", self._language)
        put(f"[{self._done}/{self._total}] {one_line(feedback.student_id)}  {ended}", err=True)


class _Bar:
    """A bar with a count."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def graded(self, feedback: Feedback) -> None:
        """One more, with the name of who it was."""
        del feedback
        self._bar.advance(self._task)
