"""The single home of why a name is missing: its statement failed, it is spelled otherwise, or it is not there."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from grader.judge.evidence import MAX_LINE, clip, error_record
from grader.judge.faults import NameUnusable
from grader.model.assignment import ExerciseKind
from grader.model.result import Finding, FindingKind
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.judge.contract import Contract
    from grader.wire.evidence import DefinedName, LoadReport, StatementFailure

_SIMILARITY = 0.7
_FUNCTION_TYPES = ("function", "builtin_function_or_method", "method", "partial")
_CLASS_TYPES = ("type", "ABCMeta", "EnumType", "EnumMeta")
_CUT_OFF = {
    "timed_out": (Verdict.TIMED_OUT, FindingKind.LOAD_TIMED_OUT),
    "out_of_memory": (Verdict.OUT_OF_MEMORY, FindingKind.OUT_OF_MEMORY),
    "flooded": (Verdict.FLOODED, FindingKind.FLOODED),
    "disk": (Verdict.FLOODED, FindingKind.DISK),
    "file_size": (Verdict.FLOODED, FindingKind.FILE_SIZE),
    "files": (Verdict.FLOODED, FindingKind.FILES),
    "threads": (Verdict.CRASHED, FindingKind.THREADS),
    "crashed": (Verdict.CRASHED, FindingKind.CRASHED),
}


def why_absent(name: str, *, contract: Contract, report: LoadReport | None, sources: Sequence[str]) -> NameUnusable:
    """The fault to raise for a name that the loaded hand-in does not hold."""
    spellings = contract.spellings(name)
    if report is None:
        return NameUnusable(Verdict.MISSING, Finding(kind=FindingKind.NAME_MISSING, subject=name))
    failure = _failure_of(spellings, report)
    if failure is not None:
        return _failed(name, failure, report)
    if report.ended in _CUT_OFF and _mentions(spellings, sources):
        verdict, kind = _CUT_OFF[report.ended]
        return NameUnusable(verdict, Finding(kind=kind, subject=name, values={"while": "load"}))
    return NameUnusable(Verdict.MISSING, _meant(name, contract=contract, report=report))


def stand_in_of(name: str, report: LoadReport | None) -> str:
    """The stand-in package whose object the hand-in's ``name`` is; empty if it is the student's own."""
    if report is None:
        return ""
    return next((defined.from_stand_in for defined in report.names if defined.name == name), "")


def is_placeholder(name: str, report: LoadReport | None) -> bool:
    """Whether the hand-in's ``name`` is a function that nothing was written in."""
    return report is not None and any(defined.name == name and defined.placeholder for defined in report.names)


