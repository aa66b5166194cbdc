"""The feedbacks that the report's tests draw: a full one with every verdict and picture, and small ones."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.feedback.view import (
    Audience,
    CaseView,
    CellView,
    ErrorView,
    ExerciseView,
    FailureView,
    Feedback,
    WallView,
)
from grader.model.grade import Status
from grader.model.result import (
    Broadcast,
    Curves,
    Difference,
    Frame,
    NamedSnapshot,
    Scatter,
    Series,
    Snapshot,
)
from grader.model.text import Language, Text
from grader.model.verdict import Verdict

GOLD = Path(__file__).parent / "gold"
_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

FeedbackMaker = Callable[..., Feedback]
CaseMaker = Callable[..., CaseView]


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--renew-gold`` writes the gold files anew instead of comparing with them."""
    parser.addoption("--renew-gold", action="store_true", help="write the report's gold files anew")


@pytest.fixture
def check_gold(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with its gold file, or renew the file when asked to."""

    def check(name: str, text: str) -> None:
        path = GOLD / name
        if request.config.getoption("renew_gold", default=False):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text, "renew with: pytest tests/report --renew-gold"

    return check


@pytest.fixture
def make_case() -> CaseMaker:
    """A maker of single cases; what is not given is an ordinary passed case."""
    return _case


@pytest.fixture
def make_feedback() -> FeedbackMaker:
    """A maker of small feedbacks around given exercises and cells."""
    return _feedback


@pytest.fixture
def full_feedback() -> FeedbackMaker:
    """A maker of the realistic report: every verdict, every picture, a notebook with failures."""
    return _full


def _tensor(values: list[Any], shape: tuple[int, ...], dtype: str = "torch.float32", **more: Any) -> Snapshot:
    return Snapshot(kind="tensor", type_name="Tensor", shape=shape, dtype=dtype, values=tuple(values), **more)


def _large(shape: tuple[int, ...], minimum: float, mean: float, maximum: float) -> Snapshot:
    return Snapshot(
        kind="tensor",
        type_name="Tensor",
        shape=shape,
        dtype="torch.float32",
        text="tensor([[ 1.1650,  0.4817],\n        [-0.7012,  1.0094],\n        ...,\n        [ 0.2283, -1.4410]])",
        minimum=minimum,
        mean=mean,
        maximum=maximum,
    )


def _case(number: int = 1, verdict: Verdict = Verdict.PASSED, **more: Any) -> CaseView:
    earned = verdict.earns
    defaults: dict[str, Any] = {
        "id": f"squared_loss.{number}",
        "number": number,
        "title": Text(en=f"Case {number}", zh=f"第 {number} 例"),
        "verdict": verdict,
        "blame": verdict.blame,
        "points": 1.0 if earned else 0.0,
        "max_points": 1.0,
        "visible": False,
        "message": Text(en="Right.", zh="正确。"),
        "seconds": 0.01,
    }
    return CaseView(**(defaults | more))


def _exercise(exercise_id: str, en: str, zh: str, *cases: CaseView) -> ExerciseView:
    return ExerciseView(
        id=exercise_id,
        title=Text(en=en, zh=zh),
        points=sum(case.points for case in cases),
        max_points=sum(case.max_points for case in cases),
        cases=cases,
    )


def _feedback(
    *exercises: ExerciseView, language: Language = Language.EN, cells: tuple[CellView, ...] = (), **more: Any
) -> Feedback:
    defaults: dict[str, Any] = {
        "audience": Audience.STUDENT,
        "language": language,
        "assignment": "linear_regression",
        "assignment_title": Text(en="Linear regression from scratch", zh="线性回归的从零开始实现"),
        "student_id": "ana",
        "submission": "linear_regression.ipynb",
        "format": "notebook",
        "digest": "sha256:" + "9f86d081884c7d65" * 4,
        "status": Status.GRADED,
        "points": sum(exercise.points for exercise in exercises),
        "max_points": sum(exercise.max_points for exercise in exercises),
        "exercises": exercises,
        "cells": cells,
    }
    return Feedback(**(defaults | more))


def _full(language: Language = Language.EN, **more: Any) -> Feedback:
    return _feedback(
        _data_exercise(),
        _loss_exercise(),
        _sgd_exercise(),
        _quiz_exercise(),
        language=language,
        cells=_cells(),
        student_id="chen.yu",
        notices=(
            Text(
                en="The package d2l is not installed here. A small replacement with its usual helpers was used.",
                zh="这里没有安装 d2l，评分时使用了一个提供常用辅助函数的小型替代品；它提供的内容不算作你的答案。",
            ),
        ),
        walls=(
            WallView(id="own_process", stood=True, text=Text(en="Your code ran in a process of its own.", zh="你的代码在独立的进程中运行。")),
            WallView(id="limits", stood=True, text=Text(en="Memory, time, output and files were limited.", zh="内存、时间、输出和文件都有上限。")),
            WallView(id="network", stood=False, text=Text(en="The network was not closed off.", zh="网络未被隔离。")),
        ),
        environment={"python": "3.11.7", "torch": "2.13.0", "numpy": "2.1.3", "platform": "Linux-6.8-x86_64"},
        **more,
    )


def _data_exercise() -> ExerciseView:
    x = tuple(math.sin(1.7 * i) * 2.2 for i in range(120))
    noise = tuple(math.sin(12.9898 * i) * 0.9 for i in range(120))
    mine = Series(
        label=Text(en="your data", zh="你的数据"), role="student", x=x, y=tuple(4.2 - 3.4 * a + 1.4 * b for a, b in zip(x, noise, strict=True))
    )  # fmt: skip
    theirs = Series(
        label=Text(en="reference data", zh="参考数据"), role="reference", x=x, y=tuple(4.2 - 3.4 * a + 0.01 * b for a, b in zip(x, noise, strict=True))
    )  # fmt: skip
    scatter = Scatter(
        title=Text(en="Second feature against the label", zh="第二个特征与标签的关系"),
        x_label=Text(en="second feature", zh="第二个特征"),
        y_label=Text(en="label y", zh="标签 y"),
        series=(mine, theirs),
        spread={"student": 0.9871, "reference": 0.0101},
    )
    return _exercise(
        "synthetic_data",
        "Generate synthetic data",
        "生成合成数据",
        _case(
            1,
            Verdict.WRONG,
            max_points=2.0,
            title=Text(en="The noise has a standard deviation of 0.01", zh="噪声的标准差为 0.01"),
            message=Text(
                en="Got 0.987 for the noise's standard deviation; expected a value from 0.0092 to 0.0108.",
                zh="噪声的标准差为 0.987；应在 0.0092 到 0.0108 之间。",
            ),
            hint=Text(
                en="`torch.normal(0, 1, …)` has a standard deviation of 1. Which argument sets it?",
                zh="`torch.normal(0, 1, …)` 的标准差是 1。哪个参数决定标准差？先单独打印噪声的 `std()`，再把它加到标签上。",
            ),
            expected=Snapshot(kind="number", type_name="float", text="0.01"),
            got=Snapshot(kind="number", type_name="float", text="0.9871304035186768"),
            exhibits=(scatter,),
        ),
        _case(2, title=Text(en="X has the shape (num_examples, len(w))", zh="X 的形状为 (num_examples, len(w))"), visible=True),
        _case(
            3,
            title=Text(en="Fresh draws at each call", zh="每次调用都重新采样"),
            got=_large((1000, 2), -3.21, 0.012, 3.4),
        ),
    )  # fmt: skip


def _loss_exercise() -> ExerciseView:
    table = [0.5 * (a - b) ** 2 for a in (1.0, 4.0, 2.0) for b in (3.0, 1.0, 2.5)]
    wide = [round(math.cos(i) * 3, 4) for i in range(28)]
    off = [value if i not in (3, 17, 24) else value + 0.00002 * (i + 1) for i, value in enumerate(wide)]
    return _exercise(
        "squared_loss",
        "Squared loss",
        "平方损失",
        _case(1, visible=True, title=Text(en="Half the squared error", zh="平方误差的一半")),
        _case(
            2,
            Verdict.WRONG,
            max_points=2.0,
            title=Text(en="A flat target is treated as a column", zh="形状为 (n,) 的标签按一列处理"),
            message=Text(
                en="Got shape (3, 3) for `squared_loss(y_hat, y)`; expected (3, 1). A column (n, 1) and a flat (n,) broadcast "
                "to a table (n, n), which pairs every value with every other.",
                zh="`squared_loss(y_hat, y)` 的形状是 (3, 3)，应为 (3, 1)。一列 (n, 1) 与一行 (n,) 会广播成 (n, n) 的表，每个预测值都与每个标签配对。",
            ),
            hint=Text(en="Compare the shapes of y_hat and y before you subtract.", zh="相减之前先比较 `y_hat` 和 `y` 的形状。"),
            call="squared_loss(y_hat, y)",
            inputs=(
                NamedSnapshot(name="y_hat", value=_tensor([1.0, 4.0, 2.0], (3, 1))),
                NamedSnapshot(name="y", value=_tensor([3.0, 1.0, 2.5], (3,))),
            ),
            expected=_tensor([2.0, 4.5, 0.125], (3, 1)),
            got=_tensor(table, (3, 3)),
            exhibits=(
                Broadcast(
                    title=Text(en="What `y_hat - y` did", zh="`y_hat - y` 做了什么"),
                    column_label="y_hat",
                    row_label="y",
                    column=(1.0, 4.0, 2.0),
                    row=(3.0, 1.0, 2.5),
                    table=((-2.0, 0.0, -1.5), (1.0, 3.0, 1.5), (-1.0, 1.0, -0.5)),
                ),
            ),
        ),
        _case(
            3,
            Verdict.WRONG,
            title=Text(en="Agrees with the reference on a 4 × 7 batch", zh="在 4 × 7 的批量上与参考实现一致"),
            message=Text(
                en="3 of 28 values of the result are wrong; the largest difference is 0.0005, at index [3, 3].",
                zh="结果的 28 个值中有 3 个不对；最大差值 0.0005，位于 [3, 3]。",
            ),
            expected=_tensor(wide, (4, 7)),
            got=_tensor(off, (4, 7), "torch.float64"),
            difference=Difference(
                largest_absolute=0.0005, largest_relative=0.002, index=(3, 3), mismatched=3, total=28, atol=1e-5, rtol=1.3e-6
            ),
        ),
        _case(
            4,
            Verdict.RAISED,
            title=Text(en="Differentiable with respect to y_hat", zh="对 y_hat 可微"),
            message=Text(en="Your code raised RuntimeError (cell 4, line 4).", zh="你的代码引发了 RuntimeError（单元格 4，第 4 行）。"),
            error=ErrorView(
                type_name="RuntimeError",
                message="The size of tensor a (2) must match the size of tensor b (3) at non-singleton dimension 1",
                frames=(
                    Frame(cell=3, line=9, function="<module>", source="print(squared_loss(y_hat, y))"),
                    Frame(cell=3, line=4, function="squared_loss", source="    return (y_hat - y) ** 2 / 2"),
                ),
                explanation=Text(
                    en="Along axis 1 one tensor has 2 elements and the other 3; they can be broadcast only if these are equal or "
                    "one of them is 1. Print both shapes just before this line.",
                    zh="在第 1 轴上，一个张量有 2 个元素，另一个有 3 个；只有相等或其中一个为 1 时才能广播。请在这一行之前打印两者的形状。",
                ),
            ),
        ),
        _case(5, Verdict.FLOODED, message=Text(en="Your code wrote more than the 4 MiB of output it may write.", zh="你的代码输出超过了 4 MiB 的上限。")),
    )  # fmt: skip


def _sgd_exercise() -> ExerciseView:
    steps = tuple(float(step) for step in range(1, 31))
    curves = Curves(
        title=Text(en="Training loss", zh="训练损失"),
        x_label=Text(en="step", zh="步"),
        y_label=Text(en="mean loss", zh="平均损失"),
        log_y=True,
        series=(
            Series(label=Text(en="yours", zh="你的"), role="student", x=steps, y=tuple(8 * 0.97**s if s < 24 else math.inf for s in steps)),
            Series(label=Text(en="reference", zh="参考"), role="reference", x=steps, y=tuple(8 * 0.72**s + 5e-5 for s in steps)),
        ),
    )  # fmt: skip
    verdicts = (Verdict.TIMED_OUT, Verdict.OUT_OF_MEMORY, Verdict.CRASHED, Verdict.SKIPPED, Verdict.SUITE_ERROR, Verdict.INTERNAL_ERROR)
    others = (
        _case(
            number,
            verdict,
            title=Text(en=f"Parameter update, variant {number}", zh=f"参数更新，变体 {number}"),
            message=Text(en="The case could not be finished.", zh="该测试没有完成。"),
        )
        for number, verdict in enumerate(verdicts, start=3)
    )
    return _exercise(
        "sgd",
        "Minibatch stochastic gradient descent",
        "小批量随机梯度下降",
        _case(
            1,
            Verdict.WRONG,
            max_points=3.0,
            title=Text(en="Training with your three functions reaches the true parameters", zh="用你的三个函数训练能得到真实参数"),
            message=Text(en="Got 0.5 times the expected values for the step of `w`: one constant factor is missing or too much.", zh="`w` 的更新量是预期的 0.5 倍：少了或多了一个常数因子。"),
            expected=_tensor([2.0, -3.4, 4.2], (3,)),
            got=_tensor([1.31, "nan", 4.2], (3,)),
            difference=Difference(largest_absolute=0.69, largest_relative=0.345, index=(0,), mismatched=2, total=3, atol=0.01, rtol=0.0, factor=0.5),
            exhibits=(curves,),
        ),
        _case(
            2,
            Verdict.MISSING,
            title=Text(en="Gradients are reset", zh="梯度被清零"),
            message=Text(en="`sgd` is not defined in your hand-in, but `SGD` is. If that is your solution, rename it to `sgd`.", zh="你提交的文件里没有定义 `sgd`，但定义了 `SGD`。如果那就是你的解答，请改名为 `sgd`。"),
        ),
        *others,
    )  # fmt: skip


def _quiz_exercise() -> ExerciseView:
    return _exercise(
        "weight_shape",
        "Shapes of a fully connected layer",
        "全连接层的形状",
        _case(
            1,
            Verdict.WRONG,
            title=Text(en="Shape of the weight", zh="权重的形状"),
            message=Text(en="Your answer to `weight_shape` is not right: (1, 8).", zh="`weight_shape` 的答案不对：(1, 8)。"),
            got=Snapshot(kind="sequence", type_name="tuple", text="(1, 8)"),
        ),
        _case(2, title=Text(en="Shape of the bias", zh="偏置的形状")),
    )


def _cells() -> tuple[CellView, ...]:
    loss = (
        "import torch\n\ndef squared_loss(y_hat, y):  # 平方损失\n    return (y_hat - y) ** 2 / 2\n\n"
        "y_hat = torch.ones(2, 1)\ny = torch.zeros(3)\n\nprint(squared_loss(y_hat, y))\nlr = 0.03"
    )
    error = ErrorView(
        type_name="NameError",
        message="name 'trainloader' is not defined",
        frames=(Frame(cell=5, line=2, function="<module>", source="for X, y in trainloader:"),),
        explanation=Text(
            en="`trainloader` is not defined at this point. Check its spelling.", zh="此处没有定义 `trainloader`，请检查拼写。"
        ),
    )
    failure = FailureView(
        cell=5,
        line=2,
        source="for X, y in trainloader:",
        message=Text(en="This statement raised NameError. The ones after it were run all the same.", zh="这条语句引发了 NameError，之后的语句仍然运行了。"),
        error=error,
        binds=("X", "y", "loss_value"),
    )  # fmt: skip
    traceback = [
        "\x1b[0;31m---------------------------------------------------------------------------\x1b[0m",
        "\x1b[0;31mNameError\x1b[0m                                 Traceback (most recent call last)",
        "\x1b[0;32mcell 6\x1b[0m in \x1b[0;36m<module>\x1b[0;34m()\x1b[0m",
        "\x1b[0;31mNameError\x1b[0m: name 'trainloader' is not defined",
    ]
    frame_html = "<table border='1' class='dataframe'><thead><tr><th></th><th>loss</th></tr></thead><tbody><tr><th>0</th><td>0.042</td></tr></tbody></table>"
    return (
        CellView(index=0, kind="markdown", status="text", source="# Linear regression\n\nThe model is $y = Xw + b$. 批量大小为 **10**。\n\n- fit\n- check\n\n```python\nx = 1\n```"),
        CellView(index=1, kind="code", status="empty", source=""),
        CellView(
            index=2,
            kind="code",
            status="ok",
            source="%matplotlib inline\nfrom d2l import torch as d2l\ndata.head()",
            notices=(Text(en="The magic command was not run: %matplotlib inline", zh="没有运行魔法命令：%matplotlib inline"),),
            outputs=(
                {"output_type": "execute_result", "data": {"text/html": frame_html, "text/plain": "   loss"}, "metadata": {}},
                {"output_type": "display_data", "data": {"image/png": _PIXEL, "text/plain": "<Figure>"}, "metadata": {}},
            ),
        ),
        CellView(
            index=3,
            kind="code",
            status="ok",
            source=loss,
            outputs=({"output_type": "stream", "name": "stdout", "text": "epoch 1, loss 0.0421\n" * 400},),
        ),
        CellView(index=4, kind="code", status="not_run", source="input('name?')"),
        CellView(
            index=5,
            kind="code",
            status="partly",
            source="net = lambda X: X @ w + b\nfor X, y in trainloader:\n    loss_value = squared_loss(net(X), y)\nprint('done')",
            failures=(failure,),
            outputs=(
                {"output_type": "error", "ename": "NameError", "evalue": "name", "traceback": traceback},
                {"output_type": "stream", "name": "stderr", "text": "UserWarning: careful\n"},
            ),
        ),
    )  # fmt: skip
