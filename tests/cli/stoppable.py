"""The command with slots that need no judge, as a process of its own that can be sent signals."""

from __future__ import annotations

import functools
import signal
import sys
from pathlib import Path

from grader.batch.local import LocalPool
from grader.cli import grading, main

FAKE_SLOT = Path(__file__).parents[1] / "batch" / "fake_slot.py"

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests in the background ignores it
    pool = functools.partial(LocalPool, command=(sys.executable, "-P", str(FAKE_SLOT)))
    setattr(grading, "LocalPool", pool)  # noqa: B010 - the type checker knows that it is a class
    sys.exit(main())
