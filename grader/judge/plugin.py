"""The single home of the pytest plugin (entry point ``grader``): ``pytest solutions/<id> --submission FILE``.

pytest loads this module in every run of everybody who has grader installed. Without ``--submission`` it registers the
suites' markers and does nothing else: no import of torch, no fixture that could stand in the way of another.
"""

from __future__ import annotations

import argparse
import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

OPTION = "--submission"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the option, unless another plugin already has one of this name."""
    with contextlib.suppress(argparse.ArgumentError, ValueError):
        parser.getgroup("grader").addoption(
            OPTION,
            action="store",
            default=None,
            dest="grader_submission",
            metavar="FILE",
            help="run hidden suites on this hand-in (a notebook or a module), in a process of its own",
        )


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and, where there is a hand-in to judge, everything else."""
    from grader.judge.markers import MARKERS  # noqa: PLC0415 - kept out of the import of the entry point

    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    submission = config.getoption("grader_submission", default=None)
    if submission is None:
        return
    from grader.judge.standalone import Standalone  # noqa: PLC0415 - imports torch

    config.pluginmanager.register(Standalone(config, submission), "grader-standalone")
