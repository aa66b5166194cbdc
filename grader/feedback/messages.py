"""The single home of how a finding becomes a sentence: which message of the catalogue, with which values."""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from grader.feedback import untrusted
from grader.feedback.catalogue import MessageError, Value, number, text
from grader.model.assignment import ExerciseKind
from grader.model.result import Finding, FindingKind, Snapshot
from grader.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.feedback.places import HandInText
    from grader.model.assignment import Assignment
    from grader.model.result import CaseResult, Scalar

_FEW: Final = 8
_LARGEST_DENOMINATOR: Final = 100
_FRACTION_RTOL: Final = 1e-4
_PROSE: Final = (FindingKind.ANSWER, FindingKind.ANSWER_FORM, FindingKind.NOT_ANSWERED)
"""Kinds whose sentences never mention what was expected."""

_Values = dict[str, Value]


@dataclasses.dataclass(frozen=True)
class Around:
    """What a sentence may need to know beside the finding itself."""

    assignment: Assignment
    hand_in: HandInText
    missing_packages: Mapping[str, str]
    """Per name that an import should have bound, the package that is not installed."""


def case_message(result: CaseResult, around: Around) -> Text:
    """What happened in a case, and why where the author explains just this result."""
    finding = result.finding
    if finding is None:
        return text(f"ended.{result.verdict}")
    try:
        message = _sentence(finding, result, around)
    except MessageError:
        # Authors may raise findings of their own (`grader.suite.checks.fail`) that lack what the sentence needs.
        message = text(f"ended.{result.verdict}")
    if finding.explanation is None:
        return message
    return text("case.explained", message=message, explanation=finding.explanation)


def call_text(function: str, assignment: Assignment) -> str:
    """A call as the assignment words it, ``squared_loss(y_hat, y)``; empty where it asks for no such function."""
    for exercise in assignment.exercises:
        if function in exercise.names and exercise.kind is not ExerciseKind.QUIZ and exercise.parameters:
            return f"{function}({', '.join(exercise.parameters)})"
    return ""


def subject_of(result: CaseResult, assignment: Assignment) -> str:
    """The name that a case's finding is about; the exercise's first name where it does not say."""
    if result.finding is not None and result.finding.subject:
        return untrusted.line(result.finding.subject, limit=untrusted.NAME_CHARACTERS)
    return assignment.exercise(result.case.exercise).names[0]


def shown(snapshot: Snapshot | None) -> Text:
    """A value in a few words, the same in every language where it is code."""
    if snapshot is None:
        return _same("–")
    picture = untrusted.snapshot(snapshot)
    if picture.kind in ("tensor", "array") and picture.shape is not None:
        if picture.values is not None and len(picture.values) == 1 and len(picture.shape) == 0:
            return _same(_scalar(picture.values[0]))
        return text("value.shaped", type=picture.type_name, shape=shape_text(picture.shape))
    if picture.text is not None:
        return _same(picture.text)
    if picture.values is not None:
        return _same(", ".join(_scalar(value) for value in picture.values[:_FEW]))
    return _same(picture.type_name)


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as Python writes it: ``(2, 1)``, ``(3,)``, ``()``."""
    return str(tuple(int(size) for size in shape))


def bytes_text(size: float) -> str:
    """An amount of memory in the largest unit that fits."""
    for unit, factor in (("GB", 1024**3), ("MB", 1024**2), ("kB", 1024)):
        if size >= factor:
            return f"{number(round(size / factor, 1))} {unit}"
    return f"{number(size)} B"


def _sentence(finding: Finding, result: CaseResult, around: Around) -> Text:
    """The finding's own sentence."""
    values = _values(finding, result, around)
    if finding.conceal_expected and finding.kind not in _PROSE:
        return text("finding.concealed", **values)
    choose = _VARIANTS.get(finding.kind)
    variant = choose(finding, values) if choose is not None else ""
    return text(f"finding.{finding.kind}{variant}", **values)


