"""The single home of what judging one submission gives."""

from __future__ import annotations

import msgspec

from grader.model.result import CaseResult, Wall
from grader.wire.evidence import LoadReport


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """Every case's result, and the evidence about the run as a whole."""

    results: tuple[CaseResult, ...]
    """One for each case, in the judge's order of cases."""
    load: LoadReport | None
    """What loading the hand-in showed; None if it could never be loaded."""
    walls: tuple[Wall, ...]
    """Those of the first student process."""
    environment: dict[str, str]
    """``python``, ``torch``, ``numpy``, ``platform``, ``grader``: nothing that differs between runs on one machine."""
