"""The visible cases: for each function, one example of what is checked.

可见的测试：为每个函数给出一个检查的示例。
"""

import pytest
import torch

from grader.suite import Text, check_changed_in_place, check_close, check_length, check_shape


@pytest.mark.points(1)
@pytest.mark.exercise("synthetic_data")
@pytest.mark.title(en="A thousand examples", zh="一千个样本")
@pytest.mark.hint(
    en="X has a row for each example; make y a column with reshape(-1, 1).",
    zh="X 的每一行是一个样本；用 reshape(-1, 1) 把 y 变成一列。",
)
def test_a_thousand_examples_have_a_row_and_a_label_each(student) -> None:
    """A thousand examples of two features: X is a table, y a column."""
    drawn = student.synthetic_data(torch.tensor([2.0, -3.4]), 4.2, 1000)

    check_length(drawn, 2, what=Text(en="the returned pair (X, y)", zh="返回的一对 (X, y) "))
    X, y = drawn
    check_shape(X, (1000, 2), subject="X")
    check_shape(y, (1000, 1), subject="y")


@pytest.mark.points(1)
@pytest.mark.exercise("squared_loss")
@pytest.mark.title(en="Two predictions, computed by hand", zh="手算两个预测")
@pytest.mark.hint(
    en="The errors are -2 and 3; the losses are half their squares, 2 and 4.5.",
    zh="误差是 -2 和 3；损失是它们平方的一半，即 2 和 4.5。",
)
def test_two_predictions_have_the_losses_computed_by_hand(student) -> None:
    """Errors of -2 and 3 cost 2 and 4.5."""
    y_hat, y = torch.tensor([[1.0], [4.0]]), torch.tensor([[3.0], [1.0]])

    loss = student.squared_loss(y_hat, y)

    check_close(loss, torch.tensor([[2.0], [4.5]]))


@pytest.mark.points(1)
@pytest.mark.exercise("sgd")
@pytest.mark.title(en="One step, computed by hand", zh="手算一步更新")
@pytest.mark.hint(
    en="The gradient of w is 40; 0.1 times 40 divided by 10 is 0.4, so w goes from 1 to 0.6; likewise b from 2 to 2.2.",
    zh="w 的梯度是 40；0.1 乘 40 再除以 10 等于 0.4，所以 w 从 1 变为 0.6；同理 b 从 2 变为 2.2。",
)
def test_one_step_goes_where_it_was_computed_by_hand(student) -> None:
    """Parameters of 1 and 2 with gradients 40 and -20 go to 0.6 and 2.2 at rate 0.1 for a batch of 10."""
    w, b = torch.tensor([1.0], requires_grad=True), torch.tensor([2.0], requires_grad=True)
    (40 * w - 20 * b).sum().backward()

    student.sgd([w, b], 0.1, 10)

    check_changed_in_place(w, torch.tensor([0.6]), name="w", before=torch.tensor([1.0]))
    check_changed_in_place(b, torch.tensor([2.2]), name="b", before=torch.tensor([2.0]))
