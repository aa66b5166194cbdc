"""The command line: one file per command. This one says so where the installation lacks a package."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from grader.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command ``grader``; returns the exit code."""
    try:
        # Imported here: what is missing is told like every other fault, without a traceback.
        from grader.cli import app  # noqa: PLC0415

        return app.main(arguments)
    except ImportError as error:
        sys.stderr.write(f"grader: the installation is incomplete: {error}\n")
        sys.stderr.write(f"  hint: install grader again with {sys.executable} -m pip install\n")
        return ExitCode.MACHINE
