"""The command line: one file per command."""

from grader.cli.app import main

__all__ = ["main"]
