"""The single home of what an audience sees of the hand-in's own run: its cells, failed statements and notices.

No case had begun when a hand-in was loaded, so nothing hidden can be in here; but everything is untrusted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from grader.feedback import untrusted
from grader.feedback.catalogue import text
from grader.feedback.explain import explain
from grader.feedback.messages import bytes_text
from grader.feedback.outputs import OutputBudget
from grader.feedback.view import CellView, ErrorView, FailureView
from grader.model.submission import CellKind

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
REASONS: Final = ("raised", "syntax", "timed_out", "out_of_memory", "flooded", "crashed", "skipped")
NOTICES: Final = {
    "stand_in": ("package",),
    "package_missing": ("package", "needed_for"),
    "shell_skipped": ("command",),
    "magic_skipped": ("magic",),
    "input_empty": (),
    "output_cut": (),
    "main_block_run": (),
    "workers_zero": (),
    "syntax_skipped": (),
    "time_left_short": (),
    "reloaded": (),
}
"""Each kind of notice (``notice.<kind>``) with the values that it needs."""
_WHOLE_HAND_IN: Final = ("stand_in", "package_missing", "workers_zero", "time_left_short", "reloaded")
"""Notices that are told once, for the hand-in as a whole."""
_ENDED_EARLY: Final = ("timed_out", "out_of_memory", "flooded", "crashed")


def show_cells(
    submission: Submission, load: LoadReport | None, hand_in: HandInText, limits: Limits
) -> tuple[CellView, ...]:
    """Every cell of the hand-in, with what happened in it."""
    runs = {run.index: run for run in load.cells} if load is not None else {}
    notices = load.notices if load is not None else ()
    budget = OutputBudget(2 * limits.output_bytes)
    return tuple(_cell(cell, runs.get(cell.index), notices, hand_in, budget) for cell in submission.cells)


def show_notices(load: LoadReport | None, assignment: Assignment) -> tuple[Text, ...]:
    """What concerns the hand-in as a whole: a run that was cut off, missing packages, replacements."""
    if load is None:
        return ()
    early: tuple[Text, ...] = ()
    if load.ended in _ENDED_EARLY:
        limits = assignment.limits
        early = (
            text(
                f"ended_early.{load.ended}",
                seconds=limits.load_seconds,
                memory=bytes_text(limits.memory_bytes),
                output=bytes_text(limits.output_bytes),
            ),
        )
    return (*early, *_words(notice for notice in load.notices if notice.kind in _WHOLE_HAND_IN))


def _cell(
    cell: Cell, run: CellRun | None, notices: Iterable[Notice], hand_in: HandInText, budget: OutputBudget
) -> CellView:
    """One cell; a cell that the run does not mention was not run."""
    here = _words(each for each in notices if each.cell == cell.index and each.kind not in _WHOLE_HAND_IN)
    outputs = budget.take(run.outputs) if run is not None else ()
    if run is not None and len(outputs) < len(run.outputs) and budget.exceeded:
        here = tuple(dict.fromkeys((*here, text("notice.output_cut"))))
    return CellView(
        index=cell.index,
        kind=cell.kind,
        source=untrusted.block(cell.source, limit=untrusted.SOURCE_CHARACTERS),
        status=_status(cell, run),
        outputs=outputs,
        failures=tuple(_failure(each, hand_in) for each in run.failures[:MOST_FAILURES]) if run is not None else (),
        notices=here,
    )


def _status(cell: Cell, run: CellRun | None) -> str:
    """One word for how the cell ran."""
    if cell.kind is not CellKind.CODE:
        return "text"
    if run is not None and run.status in STATUSES:
        return run.status
    return "not_run" if cell.source.strip() else "empty"


def _failure(failure: StatementFailure, hand_in: HandInText) -> FailureView:
    """A statement that did not end well, with the hand-in's own line."""
    type_name = untrusted.line(failure.error.type_name, limit=untrusted.NAME_CHARACTERS) or "Exception"
    message = untrusted.without_installation(untrusted.block(failure.error.message, limit=untrusted.MESSAGE_CHARACTERS))
    reason = failure.reason if failure.reason in REASONS else "raised"
    source = hand_in.source_line(failure.cell, failure.line)
    return FailureView(
        cell=failure.cell,
        line=failure.line,
        source=source if source is not None else untrusted.line(failure.source),
        message=text(f"statement.{reason}", error_type=type_name),
        error=ErrorView(
            type_name=type_name,
            message=message,
            frames=hand_in.frames(failure.error.frames),
            explanation=explain(type_name, message),
        ),
        binds=tuple(untrusted.line(name, limit=untrusted.NAME_CHARACTERS) for name in failure.binds[:MOST_FAILURES]),
    )


def _words(notices: Iterable[Notice]) -> tuple[Text, ...]:
    """Notices in words, each once; one that is not in form is no notice."""
    told: dict[Text, None] = {}
    for notice in notices:
        needed = NOTICES.get(notice.kind)
        if needed is None or not all(name in notice.values for name in needed) or len(told) >= MOST_NOTICES:
            continue
        values = {name: untrusted.line(notice.values[name]) for name in needed}
        told[text(f"notice.{notice.kind}", **values)] = None
    return tuple(told)
