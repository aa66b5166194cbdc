"""The far side's evidence, bounded once more: whoever wrote it may have been the hand-in itself."""

from __future__ import annotations

from grader.judge.evidence import MOST_FAILURES, MOST_NAMES, MOST_NOTICES, bounded_report
from grader.wire.evidence import CellRun, DefinedName, LoadReport, Notice, RemoteError, StatementFailure

FAILURE = StatementFailure(
    cell=0, statement=0, line=1, source="x", error=RemoteError(type_name="NameError", message="")
)


def test_a_report_beyond_all_measure_is_cut() -> None:
    """More names, failures and notices than a worker ever reports would only cost the judge time."""
    flood = LoadReport(
        cells=tuple(CellRun(index=index, status="partly", failures=(FAILURE,) * 3000) for index in range(3)),
        names=tuple(DefinedName(name=f"n{k}", type_name="int") for k in range(3 * MOST_NAMES)),
        notices=(Notice(kind="input_empty", cell=0),) * (3 * MOST_NOTICES),
    )

    bounded = bounded_report(flood, cells=range(3))

    assert [len(run.failures) for run in bounded.cells] == [3000, MOST_FAILURES - 3000, 0]
    assert (len(bounded.names), len(bounded.notices)) == (MOST_NAMES, MOST_NOTICES)
    assert bounded.names[0].name == "n0"


def test_only_the_hand_ins_own_cells_count_each_once() -> None:
    """The far side chose the indices."""
    seen = ((1, "ok"), (1, "failed"), (7, "ok"), (-1, "ok"))
    report = LoadReport(cells=tuple(CellRun(index=index, status=status) for index, status in seen))

    bounded = bounded_report(report, cells={0, 1})

    assert [(run.index, run.status) for run in bounded.cells] == [(1, "ok")]
