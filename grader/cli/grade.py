"""The single home of ``grader grade`` as a person types it; what it does is in `grader.cli.grading`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from grader.cli.values import Place, count, name, points

FOLDER = Place(file_okay=False)
FILE = Place(dir_okay=False)


@click.command(short_help="Grade hand-ins, write reports.")
@click.argument("assignment", type=name)
@click.argument("submissions", metavar="SUBMISSION...", nargs=-1, required=True, type=Place())
@click.option("--out", metavar="DIR", type=Place(), default=Path("out"), show_default=True)
@click.option("--jobs", metavar="N", type=count, help="How many hand-ins at once.  [default: cores]")
@click.option("--lang", "language", type=click.Choice(["en", "zh"]), help="Language.  [default: the assignment's]")
@click.option("--course", metavar="DIR", type=FOLDER, help="Folder with assignments/ and solutions/.")
@click.option("--json", "as_json", is_flag=True, help="A summary for programs on standard output.")
@click.option("--junit", metavar="FILE", type=FILE, help="Also write JUnit XML, for CI.")
@click.option("--allow-weak-sandbox", is_flag=True, help="Grade also where grader doctor says no; reports warn.")
@click.option("--fail-under", metavar="POINTS", type=points, help="Exit with 1 if a hand-in has fewer points.")
def grade(**options: Any) -> int:
    """Grade hand-ins for ASSIGNMENT (its name, or the path of its folder).

    Each SUBMISSION is a notebook, a module, a folder of students or a zip of those. DIR gets grades.csv, index.html and
    one folder per student with report.html and result.json.
    """
    # Imported on use, so that `grader --help` answers at once.
    from grader.cli.grading import Request, grade_and_tell  # noqa: PLC0415

    options["jobs"] = options["jobs"] or cores()
    return grade_and_tell(Request(**options))


def cores() -> int:
    """How many cores this process may use."""
    # Not every system can restrict a process to some cores.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
