"""The single home of the checkers of computed results; each failure is a finding, never a sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
import numpy as np
import torch
from torch import Tensor

from grader.model.result import Difference, Finding, FindingKind, Snapshot
from grader.suite.differences import difference, introduces_non_finite, is_transposed
from grader.suite.equality import same
from grader.suite.failure import CheckFailed
from grader.suite.snapshots import snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.text import Text

RTOL = 1.3e-6
ATOL = 1e-5


def fail(kind: FindingKind, **details: Any) -> NoReturn:
    """Raise `CheckFailed` with a finding made of ``details`` (see `Finding`)."""
    __tracebackhide__ = True  # pytest then shows an author the line of the check, not this one
    raise CheckFailed(Finding(kind=kind, **details))


def as_tensor(value: Any, *, subject: str = "") -> Tensor:
    """A tensor, or an array of numbers as one: for cases in which it should not cost anything to be no tensor."""
    if isinstance(value, np.ndarray) and _holds_numbers(value):
        return torch.from_numpy(np.array(value))
    check_tensor(value, subject=subject)
    tensor: Tensor = value
    return tensor


def check_close(
    got: Any,
    expected: Any,
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
    check_dtype: bool = True,
    subject: str = "",
    what: Text | None = None,
    conceal_expected: bool = False,
) -> None:
    """``got`` has the type, shape, dtype and, within the tolerance, the values of ``expected``.

    ``expected`` is a tensor, an array, a number, or a sequence of those. A result that is a constant multiple or the
    transpose of the expected one is recognised. ``what`` says in words what is looked at. With ``conceal_expected``,
    for an expected value that is an input itself, students are told the expected shape and dtype but no values.
    """
    if isinstance(expected, list | tuple):
        check_length(got, len(expected), subject=subject, what=what)
        for ours, theirs in zip(got, expected, strict=True):
            check_close(
                ours,
                theirs,
                rtol=rtol,
                atol=atol,
                check_dtype=check_dtype,
                subject=subject,
                what=what,
                conceal_expected=conceal_expected,
            )
        return
    try:
        _check_one(got, expected, rtol=rtol, atol=atol, check_dtype=check_dtype, subject=subject)
    except CheckFailed as failed:
        finding = msgspec.structs.replace(failed.finding, what=what)
        raise CheckFailed(_concealed(finding) if conceal_expected else finding) from None


def _check_one(got: Any, expected: Any, *, rtol: float, atol: float, check_dtype: bool, subject: str) -> None:
    """The same for one tensor, array or number."""
    if isinstance(expected, Tensor):
        check_tensor(got, subject=subject)
        _compare(got, expected, (got, expected), rtol=rtol, atol=atol, check_dtype=check_dtype, subject=subject)
    elif isinstance(expected, np.ndarray):
        _require(got, np.ndarray, expected, subject=subject)
        ours, theirs = _from_array(got, expected, subject=subject), torch.from_numpy(np.array(expected))
        _compare(ours, theirs, (got, expected), rtol=rtol, atol=atol, check_dtype=check_dtype, subject=subject)
    else:
        ours = torch.tensor(_as_number(got, expected, subject=subject), dtype=torch.float64)
        theirs = torch.tensor(float(expected), dtype=torch.float64)
        _compare(ours, theirs, (got, expected), rtol=rtol, atol=atol, check_dtype=False, subject=subject)


def _concealed(finding: Finding) -> Finding:
    """A finding from which the expected values cannot be read or computed."""
    if finding.difference is not None or finding.kind is FindingKind.TRANSPOSED:
        return msgspec.structs.replace(finding, conceal_expected=True)
    if finding.expected is None:
        return finding
    shown = finding.expected
    outline = Snapshot(kind=shown.kind, type_name=shown.type_name, shape=shown.shape, dtype=shown.dtype)
    return msgspec.structs.replace(finding, expected=outline)


def check_shape(got: Any, shape: Sequence[int], *, subject: str = "") -> None:
    """``got`` is a tensor or array of that shape."""
    if not isinstance(got, np.ndarray):
        check_tensor(got, subject=subject)
    if tuple(got.shape) != tuple(shape):
        wanted = Snapshot(kind="tensor", type_name="Tensor", shape=tuple(shape))
        fail(FindingKind.SHAPE, subject=subject, expected=wanted, got=snapshot(got))


def check_dtype(got: Any, dtype: torch.dtype, *, subject: str = "") -> None:
    """``got`` is a tensor of that dtype."""
    check_tensor(got, subject=subject)
    if got.dtype != dtype:
        wanted = Snapshot(kind="tensor", type_name="Tensor", dtype=str(dtype))
        fail(FindingKind.DTYPE, subject=subject, expected=wanted, got=snapshot(got))


def check_tensor(got: Any, *, subject: str = "") -> None:
    """``got`` is a tensor."""
    if got is None:
        fail(FindingKind.RETURNED_NONE, subject=subject, got=snapshot(got))
    if not isinstance(got, Tensor):
        fail(FindingKind.NOT_A_TENSOR, subject=subject, got=snapshot(got))


def check_type(got: Any, wanted: type | tuple[type, ...], *, subject: str = "") -> None:
    """``got`` is an instance of ``wanted``; a far object never is."""
    if got is None and not isinstance(None, wanted):
        fail(FindingKind.RETURNED_NONE, subject=subject, got=snapshot(got))
    if not isinstance(got, wanted):
        names = " | ".join(kind.__name__ for kind in (wanted if isinstance(wanted, tuple) else (wanted,)))
        fail(
            FindingKind.WRONG_TYPE,
            subject=subject,
            expected=Snapshot(kind="object", type_name=names),
            got=snapshot(got),
        )


def check_length(got: Any, length: int, *, subject: str = "", what: Text | None = None) -> None:
    """``got`` is a tuple or a list of that length; ``what`` says in words what it is."""
    check_type(got, (tuple, list), subject=subject)
    if len(got) != length:
        wanted = Snapshot(kind="sequence", type_name="tuple", shape=(length,))
        fail(FindingKind.WRONG_LENGTH, subject=subject, what=what, expected=wanted, got=snapshot(got))


def check_equal(got: Any, expected: Any, *, what: Text | None = None, subject: str = "") -> None:
    """``got`` equals ``expected`` exactly; of a far object, only its identity counts."""
    if same(got, expected):
        return
    kind = FindingKind.RETURNED_NONE if got is None else FindingKind.VALUES
    worst = None
    if isinstance(got, Tensor) and isinstance(expected, Tensor):
        if got.shape != expected.shape:
            kind = FindingKind.SHAPE
        elif got.dtype != expected.dtype:
            kind = FindingKind.DTYPE
        else:
            worst = difference(got, expected, rtol=0.0, atol=0.0)
    ours, theirs = _pictures(got, expected)
    fail(kind, subject=subject, what=what, expected=theirs, got=ours, difference=worst)


def check_that(holds: Any, *, what: Text, subject: str = "") -> None:
    """A law holds, in the author's words. Only a bool (Python's, numpy's, or a tensor of one) is believed."""
    if isinstance(holds, Tensor) and holds.numel() == 1 and holds.dtype == torch.bool:
        holds = bool(holds)
    if not isinstance(holds, bool | np.bool_):
        fail(FindingKind.LAW, subject=subject, what=what, got=snapshot(holds))
    if not holds:
        fail(FindingKind.LAW, subject=subject, what=what)