def near_miss(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is ``name`` in other capitals or order, a slip of the pen away, or in part the same words."""
    known = sorted(set(candidates))
    folded = {_folded(candidate): candidate for candidate in reversed(known)}
    if _folded(name) in folded:
        return folded[_folded(name)]
    reordered = [candidate for candidate in known if _words(candidate) == _words(name)]
    if reordered:
        return reordered[0]
    close = difflib.get_close_matches(_folded(name), list(folded), n=1, cutoff=_SIMILARITY)
    if close:
        return folded[close[0]]
    related = [candidate for candidate in known if _shares_a_word(name, candidate)]
    return related[0] if len(related) == 1 else None


def _folded(name: str) -> str:
    """A name without capitals and underscores."""
    return name.replace("_", "").casefold()


def _words(name: str) -> list[str]:
    """The words of a name, whatever their order."""
    return sorted(name.casefold().split("_"))


def _shares_a_word(name: str, candidate: str) -> bool:
    """Whether two names of two words or more have their last word in common and begin with the same letter."""
    ours, theirs = name.casefold().split("_"), candidate.casefold().split("_")
    return len(ours) > 1 and len(theirs) > 1 and ours[-1] == theirs[-1] and ours[0][:1] == theirs[0][:1]


def _meant(name: str, *, contract: Contract, report: LoadReport) -> Finding:
    """What may have been meant for ``name``: itself in the wrong place, a similar name, or the same parameters."""
    spellings = set(contract.spellings(name))
    around = next((each for each in report.names if not each.from_stand_in and spellings & set(each.holds)), None)
    if around is not None:
        inside = {"near": name, "inside": clip(around.name, MAX_LINE)}
        return Finding(kind=FindingKind.NAME_NEAR_MISS, subject=name, values={**inside})
    candidates = _candidates(name, contract=contract, report=report)
    near = near_miss(name, [candidate.name for candidate in candidates])
    if near is None and (wanted := contract.parameters(name)):
        alike = [candidate.name for candidate in candidates if candidate.parameters == wanted]
        near = alike[0] if len(alike) == 1 else None
    if near is None:
        return Finding(kind=FindingKind.NAME_MISSING, subject=name)
    return Finding(kind=FindingKind.NAME_NEAR_MISS, subject=name, values={"near": clip(near, MAX_LINE)})


def _candidates(name: str, *, contract: Contract, report: LoadReport) -> list[DefinedName]:
    """The student's own names that could have been meant: of the right kind, and not what another exercise asks for."""
    asked = set(contract.names)
    exercise = contract.exercise_of(name)
    wanted = ExerciseKind.QUIZ if exercise is None else exercise.kind
    return [
        defined
        for defined in report.names
        if defined.name not in asked
        and not defined.from_stand_in
        and not defined.name.startswith("_")
        and defined.type_name != "module"
        and _kind(defined) is wanted
    ]


def _kind(defined: DefinedName) -> ExerciseKind:
    """What kind of exercise a value could be the answer to."""
    if defined.type_name in _FUNCTION_TYPES:
        return ExerciseKind.FUNCTION
    return ExerciseKind.CLASS if defined.type_name in _CLASS_TYPES else ExerciseKind.QUIZ


def _used_up_the_time(report: LoadReport) -> StatementFailure | None:
    """The statement that was running when the time for loading was used up, if it is known."""
    failures = (failure for cell in report.cells for failure in cell.failures)
    return next((failure for failure in failures if failure.reason == "timed_out"), None)


def _failure_of(spellings: Sequence[str], report: LoadReport) -> StatementFailure | None:
    """The last failed statement that would have bound one of the names."""
    failures = [failure for cell in report.cells for failure in cell.failures if set(spellings) & set(failure.binds)]
    return failures[-1] if failures else None


def _failed(name: str, failure: StatementFailure, report: LoadReport) -> NameUnusable:
    """The fault for a name whose own statement ended in an error, or was not run."""
    if failure.stand_in:
        borrowed = {"package": clip(failure.stand_in, MAX_LINE)}
        finding = Finding(kind=FindingKind.NAME_FROM_STAND_IN, subject=name, values={**borrowed})
        return NameUnusable(Verdict.MISSING, finding)
    values: dict[str, str | int | float] = {
        "cell": failure.cell,
        "line": failure.line,
        "source": clip(failure.source, MAX_LINE),
        "reason": failure.reason,
    }
    culprit = _used_up_the_time(report)
    if culprit is not None and failure.reason in ("skipped", "timed_out"):
        values |= {"culprit_cell": culprit.cell, "culprit_line": culprit.line}
    finding = Finding(
        kind=FindingKind.NAME_STATEMENT_FAILED,
        subject=name,
        error=error_record(failure.error) if failure.error.type_name else None,
        values=values,
    )
    return NameUnusable(Verdict.MISSING, finding)


def _mentions(spellings: Sequence[str], sources: Sequence[str]) -> bool:
    """Whether the hand-in's code has one of the names in it at all."""
    pattern = re.compile("|".join(rf"\b{re.escape(spelling)}\b" for spelling in spellings))
    return any(pattern.search(source) for source in sources)
