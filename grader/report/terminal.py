"""The single home of the scoreboard: a class's points as a table in the terminal.

Students choose their names and file names; what they chose reaches the terminal as plain characters only, never as
escape sequences, markup or characters that reverse the reading direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text as Line

from grader.feedback.catalogue import say
from grader.model.grade import Status
from grader.report.quantity import points
from grader.report.safe_text import one_line
from grader.report.summary import ExercisePoints, IndexRow, exercises_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.text import Language, Text

_BAR = 12
"""Characters of a bar."""
_WIDE, _MEDIUM, _NARROW = 110, 76, 40
"""From these widths of the terminal on there is room for everything, for the exercises, or for the status."""
_STYLES = {Status.GRADED: "", Status.INVALID: "red", Status.INTERNAL_ERROR: "yellow"}


def scoreboard(rows: Sequence[IndexRow], *, title: Text, language: Language, width: int = _WIDE) -> Table:
    """The table of a class for a terminal of ``width`` columns; a narrow one shows fewer columns, not broken ones."""
    exercises = exercises_of(rows) if width >= _MEDIUM else ()
    wide = width >= _WIDE
    table = Table(
        title=Line(say("terminal.title", language, assignment=one_line(title.pick(language)))),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        caption=_problems(rows, language),
        caption_justify="left",
    )
    table.add_column(say("terminal.student", language), overflow="fold", min_width=8)
    if wide:
        table.add_column(say("terminal.submission", language), no_wrap=True, min_width=12, max_width=28)
    table.add_column(say("terminal.points", language), justify="right", no_wrap=True)
    if wide:
        table.add_column("", no_wrap=True, width=_BAR)
    for exercise in exercises:
        table.add_column(Line(one_line(exercise.id, 40).replace("_", "_\n")), justify="right", no_wrap=True)
    # On the narrowest, the line below the table must do.
    if width >= _NARROW and any(row.status is not Status.GRADED for row in rows):
        table.add_column(say("terminal.status", language), overflow="fold", min_width=8)
    for row in rows:
        table.add_row(*_cells(row, exercises, language, wide=wide, columns=len(table.columns)))
    return table


def _cells(
    row: IndexRow, exercises: Sequence[ExercisePoints], language: Language, *, wide: bool, columns: int
) -> list[Line]:
    """One hand-in's cells, as many as the table has columns at most."""
    style = _STYLES[row.status]
    earned = "–" if row.status is Status.INTERNAL_ERROR else f"{points(row.points)} / {points(row.max_points)}"
    cells = [Line(one_line(row.student_id, 60), style="bold")]
    if wide:
        cells.append(Line(one_line(row.submission, 60)))
    cells.append(Line(earned, style=style))
    if wide:
        cells.append(_bar(row))
    by_id = row.points_by_exercise
    cells += [Line(points(by_id[one.id].points) if one.id in by_id else "–") for one in exercises]
    cells.append(Line(say(f"status.{row.status}", language) if row.status is not Status.GRADED else "", style=style))
    return cells[:columns]


def _bar(row: IndexRow) -> Line:
    """The share of the points as a bar; the number stands beside it."""
    share = row.points / row.max_points if row.max_points > 0 else 0.0
    full = round(_BAR * min(1.0, max(0.0, share)))
    return Line("━" * full, style="green").append("─" * (_BAR - full), style="dim")


def _problems(rows: Sequence[IndexRow], language: Language) -> Line | None:
    """Why there is no grade, for each hand-in that has none, below the table."""
    lines = [
        f"{one_line(row.student_id, 60)}: {one_line(row.problem.pick(language), 400)}"
        for row in rows
        if row.problem is not None
    ]
    return Line("\n".join(lines)) if lines else None