def check_between(got: Any, low: float, high: float, *, what: Text, subject: str = "") -> None:
    """A statistic lies in ``[low, high]``."""
    number = _as_number(got, 0.0, subject=subject)
    if not low <= number <= high:
        shown: str | float = number if math.isfinite(number) else str(number)
        values = {"low": low, "high": high, "got": shown}
        fail(FindingKind.OUT_OF_RANGE, subject=subject, what=what, got=snapshot(got), values=values)


def check_unchanged(value: Any, before: Any, *, name: str) -> None:
    """An input is what it was ``before`` (a copy that the case made)."""
    if same(value, before):
        return
    worst = None
    if isinstance(value, Tensor) and isinstance(before, Tensor) and value.shape == before.shape:
        worst = difference(value, before, rtol=0.0, atol=0.0)
    now, then = _pictures(value, before)
    fail(FindingKind.INPUT_CHANGED, subject=name, expected=then, got=now, difference=worst)


def check_changed_in_place(
    tensor: Tensor, expected: Tensor, *, name: str, before: Tensor | None = None, rtol: float = RTOL, atol: float = ATOL
) -> None:
    """The author's own ``tensor`` now holds ``expected``.

    Given a copy from ``before`` the call, a tensor that did not change at all is told apart from a wrong change.
    """
    unchanged = before is not None and same(tensor.detach(), before.detach())
    if unchanged and not same(tensor.detach(), expected.detach()):
        worst = None
        if tensor.shape == expected.shape:
            worst = difference(tensor, expected, rtol=rtol, atol=atol)
            if worst is None:
                return
        now, wanted = _pictures(tensor, expected)
        fail(FindingKind.NOT_IN_PLACE, subject=name, expected=wanted, got=now, difference=worst)
    check_close(tensor, expected, rtol=rtol, atol=atol, subject=name)


