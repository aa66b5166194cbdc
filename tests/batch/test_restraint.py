"""What a slot may use itself; tried in a process of its own, which keeps the limits."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

SOURCE = """
import json, resource
from pathlib import Path
from grader.batch import restraint
from grader.model.assignment import Limits

restraint._LEAST_BYTES = 50 * 2**20
held = restraint._held_bytes()
before = resource.getrlimit(resource.RLIMIT_DATA)[1]
restraint.restrain(Limits(memory_bytes={memory}, frame_bytes=2**20))
soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
try:
    bytearray(200 * 2**20)
    refused = False
except MemoryError:
    refused = True
print(json.dumps({{"refused": refused, "may raise it": hard == before, "more": soft - held,
                  "score": int(Path("/proc/self/oom_score_adj").read_text())}}))
"""


def restrained(memory_bytes: int) -> Any:
    """What a process finds that has restrained itself."""
    command = [sys.executable, "-c", SOURCE.format(memory=memory_bytes)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def test_too_large_a_product_fails_and_does_not_take_the_machine() -> None:
    """200 MB are more than the 66 MB that the slot may take beyond what it holds."""
    assert restrained(2**20)["refused"]


def test_what_a_student_may_use_the_slot_may_use_too() -> None:
    """A suite of an assignment with a larger limit computes with larger results."""
    assert not restrained(300 * 2**20)["refused"]


def test_student_processes_may_have_more() -> None:
    """The hard limit, which is the ceiling of everything that is started below, stays."""
    assert restrained(2**20)["may raise it"]


@pytest.mark.parametrize("memory_bytes", [2**20, 300 * 2**20])
def test_the_limit_is_counted_from_what_the_slot_holds(memory_bytes: int) -> None:
    """Room for the larger of the two bounds and for sixteen frames, give or take what measuring itself took."""
    assert restrained(memory_bytes)["more"] == pytest.approx(max(50 * 2**20, memory_bytes) + 16 * 2**20, abs=8 * 2**20)


def test_other_programs_of_the_machine_live_longer() -> None:
    """When the kernel has to end something, a slot goes before them."""
    assert restrained(2**20)["score"] == 500
