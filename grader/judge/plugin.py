"""The single home of the pytest plugin (entry point ``grader``): ``pytest <folder> --submission FILE``.

Authors name ``solutions/<id>``, students the folder that they were given. pytest loads this module in every run of
everybody who has grader installed. Without ``--submission`` it registers the suites' markers and says what is missing
where a case asks for a hand-in: no import of torch, no fixture that could stand in the way of another.
"""

from __future__ import annotations

import argparse
import contextlib
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

OPTION = "--submission"
MISSING = (
    f"the hand-in to check is missing: add {OPTION} FILE, for instance {OPTION} linear_regression.ipynb\n"
    f"没有指定要检查的作业：请加上 {OPTION} 文件名，例如 {OPTION} linear_regression.ipynb"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the option, unless another plugin already has one of this name."""
    with contextlib.suppress(argparse.ArgumentError, ValueError):
        parser.getgroup("grader").addoption(
            OPTION,
            action="store",
            default=None,
            dest="grader_submission",
            metavar="FILE",
            help="run the cases on this hand-in (a notebook or a module), in a process of its own",
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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where a case asks for a hand-in and none was named, say how to name one instead of listing fixtures."""
    report = yield
    error = call.excinfo.value if call.excinfo is not None else None
    if isinstance(error, pytest.FixtureLookupError) and error.argname in ("student", "reference"):
        report.longrepr = MISSING
    return report
