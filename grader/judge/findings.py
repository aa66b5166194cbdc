"""The single home of the way from an exception of a case to its verdict and finding."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.judge.evidence import clip, error_record, verdict_of_error
from grader.judge.faults import StudentFault
from grader.model.result import Finding, FindingKind
from grader.model.verdict import Verdict
from grader.suite.failure import CheckFailed
from grader.suite.snapshots import snapshot
from grader.wire.faults import FrameTooLarge, RemoteRaised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.judge.observation import Observation
    from grader.wire.evidence import RemoteError

MAX_DETAIL = 4000
_MACHINERY = tuple(str(Path(__file__).parents[1] / package) for package in ("wire", "judge", "sandbox"))
_PYTESTS_FRAMES = re.compile(
    r'^  File "(?:_pytest|pluggy|grader/judge/conductor\.py)[^\n]*\n(?:    [^\n]*\n)*', re.MULTILINE
)
"""What stands between the run loop and a case: forty lines before the one that its author wants to read."""
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How one run of one case ended."""

    verdict: Verdict
    finding: Finding | None = None
    detail: str = ""


PASSED = Outcome(verdict=Verdict.PASSED)


def outcome_of(  # noqa: PLR0911 - one for each kind of exception
    error: BaseException, observation: Observation
) -> tuple[Verdict, Finding | None]:
    """Verdict and finding for what a case raised, given what was seen of the hand-in until then."""
    error = _innermost(error)
    if isinstance(error, pytest.skip.Exception):
        return Verdict.SKIPPED, None
    if isinstance(error, StudentFault):
        return error.verdict, error.case_finding
    if isinstance(error, CheckFailed):
        return Verdict.WRONG, _about(error.finding, observation)
    if isinstance(error, RemoteRaised):
        return _of_remote(error, observation)
    if not observation.touched or (isinstance(error, FrameTooLarge) and not observation.has_result):
        return Verdict.SUITE_ERROR, Finding(kind=FindingKind.SUITE)
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return Verdict.WRONG, _about(Finding(kind=FindingKind.CHECK), observation)
    if _broke_here(error):
        return Verdict.INTERNAL_ERROR, Finding(kind=FindingKind.INTERNAL)
    return Verdict.WRONG, _unusable(observation)


def detail_of(longrepr: object, *, roots: Sequence[Path]) -> str:
    """What pytest says, without its own frames, what differs from run to run, and places on this machine."""
    text = str(longrepr)
    for root in roots:
        text = text.replace(f"{root}/", "")
    text = _PYTESTS_FRAMES.sub("", text)
    return clip(_ADDRESS.sub("0x…", text), MAX_DETAIL)


def _innermost(error: BaseException) -> BaseException:
    """The first leaf of an exception group; Hypothesis raises one for several distinct failures."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return error


def _about(finding: Finding, observation: Observation) -> Finding:
    """The finding with a subject: what the case asked the hand-in for last."""
    return finding if finding.subject else msgspec.structs.replace(finding, subject=observation.subject)


def _of_remote(raised: RemoteRaised, observation: Observation) -> tuple[Verdict, Finding]:
    """What an exception of the hand-in's own code means."""
    error = raised.error
    record = error_record(error)
    verdict, kind = verdict_of_error(error)
    if _is_placeholder(error):
        verdict, kind = Verdict.MISSING, FindingKind.NOT_ANSWERED
    elif raised is observation.binding_error:
        verdict, kind = Verdict.WRONG, FindingKind.PARAMETERS
    return verdict, Finding(kind=kind, subject=observation.subject, error=record)


def _is_placeholder(error: RemoteError) -> bool:
    """Whether it is the stub's own ``raise NotImplementedError``, not one from inside a library."""
    if error.type_name != "NotImplementedError":
        return False
    return not error.frames or "NotImplementedError" in error.frames[-1].source or not error.frames[-1].source


def _broke_here(error: BaseException) -> bool:
    """Whether the exception comes out of grader's own machinery, which no hand-in should be able to cause."""
    if isinstance(error, AttributeError | TypeError | FrameTooLarge):
        return False
    trace, last = error.__traceback__, ""
    while trace is not None:
        last = trace.tb_frame.f_code.co_filename
        trace = trace.tb_next
    return last.startswith(_MACHINERY)


def _unusable(observation: Observation) -> Finding:
    """The test went on with what the hand-in gave and could not."""
    if not observation.has_result:
        return Finding(kind=FindingKind.UNUSABLE, subject=observation.subject)
    kind = FindingKind.RETURNED_NONE if observation.last_result is None else FindingKind.UNUSABLE
    return Finding(kind=kind, subject=observation.subject, got=snapshot(observation.last_result))
