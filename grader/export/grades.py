"""The single home of ``grades.csv``: one row per student, one column per exercise.

RFC 4180 with CRLF line ends, in UTF-8 without a byte-order mark: a mark would become part of the first column's name
for every program that reads plain UTF-8 (``csv``, ``awk``, the importers of course systems), while WPS recognises UTF-8
by itself and Excel reads it through *Data → From Text/CSV*.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from grader.export.points import points_text
from grader.feedback.untrusted import BIDIRECTIONAL
from grader.model.grade import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.feedback.view import Feedback

COLUMNS = ("student_id", "submission", "digest", "status", "points", "max_points")
FORMULA_START = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*[=+\-@|%＝＋－＠]| *[\t\r\n]")
"""What a spreadsheet may take for the beginning of a formula: full-width signs in Chinese and Japanese locales, too.

Blanks and characters without a shape before the sign do not stop every program.
"""
COMMANDS = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{BIDIRECTIONAL}]")
"""What commands a terminal that shows the file, or turns the direction in which a table is read; NUL is in no CSV."""


def grades_csv(rows: Iterable[Feedback], *, exercise_ids: Sequence[str]) -> str:
    """The grades of a class, sorted by student; ``exercise_ids`` are the columns, also where nobody was graded."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([*COLUMNS, *exercise_ids])
    for row in sorted(rows, key=lambda row: row.student_id):
        texts = [_inert(text) for text in (row.student_id, row.submission, row.digest, row.status.value)]
        writer.writerow([*texts, *_numbers(row, exercise_ids)])
    return written.getvalue()


def _numbers(row: Feedback, exercise_ids: Sequence[str]) -> list[str]:
    """The columns with points; empty where the grader failed, because nought would be a grade."""
    if row.status is Status.INTERNAL_ERROR:
        return ["", points_text(row.max_points), *("" for _ in exercise_ids)]
    points = {exercise.id: exercise.points for exercise in row.exercises}
    numbers = [row.points, row.max_points, *(points.get(exercise_id, 0.0) for exercise_id in exercise_ids)]
    return [points_text(number) for number in numbers]


def _inert(text: str) -> str:
    """``text`` as a spreadsheet shows it, never as it runs it: an apostrophe before what could be a formula."""
    text = COMMANDS.sub("�", text)
    return f"'{text}" if FORMULA_START.match(text) else text
