"""The single home of ``grader doctor`` as a person types it; what it does is in `grader.cli.examining`."""

from __future__ import annotations

import os

import click


@click.command(short_help="Try whether this machine can keep hand-ins confined.")
@click.option("--lang", "language", type=click.Choice(["en", "zh"]), help="Language.  [default: that of the shell]")
@click.option("--json", "as_json", is_flag=True, help="For programs, with every single attempt.")
@click.option("--verbose", is_flag=True, help="List every single attempt.")
def doctor(*, language: str | None, as_json: bool, verbose: bool) -> int:
    """Try to break every wall that keeps hand-ins confined, and say which hold on this machine.

    The exit code is 0 if hand-ins can be graded here, and 4 if a required wall does not hold.
    """
    # Imported on use, so that `grader --help` answers at once.
    from grader.cli.examining import examine_and_tell  # noqa: PLC0415

    return examine_and_tell(language or language_of_the_shell(), as_json=as_json, verbose=verbose)


def language_of_the_shell() -> str:
    """Chinese where the locale is Chinese, else English."""
    named = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, named), "").startswith("zh") else "en"
