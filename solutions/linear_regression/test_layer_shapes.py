"""Hidden cases for the quiz layer_shapes: weight and bias of Y = Xw + b with X (7, 8) and Y (7, 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.suite import Text, check_shape_answer
from grader.suite.answers import parse_shape

if TYPE_CHECKING:
    from grader.suite import Student

WEIGHT = Text(en="the shape of the weight", zh="权重形状")
BIAS = Text(en="the shape of the bias", zh="偏置形状")

WEIGHT_EXPLANATIONS = {
    (1, 8): Text(
        en="(1, 8) is how nn.Linear stores its weight, because it computes X @ weight.T; here the product is Xw.",
        zh="(1, 8) 是 nn.Linear 存放权重的方式，因为它计算的是 X @ weight.T；而这里的乘积是 Xw。",
    ),
    (8,): Text(
        en="(7, 8) times (8,) is a flat (7,); the output asked for is the column (7, 1).",
        zh="(7, 8) 乘 (8,) 得到一维的 (7,)；题目要求的输出是一列 (7, 1)。",
    ),
    (7, 8): Text(
        en="(7, 8) is the shape of the input; (7, 8) times (7, 8) is not defined.",
        zh="(7, 8) 是输入的形状；(7, 8) 乘 (7, 8) 没有定义。",
    ),
    (7, 1): Text(
        en="(7, 1) is the shape of the output; the weight does not depend on the batch size.",
        zh="(7, 1) 是输出的形状；权重与批量大小无关。",
    ),
    (8, 7): Text(
        en="(7, 8) times (8, 7) is (7, 7); the weight has a column for each output, and there is one.",
        zh="(7, 8) 乘 (8, 7) 得到 (7, 7)；权重的每一列对应一个输出，而输出只有一个。",
    ),
}
BIAS_EXPLANATIONS = {
    (7, 1): Text(
        en="(7, 1) would be a bias for each example; all examples share one, by broadcasting.",
        zh="(7, 1) 相当于每个样本各有一个偏置；实际上所有样本通过广播共用一个。",
    ),
    (7,): Text(
        en="(7, 1) plus (7,) broadcasts to (7, 7); there is one bias for the one output.",
        zh="(7, 1) 加 (7,) 会广播成 (7, 7)；一个输出只有一个偏置。",
    ),
    (8,): Text(
        en="A bias belongs to an output, not to an input feature, and there is one output.",
        zh="偏置属于输出，而不是输入特征；这里只有一个输出。",
    ),
    (8, 1): Text(
        en="(8, 1) is the shape of the weight; a bias belongs to an output, and there is one output.",
        zh="(8, 1) 是权重的形状；偏置属于输出，而这里只有一个输出。",
    ),
}


@pytest.mark.points(0.5)
@pytest.mark.title(en="The form of weight_shape", zh="weight_shape 的写法")
@pytest.mark.hint(en="Write it as a tuple, for instance (3, 4).", zh="写成元组，例如 (3, 4)。")
def test_the_weights_answer_is_a_shape(student: Student) -> None:
    """Any shape will do here, written in any usual way."""
    answer = student.weight_shape

    check_shape_answer(answer, {parse_shape(answer) or ()}, what=WEIGHT, subject="weight_shape")


@pytest.mark.points(1)
@pytest.mark.title(en="The shape of the weight", zh="权重的形状")
@pytest.mark.hint(
    en="In Xw the columns of X and the rows of w must be equal in number; Y has as many columns as w.",
    zh="在 Xw 中，X 的列数要等于 w 的行数；Y 的列数等于 w 的列数。",
)
def test_the_weight_maps_eight_features_to_one_output(student: Student) -> None:
    """(7, 8) times the weight is (7, 1)."""
    check_shape_answer(
        student.weight_shape, {(8, 1)}, what=WEIGHT, explanations=WEIGHT_EXPLANATIONS, subject="weight_shape"
    )


@pytest.mark.points(0.5)
@pytest.mark.title(en="The form of bias_shape", zh="bias_shape 的写法")
@pytest.mark.hint(en="Write it as a tuple, for instance (3, 4).", zh="写成元组，例如 (3, 4)。")
def test_the_biass_answer_is_a_shape(student: Student) -> None:
    """Any shape will do here, written in any usual way."""
    answer = student.bias_shape

    check_shape_answer(answer, {parse_shape(answer) or ()}, what=BIAS, subject="bias_shape")


@pytest.mark.points(1)
@pytest.mark.title(en="The shape of the bias", zh="偏置的形状")
@pytest.mark.hint(
    en="How many outputs does the layer have, and does every example need a bias of its own?",
    zh="这一层有几个输出？每个样本都需要自己的偏置吗？",
)
def test_the_bias_is_one_number_for_the_one_output(student: Student) -> None:
    """One number, with or without axes, is added to every row."""
    check_shape_answer(
        student.bias_shape, {(), (1,), (1, 1)}, what=BIAS, explanations=BIAS_EXPLANATIONS, subject="bias_shape"
    )
