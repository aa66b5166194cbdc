"""The single home of what an audience sees of the hand-in's own run: its cells, failed statements and notices.

No case had begun when a hand-in was loaded, so nothing hidden can be in here; but everything is untrusted.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from grader.feedback import untrusted
from grader.feedback.catalogue import text
from grader.feedback.explain import explain
from grader.feedback.messages import bytes_text
from grader.feedback.outputs import OutputBudget
from grader.feedback.view import CellView, ErrorView, FailureView
from grader.model.submission import CellKind
from grader.wire.evidence import BROKEN_OFF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.feedback.places import HandInText
    from grader.model.assignment import Assignment, Limits
    from grader.model.submission import Cell, Submission
    from grader.model.text import Text
    from grader.wire.evidence import CellRun, LoadReport, Notice, StatementFailure

MOST_FAILURES: Final = 50
MOST_NOTICES: Final = 20
STATUSES: Final = ("ok", "partly", "failed", "empty", "not_run")
REASONS: Final = ("raised", "syntax", *BROKEN_OFF, "skipped")
NOTICES: Final = {
    "stand_in": ("package",),
    "package_missing": ("package", "needed_for"),
    "shell_skipped": ("command",),
    "magic_skipped": ("magic",),
    "input_empty": (),
    "output_cut": (),
    "main_block_run": (),
    "workers_zero": (),
    "compile_skipped": (),
    "processes_as_threads": (),
    "debugger_skipped": (),
    "syntax_skipped": (),
    "time_left_short": (),
    "reloaded": (),
}
"""Each kind of notice (``notice.<kind>``) with the values that it needs."""
_WHOLE_HAND_IN: Final = (
    "stand_in",
    "package_missing",
    "workers_zero",
    "compile_skipped",
    "processes_as_threads",
    "time_left_short",
    "reloaded",
)
"""Notices that are told once, for the hand-in as a whole."""


def show_cells(
    submission: Submission, load: LoadReport | None, hand_in: HandInText, limits: Limits
) -> tuple[CellView, ...]:
    """Every cell of the hand-in, with what happened in it."""
    runs = {run.index: run for run in load.cells} if load is not None else {}
    facts = _Facts(
        hand_in=hand_in,
        notices=load.notices if load is not None else (),
        missing=missing_packages(load),
        culprit=_culprit(load, hand_in),
    )
    budget = OutputBudget(2 * limits.output_bytes)
    return tuple(_cell(cell, runs.get(cell.index), facts, budget) for cell in submission.cells)


def missing_packages(load: LoadReport | None) -> dict[str, str]:
    """Per name that an import should have bound, the package that is not installed."""
    notices = load.notices if load is not None else ()
    return {
        name: untrusted.line(notice.values.get("package", ""))
        for notice in notices
        if notice.kind == "package_missing"
        for name in notice.values.get("names", "").split(", ")
    }


def show_notices(load: LoadReport | None, assignment: Assignment) -> tuple[Text, ...]:
    """What concerns the hand-in as a whole: a run that was cut off, missing packages, replacements."""
    if load is None:
        return ()
    early: tuple[Text, ...] = ()
    if load.ended in BROKEN_OFF:
        limits = assignment.limits
        early = (
            text(
                f"ended_early.{load.ended}",
                seconds=limits.load_seconds,
                memory=bytes_text(limits.memory_bytes),
                output=bytes_text(limits.output_bytes),
                disk=bytes_text(limits.disk_bytes),
                file=bytes_text(limits.file_bytes),
                files=limits.disk_files,
                threads=limits.threads,
            ),
        )
    return (*early, *_words(notice for notice in load.notices if notice.kind in _WHOLE_HAND_IN))


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Facts:
    """What the sentences about one cell need of the whole run."""

    hand_in: HandInText
    notices: tuple[Notice, ...]
    missing: dict[str, str]
    culprit: Text | None
    """Where the time for running was used up."""


def _culprit(load: LoadReport | None, hand_in: HandInText) -> Text | None:
    """The place of the statement that used up the time, if it is known."""
    failures = (failure for run in load.cells for failure in run.failures) if load is not None else ()
    found = next((failure for failure in failures if failure.reason == "timed_out"), None)
    return None if found is None else hand_in.place(found.cell, found.line)


def _cell(cell: Cell, run: CellRun | None, facts: _Facts, budget: OutputBudget) -> CellView:
    """One cell; a cell that the run does not mention was not run."""
    told = {failure.reason for failure in run.failures} if run is not None else set()
    here = _words(
        each
        for each in facts.notices
        if each.cell == cell.index
        and each.kind not in _WHOLE_HAND_IN
        and not (each.kind == "syntax_skipped" and "syntax" in told)
    )
    outputs = budget.take(run.outputs) if run is not None else ()
    if run is not None and len(outputs) < len(run.outputs) and budget.exceeded:
        here = tuple(dict.fromkeys((*here, text("notice.output_cut"))))
    return CellView(
        index=cell.index,
        kind=cell.kind,
        source=untrusted.block(cell.source, limit=untrusted.SOURCE_CHARACTERS),
        status=_status(cell, run),
        outputs=outputs,
        failures=tuple(_failure(each, facts) for each in run.failures[:MOST_FAILURES]) if run is not None else (),
        notices=here,
    )


def _status(cell: Cell, run: CellRun | None) -> str:
    """One word for how the cell ran."""
    if cell.kind is not CellKind.CODE:
        return "text"
    if run is not None and run.status in STATUSES:
        return run.status
    return "not_run" if cell.source.strip() else "empty"


def _failure(failure: StatementFailure, facts: _Facts) -> FailureView:
    """A statement that did not end well, with the hand-in's own line; one that was not run has no error."""
    hand_in = facts.hand_in
    type_name = untrusted.line(failure.error.type_name, limit=untrusted.NAME_CHARACTERS)
    message = untrusted.without_installation(untrusted.block(failure.error.message, limit=untrusted.MESSAGE_CHARACTERS))
    reason = failure.reason if failure.reason in REASONS else "raised"
    source = hand_in.source_line(failure.cell, failure.line)
    return FailureView(
        cell=failure.cell,
        line=failure.line,
        source=source if source is not None else untrusted.line(failure.source),
        message=_what_became_of_it(reason, type_name, facts),
        error=ErrorView(
            type_name=type_name,
            message=message,
            frames=hand_in.frames(failure.error.frames),
            explanation=explain(type_name, message, frames=failure.error.frames, missing=facts.missing),
        ),
        binds=tuple(untrusted.line(name, limit=untrusted.NAME_CHARACTERS) for name in failure.binds[:MOST_FAILURES]),
    )


def _what_became_of_it(reason: str, type_name: str, facts: _Facts) -> Text:
    """In a sentence, how a statement ended."""
    if reason == "skipped" and facts.culprit is not None:
        return text("statement.skipped.after", culprit=facts.culprit)
    return text(f"statement.{reason}", error_type=type_name or "Exception")


def _words(notices: Iterable[Notice]) -> tuple[Text, ...]:
    """Notices in words, each once; one that is not in form is no notice."""
    told: dict[Text, None] = {}
    for notice in notices:
        needed = NOTICES.get(notice.kind)
        if needed is None or not all(name in notice.values for name in needed) or len(told) >= MOST_NOTICES:
            continue
        values = {name: untrusted.line(notice.values[name]) for name in needed}
        unused = notice.kind == "package_missing" and not values["needed_for"]
        told[text("notice.package_missing.unused" if unused else f"notice.{notice.kind}", **values)] = None
    return tuple(told)
