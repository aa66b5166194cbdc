"""Hidden cases for the quiz broadcasting_answer: which loss makes training fail?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.suite import Text, check_choice, show_broadcast
from grader.suite.answers import parse_choice

if TYPE_CHECKING:
    from grader.suite import Student

QUESTION = Text(en="the loss that makes training fail", zh="“哪种损失使训练失败”")
FORMULAS = {
    "A": "(y_hat.view(-1) - y) ** 2 / 2",
    "B": "(y_hat - y.view(-1)) ** 2 / 2",
    "C": "(y_hat - y.view(y_hat.shape)) ** 2 / 2",
    "D": "(y_hat - y.view(-1, 1)) ** 2 / 2",
}
EXPLANATIONS = {
    "A": Text(
        en="A flattens y_hat to (n,); (n,) minus (n,) pairs each prediction with its own target.",
        zh="A 把 y_hat 展平为 (n,)；(n,) 减 (n,)，每个预测都对应自己的目标值。",
    ),
    "C": Text(
        en="C gives y the shape of y_hat; (n, 1) minus (n, 1) pairs each prediction with its own target.",
        zh="C 把 y 变成 y_hat 的形状；(n, 1) 减 (n, 1)，每个预测都对应自己的目标值。",
    ),
    "D": Text(
        en="D makes y a column; (n, 1) minus (n, 1) pairs each prediction with its own target.",
        zh="D 把 y 变成一列；(n, 1) 减 (n, 1)，每个预测都对应自己的目标值。",
    ),
}


@pytest.mark.points(0.5)
@pytest.mark.title(en="The form of the answer: one letter", zh="答案的写法：一个字母")
@pytest.mark.hint(en='Write one of the four letters as text: "A".', zh='把四个字母之一写成字符串，例如 "A"。')
def test_the_answer_is_one_of_the_four_letters(student: Student) -> None:
    """Any of the letters will do here, written in any usual way."""
    answer = student.broadcasting_answer
    meant = parse_choice(answer, texts=FORMULAS) or "A"

    check_choice(answer, meant, texts=FORMULAS, what=QUESTION, subject="broadcasting_answer")


@pytest.mark.points(1.5)
@pytest.mark.title(en="The answer itself", zh="答案本身")
@pytest.mark.hint(
    en="Write down the shape of each difference for y_hat (n, 1) and y (n,). One of them is not what you want.",
    zh="y_hat 是 (n, 1)、y 是 (n,)：逐个写出四个差的形状，有一个并不是想要的形状。",
)
def test_the_answer_is_the_loss_that_broadcasts(student: Student) -> None:
    """Only one of the four subtracts a flat vector from a column."""
    show_broadcast(
        title=Text(en="A column minus a flat vector: every pair", zh="一列减一维向量：两两组合"),
        column_label="y_hat (n, 1)",
        row_label="y (n,)",
        column=[1.0, 2.0, 3.0],
        row=[1.0, 2.5, 2.0],
        operation=lambda prediction, target: (prediction - target) ** 2 / 2,
    )

    check_choice(
        student.broadcasting_answer,
        "B",
        texts=FORMULAS,
        what=QUESTION,
        explanations=EXPLANATIONS,
        subject="broadcasting_answer",
    )
