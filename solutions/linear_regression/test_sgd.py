"""Hidden cases for sgd.

Resetting the gradients is one case with a share of its own; all others set the gradients they need before every step,
so that nobody loses points twice for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from grader.model.result import FindingKind
from grader.suite import (
    Text,
    check_changed_in_place,
    check_close,
    check_leaf,
    check_shape,
    check_that,
    series,
    show_curves,
)
from grader.suite.checks import fail
from grader.suite.snapshots import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from grader.suite import Reference, Student

TRUE_W, TRUE_B = torch.tensor([1.5, -2.5]), 0.8
TRAINED_W = Text(en="w after training", zh="训练后的 w ")
TRAINED_B = Text(en="b after training", zh="训练后的 b ")
START = (torch.tensor([1.0, -4.0, 2.5]), torch.tensor([0.5]))
GRADIENTS = (torch.tensor([3.0, -2.0, 0.5]), torch.tensor([-1.5]))


def parameter(values: Tensor, gradient: Tensor) -> Tensor:
    """A leaf that requires grad and has that gradient."""
    leaf = values.clone().requires_grad_()
    leaf.grad = gradient.clone()
    return leaf


def stepped(student: Student, *, lr: float, batch_size: int) -> tuple[Tensor, Tensor]:
    """The parameters w and b after one step from START with GRADIENTS; both must have moved."""
    w, b = (parameter(*pair) for pair in zip(START, GRADIENTS, strict=True))
    student.sgd([w, b], lr, batch_size)
    for name, param, before in zip(("w", "b"), (w, b), START, strict=True):
        check_shape(param, before.shape, subject=name)
        if not param.isfinite().all():  # an eighth of infinity would be infinity
            fail(FindingKind.NOT_FINITE, subject=name, got=snapshot(param))
        if not (param.detach() - before).any():
            fail(FindingKind.NOT_IN_PLACE, subject=name)
    return w, b


def displacement(student: Student, *, lr: float, batch_size: int) -> tuple[Tensor, ...]:
    """How far one step moves w and b."""
    after = stepped(student, lr=lr, batch_size=batch_size)
    return tuple(param.detach() - before for param, before in zip(after, START, strict=True))


def train(
    X: Tensor, y: Tensor, loss: Callable[..., Any], step: Callable[..., Any]
) -> tuple[Tensor, Tensor, list[float]]:
    """Five epochs in batches of 40 from zero: the parameters, and the mean loss of each batch."""
    w, b, history = torch.zeros(2, 1, requires_grad=True), torch.zeros(1, requires_grad=True), []
    for _ in range(5):
        for rows in range(0, len(X), 40):
            w.grad = b.grad = None
            losses = loss(X[rows : rows + 40] @ w + b, y[rows : rows + 40])
            losses.sum().backward()
            step([w, b], 0.4, 40)
            history.append(losses.detach().mean().item())
    return w.detach(), b.detach(), history


@pytest.mark.points(1)
@pytest.mark.title(en="The caller's own parameter is updated in place", zh="原地更新调用者传入的参数")
@pytest.mark.hint(
    en="In the loop, param is a name: param = ... gives it to another tensor, and the caller keeps the old one.",
    zh="循环里的 param 只是一个名字：param = ... 让它指向另一个张量，而调用者手里的仍是原来那个。",
)
def test_the_callers_own_parameter_changes(student: Student) -> None:
    """The update is in place, whether the storage stays or is replaced."""
    before_w, before_b = torch.tensor([[0.5], [-1.0]]), torch.tensor([3.0])
    w, b = parameter(before_w, torch.tensor([[2.0], [-4.0]])), parameter(before_b, torch.tensor([4.0]))

    student.sgd([w, b], 0.25, 1)

    check_changed_in_place(w, torch.tensor([[0.0], [0.0]]), name="w", before=before_w)
    check_changed_in_place(b, torch.tensor([2.0]), name="b", before=before_b)


@pytest.mark.points(1)
@pytest.mark.title(en="Any number of parameters of any shape", zh="任意个数、任意形状的参数")
@pytest.mark.hint(
    en="Go through all of params; do not assume that there are two, w and b.",
    zh="要遍历 params 中的所有参数；不要假定只有 w 和 b 两个。",
)
def test_every_parameter_changes_whatever_its_shape(student: Student) -> None:
    """Four parameters of four shapes each take their own step."""
    before = [torch.randn(shape) for shape in ((3, 2), (1,), (5,), (2, 1, 4))]
    gradients = [torch.randn_like(values) for values in before]
    params = [parameter(*pair) for pair in zip(before, gradients, strict=True)]

    student.sgd(params, 0.1, 1)

    for index, (param, old, gradient) in enumerate(zip(params, before, gradients, strict=True)):
        check_changed_in_place(param, old - 0.1 * gradient, name=f"params[{index}]", before=old)


@pytest.mark.points(1)
@pytest.mark.title(en="The gradient is divided by the batch size", zh="梯度要除以批量大小")
@pytest.mark.hint(
    en="The gradient is a sum over the batch; divide by batch_size for the mean.",
    zh="梯度是在小批量上求和得到的；除以 batch_size 才是平均。",
)
def test_a_batch_eight_times_as_large_makes_an_eighth_of_the_step(student: Student) -> None:
    """The step is inversely proportional to the batch size."""
    alone, shared = displacement(student, lr=0.2, batch_size=1), displacement(student, lr=0.2, batch_size=8)

    for name, ours, theirs in zip(("w", "b"), shared, alone, strict=True):
        check_close(ours, theirs / 8, subject=name)


@pytest.mark.points(1)
@pytest.mark.title(en="The step is proportional to lr, downhill", zh="步长与 lr 成正比，方向与梯度相反")
@pytest.mark.hint(en="The step is minus lr times the gradient.", zh="每一步等于负的 lr 乘以梯度。")
def test_the_step_is_proportional_to_the_learning_rate(student: Student) -> None:
    """Three times the learning rate goes three times as far, against the gradient."""
    near, far = displacement(student, lr=0.1, batch_size=1), displacement(student, lr=0.3, batch_size=1)

    downhill = Text(en="each element moves against its gradient", zh="每个元素都沿负梯度方向移动")
    for name, once, thrice, gradient in zip(("w", "b"), near, far, GRADIENTS, strict=True):
        check_close(thrice, 3 * once, subject=name)
        check_that(bool((once * gradient < 0).all()), what=downhill, subject=name)


@pytest.mark.points(1)
@pytest.mark.title(en="Parameters stay leaves that require grad", zh="更新后参数仍是需要梯度的叶子张量")
@pytest.mark.hint(
    en="Update under torch.no_grad() or through param.data; do not detach it or switch requires_grad off.",
    zh="请在 torch.no_grad() 下或通过 param.data 更新；不要 detach 参数，也不要关掉它的 requires_grad。",
)
def test_training_can_go_on_after_a_step(student: Student) -> None:
    """After a step the parameter is still a leaf, and a new backward pass reaches it."""
    for name, param in zip(("w", "b"), stepped(student, lr=1.0, batch_size=1), strict=True):
        check_leaf(param, name=name)


@pytest.mark.points(1)
@pytest.mark.title(en="Agreement with the reference over several steps", zh="连续多步与参考实现一致")
@pytest.mark.hint(
    en="Minus lr times gradient divided by batch size; look for a factor, a sign, or arguments in another order.",
    zh="负的 lr 乘梯度除以批量大小；检查是否多了因子、符号不对，或参数顺序不同。",
)
def test_several_steps_agree_with_the_reference(student: Student, reference: Reference) -> None:
    """Three steps with new gradients, rates and batch sizes end where the reference's end."""
    start = [torch.randn(4, 1), torch.randn(1)]
    ours, theirs = ([parameter(values, torch.zeros_like(values)) for values in start] for _ in range(2))

    for lr, batch_size in ((0.1, 5), (0.03, 10), (0.5, 32)):
        for our, their in zip(ours, theirs, strict=True):
            gradient = 10 * torch.randn_like(our)
            our.grad, their.grad = gradient.clone(), gradient.clone()
        student.sgd(ours, lr, batch_size)
        reference.sgd(theirs, lr, batch_size)

    for name, our, their, old in zip(("w", "b"), ours, theirs, start, strict=True):
        check_changed_in_place(our, their, name=name, before=old)


