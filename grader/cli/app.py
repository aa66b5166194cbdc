"""The single home of the command ``grader``: its sub-commands, and how an error becomes a message and an exit code."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

import click

from grader.cli.doctor import doctor
from grader.cli.exit_codes import ExitCode
from grader.cli.grade import grade
from grader.cli.output import put, unread_is_dropped, write_any_character
from grader.errors import CourseError, GraderError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(importlib.metadata.version("grader"), prog_name="grader")
def grader() -> None:
    """Grade exercises of deep-learning courses: notebooks and modules in, reports and grades out."""


grader.add_command(grade)
grader.add_command(doctor)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code and never lets a traceback reach a person."""
    write_any_character()
    try:
        return grader.main(arguments, prog_name="grader", standalone_mode=False) or 0
    except click.ClickException as error:
        with unread_is_dropped():
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return ExitCode.STOPPED
    except GraderError as error:
        put(f"grader: {error}", err=True)
        return _exit_code(error)


def _exit_code(error: GraderError) -> int:
    if isinstance(error, UsageError):
        return ExitCode.USAGE
    return ExitCode.COURSE if isinstance(error, CourseError) else ExitCode.MACHINE
