"""Hidden cases for squared_loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
import torch

from grader.suite import (
    Text,
    check_close,
    check_dtype,
    check_gradient,
    check_requires_grad,
    check_tensor,
    check_that,
    check_unchanged,
)

if TYPE_CHECKING:
    from grader.suite import Reference, Student


@pytest.mark.points(2)
@pytest.mark.title(en="A flat target (n,)", zh="一维的目标值 (n,)")
@pytest.mark.hint(
    en="Give y the shape of y_hat before you subtract, for instance with reshape; then half the square, and no mean.",
    zh="相减之前先把 y 变成 y_hat 的形状，例如用 reshape；再取平方的一半，不要求平均。",
)
def test_a_flat_target_is_treated_as_a_column(student: Student) -> None:
    """A target of shape (n,) is treated as (n, 1)."""
    y_hat, y = torch.tensor([[1.0], [4.0], [2.5]]), torch.tensor([3.0, 1.0, 2.0])

    loss = student.squared_loss(y_hat, y)

    check_close(loss, torch.tensor([[2.0], [4.5], [0.125]]))


@pytest.mark.points(1)
@pytest.mark.title(en="Agreement with the reference", zh="与参考实现一致")
@pytest.mark.hint(
    en="One loss per prediction: half the square of the error, no sum and no mean.",
    zh="每个预测一个损失：误差平方的一半，不求和，也不取平均。",
)
def test_columns_of_every_length_agree_with_the_reference(student: Student, reference: Reference) -> None:
    """One, several and many predictions have the reference's losses."""
    for n in (7, 256, 1):  # 7 first: of one example, a sum or a mean has the right number of values
        y_hat, y = torch.randn(n, 1), torch.randn(n, 1)
        expected = reference.squared_loss(y_hat, y)  # first: the student's function could overwrite its inputs

        check_close(student.squared_loss(y_hat, y), expected)


@pytest.mark.points(1)
@pytest.mark.title(en="Twice the error, four times the loss", zh="误差翻倍，损失变为四倍")
@pytest.mark.hint(en="The loss grows with the square of the error.", zh="损失随误差的平方增长。")
def test_twice_the_error_is_four_times_the_loss(student: Student) -> None:
    """The loss is homogeneous of degree two and, since the errors' signs do not matter, symmetric."""
    y_hat, y = torch.tensor([[2.0], [-1.0], [0.5], [3.0]]), torch.tensor([[0.5], [1.0], [-2.0], [2.0]])

    once = student.squared_loss(y_hat, y)

    check_that(
        bool(((once > 0) & (once < math.inf)).all()),  # four times infinity would be infinity
        what=Text(
            en="where prediction and target differ, the loss is positive and finite",
            zh="预测与目标不同时，损失大于零且有限",
        ),
    )
    as_much, four_times = 1 * once, 4 * once  # first: ``once`` is the student's own tensor, and could change
    check_close(student.squared_loss(2 * y_hat, 2 * y), four_times)
    check_close(student.squared_loss(y, y_hat), as_much)


@pytest.mark.points(1)
@pytest.mark.title(en="The gradient is the error", zh="梯度等于误差")
@pytest.mark.hint(
    en="Use tensor operations only, and outside no_grad(). A factor 2 is a missing half; a factor 1/n is a mean.",
    zh="从 y_hat 到损失只用张量运算，不要放在 no_grad() 里。若差 2 倍，是漏了二分之一；若差 1/n 倍，是取了平均。",
)
def test_the_gradient_is_the_error(student: Student) -> None:
    """The derivative of half the squared error is the error itself."""
    y_hat = torch.tensor([[1.0], [-2.0], [0.25]], requires_grad=True)
    y = torch.tensor([[3.0], [-1.0], [0.0]])

    loss = student.squared_loss(y_hat, y)
    check_requires_grad(loss, subject="squared_loss")
    loss.sum().backward()

    check_gradient(y_hat, torch.tensor([[-2.0], [-1.0], [0.25]]), name="y_hat")


@pytest.mark.points(1)
@pytest.mark.title(en="float64 stays float64", zh="float64 保持 float64")
@pytest.mark.hint(
    en="Do not convert to float32; the loss has the dtype of y_hat.",
    zh="不要转换为 float32；损失的数据类型与 y_hat 相同。",
)
def test_double_precision_is_kept(student: Student) -> None:
    """Predictions in float64 have losses in float64."""
    y_hat, y = torch.ones(4, 1, dtype=torch.float64), torch.zeros(4, 1, dtype=torch.float64)

    check_dtype(student.squared_loss(y_hat, y), torch.float64)


@pytest.mark.points(1)
@pytest.mark.title(en="Inputs stay as they are", zh="输入保持不变")
@pytest.mark.hint(
    en="Do not change y_hat or y: no -=, no sub_, no resize_ or unsqueeze_.",
    zh="不要修改 y_hat 和 y：不要用 -=、sub_、resize_ 或 unsqueeze_。",
)
def test_neither_input_is_changed(student: Student) -> None:
    """Predictions and targets keep their values and their shapes."""
    y_hat, y = torch.tensor([[1.0], [2.0], [4.0]]), torch.tensor([0.5, 2.0, -1.0])
    y_hat_before, y_before = y_hat.clone(), y.clone()

    loss = student.squared_loss(y_hat, y)

    check_tensor(loss, subject="squared_loss")  # who computes nothing changes nothing, either
    check_unchanged(y_hat, y_hat_before, name="y_hat")
    check_unchanged(y, y_before, name="y")