def check_leaf(tensor: Any, *, name: str) -> None:
    """A parameter is still a leaf that requires grad."""
    check_tensor(tensor, subject=name)
    if not (tensor.is_leaf and tensor.requires_grad):
        fail(FindingKind.NOT_A_LEAF, subject=name, got=snapshot(tensor))


def check_gradient(
    tensor: Tensor, expected: Tensor | None = None, *, name: str, rtol: float = RTOL, atol: float = ATOL
) -> None:
    """A gradient arrived at ``tensor`` and, if given, is ``expected``."""
    if tensor.grad is None:
        wanted = None if expected is None else snapshot(expected)
        fail(FindingKind.NO_GRADIENT, subject=name, expected=wanted, got=snapshot(tensor))
    if expected is not None:
        check_close(tensor.grad, expected, rtol=rtol, atol=atol, subject=f"{name}.grad")


def check_requires_grad(got: Any, *, subject: str = "") -> None:
    """``got`` is a tensor through which gradients can flow back."""
    check_tensor(got, subject=subject)
    if not got.requires_grad:
        fail(FindingKind.NO_GRADIENT, subject=subject, got=snapshot(got))


def _compare(
    got: Tensor,
    expected: Tensor,
    shown: tuple[Any, Any],
    *,
    rtol: float,
    atol: float,
    check_dtype: bool,
    subject: str,
) -> None:
    """Shape, dtype, finiteness and values, in that order; the first that is wrong is the finding.

    ``shown`` is what the finding pictures: got and expected as the case has them.
    """

    def refuse(kind: FindingKind, worst: Difference | None = None) -> NoReturn:
        ours, theirs = _pictures(*shown)
        fail(kind, subject=subject, expected=theirs, got=ours, difference=worst)

    if got.shape != expected.shape:
        refuse(FindingKind.TRANSPOSED if is_transposed(got, expected, rtol=rtol, atol=atol) else FindingKind.SHAPE)
    if check_dtype and got.dtype != expected.dtype:
        refuse(FindingKind.DTYPE)
    worst = difference(got, expected, rtol=rtol, atol=atol)
    if worst is None:
        return
    if introduces_non_finite(got, expected):
        refuse(FindingKind.NOT_FINITE)
    if worst.factor is not None:
        refuse(FindingKind.FACTOR, worst)
    refuse(FindingKind.TRANSPOSED if is_transposed(got, expected, rtol=rtol, atol=atol) else FindingKind.VALUES, worst)


def _pictures(got: Any, expected: Any) -> tuple[Snapshot, Snapshot]:
    """What was got and what was expected, as snapshots."""
    return snapshot(got), snapshot(expected)


def _require(got: Any, wanted: type, expected: Any, *, subject: str) -> None:
    """``got`` is of the type of ``expected``."""
    if got is None:
        fail(FindingKind.RETURNED_NONE, subject=subject, got=snapshot(got))
    if not isinstance(got, wanted):
        fail(FindingKind.WRONG_TYPE, subject=subject, expected=snapshot(expected), got=snapshot(got))


def _from_array(got: Any, expected: Any, *, subject: str) -> Tensor:
    """A numpy array as a tensor; one that does not hold numbers is of the wrong type."""
    if not _holds_numbers(got):
        fail(FindingKind.WRONG_TYPE, subject=subject, expected=snapshot(expected), got=snapshot(got))
    return torch.from_numpy(np.array(got))


def _holds_numbers(array: np.ndarray[Any, Any]) -> bool:
    """Whether an array's elements are numbers of a width that torch knows; complex128 is the widest."""
    return array.dtype.kind in "biufc" and array.dtype.itemsize <= (16 if array.dtype.kind == "c" else 8)


def _as_number(got: Any, expected: Any, *, subject: str) -> float:
    """A real number: Python's, numpy's, or the only element of a tensor without axes."""
    if got is None:
        fail(FindingKind.RETURNED_NONE, subject=subject, got=snapshot(got))
    if isinstance(got, Tensor) and got.dim() == 0 and not got.is_complex():
        return float(got.detach())
    if isinstance(got, np.generic) and got.dtype.kind in "iuf":
        return float(got)
    if isinstance(got, float) or (isinstance(got, int) and not isinstance(got, bool)):
        try:
            return float(got)
        except OverflowError:
            return math.inf if got > 0 else -math.inf
    fail(FindingKind.WRONG_TYPE, subject=subject, expected=snapshot(expected), got=snapshot(got))
