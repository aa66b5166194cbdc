"""The way from an exception to verdict and finding, where no whole hand-in is needed to see it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.judge.findings import MAX_DETAIL, detail_of, outcome_of
from grader.judge.observation import Observation
from grader.model.result import Finding, FindingKind
from grader.model.verdict import Verdict
from grader.suite import CheckFailed
from grader.wire.evidence import RemoteError, RemoteFrame
from grader.wire.faults import FrameTooLarge
from grader.wire.raising import exception_from

HERE = RemoteFrame(cell=3, line=2, function="f", source="return g(x)")


def observed(*, result: Any = ...) -> Observation:
    """A case that has asked for ``f`` and, if given, got ``result``."""
    observation = Observation()
    observation.touched, observation.subject = True, "f"
    if result is not ...:
        observation.note_result(result)
    return observation


def remote(type_name: str, message: str = "", *bases: str, frames: tuple[RemoteFrame, ...] = (HERE,)) -> BaseException:
    """An exception of the hand-in's code."""
    return exception_from(RemoteError(type_name=type_name, message=message, bases=bases, frames=frames))


@pytest.mark.parametrize(
    ("error", "verdict", "kind"),
    [
        (remote("ValueError", "x", "ValueError"), Verdict.RAISED, FindingKind.RAISED),
        (remote("MemoryError", "", "MemoryError"), Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
        (
            remote(
                "RuntimeError", "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried", "RuntimeError"
            ),
            Verdict.OUT_OF_MEMORY,
            FindingKind.OUT_OF_MEMORY,
        ),
        (remote("OutputFlooded"), Verdict.FLOODED, FindingKind.FLOODED),
        (remote("NotImplementedError", '"add" not implemented for Half'), Verdict.RAISED, FindingKind.RAISED),
        (remote("NotImplementedError", frames=()), Verdict.MISSING, FindingKind.NOT_ANSWERED),
        (AssertionError("2 == 3"), Verdict.WRONG, FindingKind.CHECK),
        (TypeError("cannot unpack"), Verdict.WRONG, FindingKind.UNUSABLE),
        (CheckFailed(Finding(kind=FindingKind.SHAPE)), Verdict.WRONG, FindingKind.SHAPE),
        (ExceptionGroup("two", [AssertionError("a"), ValueError("b")]), Verdict.WRONG, FindingKind.CHECK),
    ],
)
def test_an_exception_has_its_verdict_and_finding(error: BaseException, verdict: Verdict, kind: FindingKind) -> None:
    """And the finding is about what the case asked for last."""
    found, finding = outcome_of(error, observed())

    assert finding is not None
    assert (found, finding.kind, finding.subject) == (verdict, kind, "f")


def test_none_is_named_where_the_test_stumbled_over_it() -> None:
    """``X, y = None`` is a function that returns nothing."""
    finding = outcome_of(TypeError("cannot unpack"), observed(result=None))[1]

    assert finding is not None
    assert finding.kind is FindingKind.RETURNED_NONE


def test_a_suite_that_has_not_asked_anything_blames_itself() -> None:
    """The hand-in had no part in it."""
    assert outcome_of(AssertionError(), Observation())[0] is Verdict.SUITE_ERROR


def test_arguments_too_large_to_hand_over_are_the_suites_fault() -> None:
    """Unless they grew out of what the hand-in gave."""
    error = FrameTooLarge(100, 10)

    assert outcome_of(error, observed())[0] is Verdict.SUITE_ERROR
    assert outcome_of(error, observed(result=[1]))[0] is Verdict.WRONG


def test_a_fault_of_graders_own_is_an_internal_error() -> None:
    """An exception out of the machinery that no hand-in should be able to cause."""
    observation = observed()
    with pytest.raises(IndexError) as caught:
        observation.note_call("f", (), [0], _Breaking())

    assert outcome_of(caught.value, observation)[0] is Verdict.WRONG, "the innermost frame is this file's"
    with pytest.raises(ValueError, match="zip") as caught_inside:
        _broken_machinery()
    assert outcome_of(caught_inside.value, observation)[0] is Verdict.INTERNAL_ERROR


def test_a_detail_is_bounded_and_the_same_every_time() -> None:
    """Addresses and folders of this machine are taken out."""
    text = detail_of("/course/solutions/test_x.py:3 <object at 0x7fa874cf6980>" + "x" * 9000, roots=[Path("/course")])

    assert text.startswith("solutions/test_x.py:3 <object at 0x…>")
    assert len(text) == MAX_DETAIL


def test_the_detail_begins_with_the_suites_own_frame() -> None:
    """Not with how pytest got there."""
    longrepr = (
        "Traceback (most recent call last):\n"
        '  File "/site/_pytest/runner.py", line 361, in from_call\n    result = func()\n             ^^^^^^\n'
        '  File "/site/pluggy/_caller.py", line 197, in __call__\n    return self._hookexec(\n'
        '  File "/course/test_x.py", line 3, in test_x\n    assert 1 == 2\n'
        "AssertionError: assert 1 == 2"
    )

    assert detail_of(longrepr, roots=[Path("/site"), Path("/course")]) == (
        "Traceback (most recent call last):\n"
        '  File "test_x.py", line 3, in test_x\n    assert 1 == 2\n'
        "AssertionError: assert 1 == 2"
    )


class _Breaking(dict[str, Any]):
    """Keywords that break where they are read."""

    def items(self) -> Any:
        """Break."""
        raise IndexError("mine")


def _broken_machinery() -> None:
    """Raise from code that lies in the judge's folder."""
    import grader.judge.observation as module  # noqa: PLC0415 - only its file name is of interest

    code = compile("raise ValueError('zip')", module.__file__, "exec")
    exec(code, {})
