"""The single home of what is known after a case has run: verdict, finding, evidence. Data only, no sentences."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from grader.model.text import Text
from grader.model.verdict import Verdict

Scalar = str | int | float | bool | None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One pytest item of a suite, with points."""

    id: str
    """Public and stable: ``<exercise>.<number>``, counted from 1 within the exercise."""
    exercise: str
    number: int
    node: str
    """pytest's node id; for instructors only."""
    points: float
    visible: bool
    doc: str
    """The first line of the test's docstring; for instructors only."""
    title: Text | None = None
    hint: Text | None = None
    reveal_inputs: bool = False


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A value as a report shows it: bounded, and never the value itself."""

    kind: str
    """``tensor``, ``array``, ``number``, ``text``, ``none``, ``sequence``, ``mapping`` or ``object``."""
    type_name: str
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    requires_grad: bool | None = None
    values: tuple[Scalar, ...] | None = None
    """All elements in row-major order where there are at most 64; NaN and infinities as text."""
    text: str | None = None
    """A short rendering of what has no elements, or of a large value's beginning."""
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None


class NamedSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """A value with the name under which a report shows it (an argument, say)."""

    name: str
    value: Snapshot


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """How far a numeric result is from the expected one."""

    largest_absolute: float
    largest_relative: float
    index: tuple[int, ...]
    mismatched: int
    total: int
    atol: float
    rtol: float
    factor: float | None = None
    """``got / expected`` where it is one constant other than 1."""


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """One place in the student's own code."""

    cell: int
    """Index of the cell in the hand-in; 0 for a module."""
    line: int
    """Counted from 1 within the cell."""
    function: str
    source: str


class ErrorRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An exception of the student's code, as data."""

    type_name: str
    message: str
    frames: tuple[Frame, ...] = ()


class FindingKind(StrEnum):
    """What exactly was found; each has a sentence ``finding.<kind>`` in the catalogue."""

    VALUES = "values"
    SHAPE = "shape"
    DTYPE = "dtype"
    NOT_A_TENSOR = "not_a_tensor"
    RETURNED_NONE = "returned_none"
    NOT_FINITE = "not_finite"
    FACTOR = "factor"
    TRANSPOSED = "transposed"
    WRONG_TYPE = "wrong_type"
    WRONG_LENGTH = "wrong_length"
    INPUT_CHANGED = "input_changed"
    NOT_IN_PLACE = "not_in_place"
    NO_GRADIENT = "no_gradient"
    NOT_A_LEAF = "not_a_leaf"
    OUT_OF_RANGE = "out_of_range"
    LAW = "law"
    ANSWER = "answer"
    ANSWER_FORM = "answer_form"
    UNUSABLE = "unusable"
    """The test went on with what the student returned and could not (it can with the reference's result)."""
    CHECK = "check"
    """A plain ``assert`` of the suite did not hold."""
    PARAMETER_ORDER = "parameter_order"
    """Right when called by parameter name, wrong by position."""
    PARAMETERS = "parameters"
    """The function cannot take the contract's arguments."""
    NOT_CALLABLE = "not_callable"
    RAISED = "raised"
    NAME_MISSING = "name_missing"
    NAME_NEAR_MISS = "name_near_miss"
    NAME_STATEMENT_FAILED = "name_statement_failed"
    NAME_FROM_STAND_IN = "name_from_stand_in"
    NOT_ANSWERED = "not_answered"
    """The stub's placeholder (``None``, ``...``, NotImplementedError) is still there."""
    CALL_TIMED_OUT = "call_timed_out"
    LOAD_TIMED_OUT = "load_timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    FLOODED = "flooded"
    """Too much output."""
    DISK = "disk"
    """Too much in files, all together."""
    FILE_SIZE = "file_size"
    """Too much in one file."""
    FILES = "files"
    THREADS = "threads"
    CRASHED = "crashed"
    BROKE_PROTOCOL = "broke_protocol"
    SUITE = "suite"
    INTERNAL = "internal"


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Why a case did not pass."""

    kind: FindingKind
    subject: str = ""
    """The function, value or parameter it is about, as the student wrote or should have written it."""
    what: Text | None = None
    """The author's words for what was looked at (``the noise's standard deviation``, ``bias_shape``)."""
    explanation: Text | None = None
    """The author's explanation of just this wrong result, where there is one."""
    expected: Snapshot | None = None
    got: Snapshot | None = None
    difference: Difference | None = None
    error: ErrorRecord | None = None
    values: dict[str, str | int | float] = {}
    """Further values that the sentence needs."""
    conceal_expected: bool = False
    """The expected value is the answer itself and is not for students."""


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One call of the student's code from a case."""

    function: str
    arguments: tuple[NamedSnapshot, ...]


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Points of one curve or cloud, at most 200."""

    label: Text
    role: str
    """``student`` or ``reference``."""
    x: tuple[float, ...]
    y: tuple[float, ...]


class Scatter(msgspec.Struct, frozen=True, kw_only=True, tag="scatter"):
    """Clouds side by side, with the spread of the residuals of each."""

    title: Text
    x_label: Text
    y_label: Text
    series: tuple[Series, ...]
    spread: dict[str, float] = {}
    """Per role, the standard deviation of the residuals."""


class Curves(msgspec.Struct, frozen=True, kw_only=True, tag="curves"):
    """Curves over a common axis, for instance the training loss."""

    title: Text
    x_label: Text
    y_label: Text
    series: tuple[Series, ...]
    log_y: bool = False


class Broadcast(msgspec.Struct, frozen=True, kw_only=True, tag="broadcast"):
    """How a column and a row broadcast to a table."""

    title: Text
    column_label: str
    row_label: str
    column: tuple[float, ...]
    row: tuple[float, ...]
    table: tuple[tuple[float, ...], ...]
    """What the operation gives for each pair; the diagonal is what was meant."""


Exhibit = Scatter | Curves | Broadcast


class CaseResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one case ended, with all the evidence; only ``feedback`` decides who may see what."""

    case: Case
    verdict: Verdict
    seconds: float
    finding: Finding | None = None
    calls: tuple[CallRecord, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    printed: str = ""
    """What student code printed during the case; instructors only when the case is hidden."""
    detail: str = ""
    """pytest's own words; instructors only."""


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """One wall between student code and the rest, and whether it stood."""

    id: str
    """Has the catalogue key ``wall.<id>``."""
    stood: bool
    detail: str = ""
