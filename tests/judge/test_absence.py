"""Why a name is missing: the report of the load knows, or a similar name does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.judge.absence import is_placeholder, near_miss, stand_in_of, why_absent
from grader.judge.contract import Contract
from grader.model.assignment import Assignment, Exercise, ExerciseKind, Limits, SubmissionFormat
from grader.model.result import FindingKind
from grader.model.text import Language, Text
from grader.model.verdict import Verdict
from grader.wire.evidence import CellRun, DefinedName, LoadReport, RemoteError, StatementFailure

TITLE = Text(en="t", zh="t")
CONTRACT = Contract(
    Assignment(
        id="a",
        title=TITLE,
        language=Language.EN,
        accepts=(SubmissionFormat.MODULE,),
        limits=Limits(),
        exercises=(
            Exercise(
                id="squared_loss", kind=ExerciseKind.FUNCTION, points=1, title=TITLE, names=("squared_loss",),
                parameters=("y_hat", "y"), aliases={"squared_loss": ("mse",)},
            ),
            Exercise(
                id="shapes", kind=ExerciseKind.QUIZ, points=1, title=TITLE, names=("weight_shape", "bias_shape")
            ),
        ),
    )
)  # fmt: skip


def fault_for(name: str, report: LoadReport | None, *sources: str) -> Any:
    """Why ``name`` is missing."""
    return why_absent(name, contract=CONTRACT, report=report, sources=sources)


def names(**types: str) -> tuple[DefinedName, ...]:
    """Names with their types."""
    return tuple(DefinedName(name=name, type_name=kind) for name, kind in types.items())


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("squared_loss", "square_loss"),
        ("squared_loss", "Squared_Loss"),
        ("squared_loss", "squaredLoss"),
        ("linreg", "linreq"),
        ("synthetic_data", "simulation_data"),
        ("synthetic_data", "data_synthetic"),
        ("sgd", "SGD"),
    ],
)
def test_a_slip_of_the_pen_is_recognised(name: str, written: str) -> None:
    """Other capitals, a letter more or less, a related first word."""
    assert near_miss(name, ["x", "train", written, "plot_results"]) == written


@given(st.lists(st.text(max_size=8), max_size=6), st.sampled_from(["sgd", "squared_loss"]))
def test_a_near_miss_is_one_of_the_candidates(candidates: list[str], name: str) -> None:
    """Whatever students call their things, and in whatever order."""
    found = near_miss(name, candidates)

    assert found is None or found in candidates
    assert near_miss(name, reversed(candidates)) == found


def test_what_another_exercise_asks_for_is_no_near_miss() -> None:
    """``bias_shape`` is not a misspelled ``weight_shape``."""
    fault = fault_for("weight_shape", LoadReport(cells=(), names=names(bias_shape="tuple")))

    assert fault.case_finding.kind is FindingKind.NAME_MISSING


def test_a_function_is_no_near_miss_of_a_value() -> None:
    """Only what could be the answer is named."""
    report = LoadReport(cells=(), names=names(weight_shapes="function", bias_shapes="tuple"))

    assert fault_for("weight_shape", report).case_finding.kind is FindingKind.NAME_MISSING
    assert fault_for("bias_shape", report).case_finding.values == {"near": "bias_shapes"}


def test_a_class_is_not_to_be_renamed_to_a_function() -> None:
    """``class Squared_Loss`` is no ``squared_loss``, whatever it is called."""
    report = LoadReport(cells=(), names=names(Squared_Loss="type", squared_los="function"))

    assert fault_for("squared_loss", report).case_finding.values == {"near": "squared_los"}
    assert fault_for("squared_loss", LoadReport(cells=(), names=names(Squared_Loss="type"))).case_finding.values == {}


def test_a_function_with_just_the_parameters_asked_for_is_named() -> None:
    """Whatever it is called, as long as there is only one."""

    def defined(*found: str) -> LoadReport:
        return LoadReport(
            cells=(),
            names=tuple(DefinedName(name=name, type_name="function", parameters=("y_hat", "y")) for name in found),
        )

    assert fault_for("squared_loss", defined("L")).case_finding.values == {"near": "L"}
    assert fault_for("squared_loss", defined("L", "A")).case_finding.kind is FindingKind.NAME_MISSING
    assert fault_for("weight_shape", defined("L")).case_finding.kind is FindingKind.NAME_MISSING


def test_a_function_inside_a_class_is_named_with_the_class() -> None:
    """It is there, but not where it can be called."""
    solution = DefinedName(name="Solution", type_name="type", holds=("mse",))
    finding = fault_for("squared_loss", LoadReport(cells=(), names=(solution,))).case_finding

    assert finding.kind is FindingKind.NAME_NEAR_MISS
    assert finding.values == {"near": "squared_loss", "inside": "Solution"}


def test_what_a_stand_in_refused_is_for_the_student_to_write() -> None:
    """``sgd = d2l.sgd`` is not a statement to repair."""
    error = RemoteError(type_name="AttributeError", message="this stand-in for d2l does not offer `mse`")
    failure = StatementFailure(
        cell=0, statement=0, line=1, source="mse = d2l.mse", error=error, binds=("mse",), stand_in="d2l"
    )
    report = LoadReport(cells=(CellRun(index=0, status="failed", failures=(failure,)),))
    finding = fault_for("squared_loss", report).case_finding

    assert (finding.kind, finding.values) == (FindingKind.NAME_FROM_STAND_IN, {"package": "d2l"})


def test_a_failed_statement_is_pointed_to() -> None:
    """Also where it would have bound another spelling of the name."""
    failure = StatementFailure(
        cell=4,
        statement=1,
        line=7,
        source="def mse(y_hat, y) return 1",
        error=RemoteError(type_name="SyntaxError", message="expected ':'"),
        binds=("mse",),
        reason="syntax",
    )
    fault = fault_for("squared_loss", LoadReport(cells=(CellRun(index=4, status="failed", failures=(failure,)),)))

    assert (fault.verdict, fault.case_finding.kind) == (Verdict.MISSING, FindingKind.NAME_STATEMENT_FAILED)
    assert fault.case_finding.error.type_name == "SyntaxError"
    assert fault.case_finding.values == {
        "cell": 4,
        "line": 7,
        "source": "def mse(y_hat, y) return 1",
        "reason": "syntax",
    }


@pytest.mark.parametrize("reason", ["skipped", "timed_out"])
def test_what_used_up_the_time_is_pointed_to(reason: str) -> None:
    """A statement that was not run has no error of its own, only a culprit above it."""
    nothing = RemoteError(type_name="", message="")
    endless = StatementFailure(cell=5, statement=2, line=3, source="while True:", error=nothing, reason="timed_out")
    late = StatementFailure(
        cell=6, statement=0, line=1, source="mse = f()", error=nothing, binds=("mse",), reason=reason
    )
    cells = tuple(CellRun(index=one.cell, status="failed", failures=(one,)) for one in (endless, late))
    finding = fault_for("squared_loss", LoadReport(cells=cells, ended="timed_out")).case_finding

    assert finding.kind is FindingKind.NAME_STATEMENT_FAILED
    assert finding.error is None
    assert finding.values["reason"] == reason
    assert (finding.values["culprit_cell"], finding.values["culprit_line"]) == (5, 3)


@pytest.mark.parametrize(
    ("ended", "verdict"),
    [
        ("timed_out", Verdict.TIMED_OUT),
        ("out_of_memory", Verdict.OUT_OF_MEMORY),
        ("flooded", Verdict.FLOODED),
        ("crashed", Verdict.CRASHED),
    ],
)
def test_a_load_that_was_cut_off_is_the_reason_if_the_name_was_still_to_come(ended: str, verdict: Verdict) -> None:
    """A hand-in that never mentions the name misses it in any case."""
    report = LoadReport(cells=(), ended=ended)

    assert fault_for("squared_loss", report, "train()", "def mse(a, b): ...").verdict is verdict
    assert fault_for("squared_loss", report, "train()").verdict is Verdict.MISSING


def test_without_a_report_a_name_is_just_missing() -> None:
    """The reference in the student's place has none."""
    assert fault_for("squared_loss", None).case_finding.kind is FindingKind.NAME_MISSING
    assert isinstance(fault_for("squared_loss", None), AttributeError)


def test_a_placeholder_is_known() -> None:
    """The report says in which functions nothing is written."""
    report = LoadReport(cells=(), names=(DefinedName(name="squared_loss", type_name="function", placeholder=True),))

    assert is_placeholder("squared_loss", report)
    assert not is_placeholder("sgd", report)
    assert not is_placeholder("squared_loss", None)


def test_the_stand_in_of_a_name_is_known() -> None:
    """The report says whose object a name is."""
    report = LoadReport(cells=(), names=(DefinedName(name="squared_loss", type_name="function", from_stand_in="d2l"),))

    assert (stand_in_of("squared_loss", report), stand_in_of("sgd", report), stand_in_of("sgd", None)) == (
        "d2l",
        "",
        "",
    )
