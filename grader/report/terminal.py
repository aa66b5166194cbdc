"""The single home of points in the terminal: a class's as a scoreboard, a single hand-in's as a sheet.

Students choose their names and file names; what they chose reaches the terminal as plain characters only, never as
escape sequences, markup or characters that reverse the reading direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from grader.feedback.catalogue import say
from grader.model.grade import Status
from grader.model.verdict import Verdict
from grader.report.quantity import points
from grader.report.safe_text import one_line
from grader.report.summary import ExercisePoints, IndexRow, exercises_of, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from grader.feedback.view import CaseView, ExerciseView, Feedback
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
        name = one_line(exercise.id, 40).replace("_", "_\n")
        table.add_column(Line(f"{name}\n/ {points(exercise.max_points)}"), justify="right", no_wrap=True)
    # On the narrowest, the line below the table must do.
    if width >= _NARROW and any(row.status is not Status.GRADED for row in rows):
        table.add_column(say("terminal.status", language), overflow="fold", min_width=8)
    for row in rows:
        table.add_row(*_cells(row, exercises, language, wide=wide, columns=len(table.columns)))
    return table


def sheet(feedback: Feedback, *, language: Language) -> Group:
    """One hand-in: its points, exercise by exercise, and what to look at first."""
    row = summarise(feedback)
    head = say("terminal.title", language, assignment=one_line(feedback.assignment_title.pick(language)))
    who = Line.assemble((one_line(row.student_id, 60), "bold"), "  ", one_line(row.submission, 60))
    parts: list[RenderableType] = [Line(head, style="italic"), Line(), who]
    total = Line(_earned(row), style=_STYLES[row.status]).append("   ").append_text(_bar(row))
    if row.status is not Status.GRADED:
        total.append(f"   {say(f'status.{row.status}', language)}")
    parts += [total, Line()]
    if row.exercises:
        parts += [_points_table(row.exercises, language), Line()]
    if row.problem is not None:
        parts += [Line(one_line(row.problem.pick(language), 400)), Line()]
    elif row.status is Status.GRADED:
        parts += [*_first_to_look_at(feedback, language), Line()]
    return Group(*parts)


def _points_table(exercises: Sequence[ExercisePoints], language: Language) -> Table:
    table = Table(box=None, show_header=False, pad_edge=True)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    for one in exercises:
        style = "" if one.points < one.max_points else "green"
        earned = f"{points(one.points)} / {points(one.max_points)}"
        table.add_row(Line(one_line(one.title.pick(language))), Line(earned, style=style))
    return table


def _first_to_look_at(feedback: Feedback, language: Language) -> list[RenderableType]:
    """The first case that cost points in the exercise that cost most, in the words of the report."""
    losing = [exercise for exercise in feedback.exercises if _costly(exercise)]
    if not losing:
        return [Line(say("terminal.all_points", language))] if feedback.points >= feedback.max_points else []
    exercise = max(losing, key=lambda one: one.max_points - one.points)
    case = _costly(exercise)[0]
    heading = say(
        "terminal.first",
        language,
        exercise=one_line(exercise.title.pick(language)),
        number=case.number,
        points=points(case.points),
        max_points=points(case.max_points),
        title=one_line(case.title.pick(language)),
    )
    said = [one_line(case.message.pick(language), 600)]
    # What is not there has no result that a hint could be about.
    if case.hint is not None and case.verdict is not Verdict.MISSING:
        said.append(say("terminal.hint", language, hint=one_line(case.hint.pick(language), 400)))
    return [Line(heading, style="bold"), *(Padding(Line(text), (0, 0, 0, 2)) for text in said)]


def _costly(exercise: ExerciseView) -> list[CaseView]:
    return [case for case in exercise.cases if case.points < case.max_points]


def _cells(
    row: IndexRow, exercises: Sequence[ExercisePoints], language: Language, *, wide: bool, columns: int
) -> list[Line]:
    """One hand-in's cells, as many as the table has columns at most."""
    style = _STYLES[row.status]
    cells = [Line(one_line(row.student_id, 60), style="bold")]
    if wide:
        cells.append(Line(one_line(row.submission, 60)))
    cells.append(Line(_earned(row), style=style))
    if wide:
        cells.append(_bar(row))
    by_id = row.points_by_exercise
    cells += [Line(points(by_id[one.id].points) if one.id in by_id else "–") for one in exercises]
    cells.append(Line(say(f"status.{row.status}", language) if row.status is not Status.GRADED else "", style=style))
    return cells[:columns]


def _earned(row: IndexRow) -> str:
    """The points as a pair; a fault of the grader is no nought."""
    return "–" if row.status is Status.INTERNAL_ERROR else f"{points(row.points)} / {points(row.max_points)}"


def _bar(row: IndexRow) -> Line:
    """The share of the points as a bar; the number stands beside it."""
    share = row.points / row.max_points if row.max_points > 0 else 0.0
    # Only all of the points fill it, and only none leave it empty.
    full = _BAR if share >= 1 else min(_BAR - 1, max(round(_BAR * share), int(share > 0)))
    return Line("━" * full, style="green").append("─" * (_BAR - full), style="dim")


def _problems(rows: Sequence[IndexRow], language: Language) -> Line | None:
    """Why there is no grade, for each hand-in that has none, below the table."""
    lines = [
        f"{one_line(row.student_id, 60)}: {one_line(row.problem.pick(language), 400)}"
        for row in rows
        if row.problem is not None
    ]
    return Line("\n".join(lines)) if lines else None