@pytest.mark.points(1)
@pytest.mark.title(en="Gradients are reset", zh="更新后梯度清零")
@pytest.mark.hint(
    en="backward() adds to the old gradient: end sgd with param.grad.zero_(), even if your own loop resets it, too.",
    zh="backward() 会在旧梯度上累加：请在 sgd 末尾执行 param.grad.zero_()，即使你的训练循环里也清零。",
)
def test_gradients_are_reset(student: Student) -> None:
    """After a step every gradient is None or zero."""
    params = [parameter(torch.ones(2, 1), torch.ones(2, 1)), parameter(torch.ones(1), torch.ones(1))]

    student.sgd(params, 0.1, 4)

    reset = all(param.grad is None or not param.grad.any() for param in params)
    check_that(
        reset, what=Text(en="every gradient is None or zero after the step", zh="更新之后，每个梯度都是 None 或零")
    )


@pytest.mark.points(2)
@pytest.mark.title(en="Training reaches the true parameters", zh="训练能得到真实的参数")
@pytest.mark.hint(
    en="Follow w and b over a few steps of your own training loop: do they change, and do they come to rest?",
    zh="在你自己的训练循环里观察 w 和 b 的前几步：它们有没有变化？是否稳定下来？",
)
def test_training_reaches_the_true_parameters(
    student: Student, reference: Reference, sound_data: Callable[..., Any], sound_loss: Callable[..., Any]
) -> None:
    """The student's data, loss and update together find the parameters that made the data."""
    X, y = sound_data(TRUE_W.clone(), TRUE_B, 200)
    w, b, history = train(X, y, sound_loss, student.sgd)
    *_, reference_history = train(X, y, reference.squared_loss, reference.sgd)
    show_curves(
        title=Text(en="Training loss", zh="训练损失"),
        x_label=Text(en="step", zh="步数"),
        y_label=Text(en="mean loss of the batch", zh="小批量的平均损失"),
        series=[
            series("student", range(1, 26), history),
            series("reference", range(1, 26), reference_history),
        ],
        log_y=True,
    )

    # Each step keeps about 1 - lr = 0.6 of the error, so 25 steps leave 3e-6 of it. What remains is the noise, with
    # standard deviation 0.01·√(lr / ((2 - lr)·40)) = 0.0008 per parameter. The largest error in a million simulated
    # trainings was 0.006; 0.05 is eight times that.
    true_w, true_b = TRUE_W.reshape(-1, 1), torch.tensor([TRUE_B])
    check_close(w, true_w, rtol=0, atol=0.05, subject="w", what=TRAINED_W, conceal_expected=True)
    check_close(b, true_b, rtol=0, atol=0.05, subject="b", what=TRAINED_B, conceal_expected=True)