def _values(finding: Finding, result: CaseResult, around: Around) -> _Values:
    """Everything that is known under the names that the sentences use."""
    limits = around.assignment.limits
    subject = subject_of(result, around.assignment)
    values: _Values = {
        "subject": subject,
        "expected": shown(finding.expected),
        "got": shown(finding.got),
        "seconds": limits.load_seconds if finding.kind is FindingKind.LOAD_TIMED_OUT else limits.call_seconds,
        "output": bytes_text(limits.output_bytes),
        "disk": bytes_text(limits.disk_bytes),
        "file": bytes_text(limits.file_bytes),
        "files": limits.disk_files,
        "threads": limits.threads,
        **untrusted.values(finding.values),
    }
    memory = finding.values.get("memory_bytes")
    values["memory"] = bytes_text(memory if isinstance(memory, int | float) else limits.memory_bytes)
    values["what"] = finding.what or _what(subject, finding, around.assignment)
    if finding.kind in (FindingKind.PARAMETER_ORDER, FindingKind.PARAMETERS):
        values["expected"] = ", ".join(_parameters(subject, around.assignment))
    values |= _of_snapshots(finding) | _of_difference(finding) | _of_error(finding, around)
    return values


def _what(subject: str, finding: Finding, assignment: Assignment) -> Text:
    """What was looked at, where the author does not say it in words."""
    if not finding.subject:
        return text("what.result")
    names = {name for exercise in assignment.exercises if exercise.parameters for name in exercise.names}
    asks_for_code = finding.kind is FindingKind.NOT_ANSWERED
    return text("what.function" if subject in names and not asks_for_code else "what.subject", subject=subject)


def _parameters(function: str, assignment: Assignment) -> tuple[str, ...]:
    """The contract's parameters of a function."""
    return next((each.parameters for each in assignment.exercises if function in each.names), ())


def _of_snapshots(finding: Finding) -> _Values:
    """Shapes, dtypes, types and lengths of what was got and expected."""
    values: _Values = {}
    for role, snapshot in (("got", finding.got), ("expected", finding.expected)):
        if snapshot is None:
            continue
        picture = untrusted.snapshot(snapshot)
        values[f"{role}_value"] = _value(picture)
        values[f"{role}_type"] = f"`{picture.type_name}`"
        if picture.shape is not None:
            values[f"{role}_shape"] = shape_text(picture.shape)
            values[f"{role}_length"] = picture.shape[0] if picture.shape else 0
        if picture.dtype is not None:
            values[f"{role}_dtype"] = f"`{picture.dtype.removeprefix('torch.')}`"
    return values


def _of_difference(finding: Finding) -> _Values:
    """How many values differ, where and by how much."""
    difference = finding.difference
    if difference is None:
        return {}
    return {
        "count": difference.mismatched,
        "total": difference.total,
        "largest": number(difference.largest_absolute),
        "index": shape_text(difference.index),
        "factor": _factor(difference.factor),
    }


def _of_error(finding: Finding, around: Around) -> _Values:
    """The exception's type and its innermost place in the hand-in."""
    values: _Values = {}
    cell, number_of_line = finding.values.get("cell"), finding.values.get("line")
    if isinstance(cell, int) and isinstance(number_of_line, int):
        values["place"] = around.hand_in.place(cell, number_of_line)
    cell, number_of_line = finding.values.get("culprit_cell"), finding.values.get("culprit_line")
    if isinstance(cell, int) and isinstance(number_of_line, int):
        values["culprit"] = around.hand_in.place(cell, number_of_line)
    if finding.error is not None:
        values["error_type"] = around.hand_in.type_name(finding.error.type_name)
        frames = around.hand_in.frames(finding.error.frames)
        if frames and "place" not in values:
            values["place"] = around.hand_in.place(frames[-1].cell, frames[-1].line)
    return values


def _value(picture: Snapshot) -> Text:
    """A value in a few words; of a tensor with one element, that element."""
    if picture.values is not None and len(picture.values) == 1 and picture.kind in ("tensor", "array"):
        return _same(_scalar(picture.values[0]))
    return shown(picture)


