"""The single home of what a slot may use itself.

Suites compute with whatever shapes a hand-in gave them: a weight of some megabytes in the wrong place makes a product
of gigabytes in the judge, which no wall around the student process can prevent.
"""

from __future__ import annotations

import contextlib
import resource
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model.assignment import Limits

_LEAST_BYTES = 2 * 1024**3
_FRAMES = 16
"""How many frames of the largest size a case may hold at the same time, as arguments, results and copies."""
_OOM_SCORE = 500
"""Before other programs of the machine, but after student processes, which have 1000."""


def restrain(limits: Limits) -> None:
    """Bound this process's memory beyond what it holds now: too large a product then fails in its case.

    Only the soft limit: student processes are started below this one, and theirs may be higher. To be called before the
    suite is tried on the reference, so that its author hears of a suite that needs more.
    """
    wanted = _held_bytes() + max(_LEAST_BYTES, limits.memory_bytes) + _FRAMES * limits.frame_bytes
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    with contextlib.suppress(OSError):  # a preference for the kernel; some containers forbid it, and it may be higher
        Path("/proc/self/oom_score_adj").write_text(str(_OOM_SCORE), encoding="ascii")


def _held_bytes() -> int:
    """What this process has mapped, as RLIMIT_DATA counts it."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
