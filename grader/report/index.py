"""The single home of the index page: one line per hand-in, with a link to its report."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from grader.model.grade import Status
from grader.report.html import render_page
from grader.report.summary import IndexRow, exercises_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.text import Language, Text


def render_index(rows: Sequence[IndexRow], *, title: Text, language: Language) -> str:
    """The page that links every report of a class, in the order of ``rows``."""
    graded = [row for row in rows if row.status is Status.GRADED]
    return render_page(
        "index.jinja",
        language,
        title=title,
        rows=rows,
        exercises=exercises_of(rows),
        weak=sum(row.weak_sandbox for row in rows),
        mean=sum(row.points for row in graded) / len(graded) if graded else None,
        max_points=max((row.max_points for row in graded), default=0.0),
        address=report_address,
    )


def report_address(path: str) -> str:
    """A relative path as an address: every character that an address gives a meaning to is encoded."""
    return quote(path, safe="/", errors="surrogatepass")