def _factor(factor: float | None) -> str:
    """A factor as people say it: 2, 0.5, 1/3."""
    if factor is None:
        return ""
    fraction = Fraction(factor).limit_denominator(_LARGEST_DENOMINATOR)
    is_long = len(number(factor)) > len("-0.125")
    close = math.isclose(factor, fraction, rel_tol=_FRACTION_RTOL) and abs(fraction.numerator) <= _LARGEST_DENOMINATOR
    return str(fraction) if is_long and close else number(factor)


def _same(words: str) -> Text:
    """Words that are the same in every language."""
    return Text(en=words, zh=words)


def _scalar(value: Scalar) -> str:
    """One element of a value."""
    return number(value) if isinstance(value, float) else str(value)


def _shape_variant(finding: Finding, _: _Values) -> str:
    """Which well-known way a shape went wrong, if one of them."""
    if finding.got is None or finding.expected is None or finding.got.shape is None or finding.expected.shape is None:
        return ""
    got, expected = finding.got.shape, finding.expected.shape
    if len(got) == 2 and got[0] == got[1] > 1 and expected in ((got[0], 1), (got[0],)):  # noqa: PLR2004 - a table
        return ".broadcast"
    if got == ():
        return ".scalar"
    return ".same_size" if math.prod(got) == math.prod(expected) else ""


def _values_variant(finding: Finding, _: _Values) -> str:
    """How exactly a difference of values can be told."""
    if finding.difference is not None and finding.difference.total > 1:
        return ".measured"
    both = finding.got is not None and finding.expected is not None
    return ".single" if both and _is_short(finding.got) and _is_short(finding.expected) else ""


def _is_short(snapshot: Snapshot | None) -> bool:
    """Whether a value can be said in a sentence."""
    if snapshot is None:
        return False
    if snapshot.kind in ("number", "text", "none", "sequence"):
        return True
    return snapshot.values is not None and len(snapshot.values) == 1


def _needing(*names: str, variant: str, otherwise: str) -> Callable[[Finding, _Values], str]:
    """One variant where all of ``names`` have values, another where not."""
    return lambda _, values: variant if all(name in values for name in names) else otherwise


def _statement_variant(finding: Finding, values: _Values) -> str:
    """Why the statement that should define a name did not: it was not run, it was broken off, or it failed."""
    reason = finding.values.get("reason")
    if reason == "skipped":
        return ".not_run_after" if "culprit" in values else ".not_run"
    broken_off = _BROKEN_OFF.get(str(reason))
    if broken_off is not None and "place" in values:
        return broken_off
    return "" if "place" in values and "error_type" in values else ".plain"


_BROKEN_OFF: Final = {
    "timed_out": ".timed_out",
    "out_of_memory": ".out_of_memory",
    "flooded": ".flooded",
    "disk": ".disk",
    "file_size": ".file_size",
    "files": ".files",
    "threads": ".threads",
    "crashed": ".crashed",
}
"""Why a statement was broken off, and the ending of the sentence that says so."""

_VARIANTS: Final[dict[FindingKind, Callable[[Finding, _Values], str]]] = {
    FindingKind.SHAPE: _shape_variant,
    FindingKind.VALUES: _values_variant,
    FindingKind.ANSWER_FORM: _needing("options", variant=".options", otherwise=""),
    FindingKind.RAISED: _needing("place", variant=".placed", otherwise=""),
    FindingKind.NAME_STATEMENT_FAILED: _statement_variant,
    FindingKind.NAME_NEAR_MISS: _needing("inside", variant=".inside", otherwise=""),
    FindingKind.NO_GRADIENT: lambda finding, _: (
        ".cut" if finding.got is not None and finding.got.requires_grad is False else ""
    ),
    FindingKind.CRASHED: _needing("signal", variant=".signal", otherwise=""),
    FindingKind.LAW: lambda finding, _: "" if finding.what is not None else ".plain",
    FindingKind.UNUSABLE: lambda finding, _: "" if finding.got is not None else ".plain",
}
"""Kinds with more than one sentence, and which one fits."""
