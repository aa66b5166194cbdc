"""What a hand-in does to the judge's own things is undone when the case is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.wire.peer import Peer

HAND_IN = """
import torch

weight = torch.ones(2, requires_grad=True)

def run(code, **names):
    exec(code, {"torch": torch, "weight": weight}, names)
"""


@pytest.mark.parametrize(
    "code",
    [
        "t.data.zero_()",
        "t.data = torch.tensor([float('nan'), 1.0])",
        "t.data = torch.zeros(3, 2)",
        "t.data = torch.zeros(2, dtype=torch.int64)",
        "t.requires_grad_()",
        "t.requires_grad_().grad = torch.ones(2)",
        "t *= weight",
    ],
)
def test_a_constant_is_itself_again(open_far: Callable[[str], Peer], code: str) -> None:
    """Contents, shape, dtype, graph and gradient, for the same object."""
    judge, constant = open_far(HAND_IN), torch.tensor([1.5, -0.5])
    judge.get("run")(code, t=constant)

    judge.begin_case(2)

    assert constant.tolist() == [1.5, -0.5]
    assert constant.dtype == torch.float32
    assert (constant.is_leaf, constant.requires_grad, constant.grad) == (True, False, None)


@pytest.mark.parametrize(
    "code", ["p.data += 1; p.grad.zero_()", "p.data += 1; p.grad = None", "p.requires_grad_(False)"]
)
def test_a_parameter_has_its_gradient_again(open_far: Callable[[str], Peer], code: str) -> None:
    """The same gradient object holds the same numbers."""
    judge, parameter = open_far(HAND_IN), torch.tensor([1.5, -0.5], requires_grad=True)
    gradient = parameter.grad = torch.tensor([0.25, 4.0])
    judge.get("run")(code, p=parameter)

    judge.begin_case(2)

    assert parameter.tolist() == [1.5, -0.5]
    assert parameter.requires_grad
    assert parameter.grad is gradient
    assert gradient.tolist() == [0.25, 4.0]


def test_the_tensor_behind_a_view_is_itself_again(open_far: Callable[[str], Peer]) -> None:
    """Through the view the far side reached memory that was not shared; resizing the view must not leave it so."""
    judge, table = open_far(HAND_IN), torch.arange(6.0).reshape(3, 2)
    row, run = table[1], judge.get("run")
    run("r += 100 * weight", r=row)
    run("r.data = torch.zeros(5)", r=row)
    assert table.tolist() == [[0.0, 1.0], [102.0, 103.0], [4.0, 5.0]]

    judge.begin_case(2)

    assert table.tolist() == [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    assert not table.requires_grad
    assert row.tolist() == [2.0, 3.0]


def test_the_first_contents_come_back_after_several_changes(open_far: Callable[[str], Peer]) -> None:
    """Also where the far side let go of the tensor in between."""
    judge, constant = open_far(HAND_IN), torch.tensor([1.5, -0.5])
    for _ in range(3):
        judge.get("run")("t.data.add_(1)", t=constant)

    judge.end_case()

    assert constant.tolist() == [1.5, -0.5]


def test_an_array_is_itself_again(open_far: Callable[[str], Peer]) -> None:
    """Arrays of a suite are shared as tensors are."""
    judge, constant = open_far(HAND_IN), np.array([[1.5], [-0.5]])
    judge.get("run")("a[:] = 7", a=constant)
    assert constant.tolist() == [[7.0], [7.0]]

    judge.begin_case(2)

    assert constant.tolist() == [[1.5], [-0.5]]


def test_the_students_own_tensor_keeps_what_the_judge_wrote(open_far: Callable[[str], Peer]) -> None:
    """Only the judge has to be the same for everybody."""
    judge = open_far(HAND_IN)
    with torch.no_grad():
        weight = judge.get("weight")
        weight += 1
        judge.get("run")("weight.sum()", w=weight)

    judge.begin_case(2)

    assert judge.get("weight").tolist() == [2.0, 2.0]
