"""Feedback to HTML and to the terminal; nothing else than a `Feedback` is ever shown."""

from grader.report.html import render_html
from grader.report.index import render_index
from grader.report.summary import ExercisePoints, IndexRow, summarise
from grader.report.terminal import scoreboard

__all__ = ["ExercisePoints", "IndexRow", "render_html", "render_index", "scoreboard", "summarise"]
