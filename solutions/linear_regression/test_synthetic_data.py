"""Hidden cases for synthetic_data.

The statistical cases look at N examples and never fail a right solution by chance: every bound lies 6 standard errors
away from the true value, which a normal statistic oversteps once in 500 million draws. All bounds of one case together
raise a false alarm with a probability below 1e-6.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest
import torch

from grader.model.result import FindingKind
from grader.suite import (
    Text,
    as_tensor,
    check_between,
    check_close,
    check_dtype,
    check_length,
    check_shape,
    check_that,
    series,
    show_scatter,
)
from grader.suite.checks import fail

if TYPE_CHECKING:
    from torch import Tensor

    from grader.suite import Reference, Student

N = 2000
SHARE_INSIDE = math.erf(1 / math.sqrt(2))
"""The share of normal values within one standard deviation of their mean, 68 %."""
W, B = torch.tensor([1.5, -0.7]), -1.3
MOST_MARGIN = 0.25
"""How far from the truth a fit may ever be; no weight and no bias is as near to zero."""
PAIR = Text(en="the returned pair (X, y)", zh="返回的一对 (X, y) ")
FEATURES_VARY = Text(
    en="each feature differs from example to example, and no feature follows from the others",
    zh="每个特征都随样本变化，而且不能由其他特征推出",
)
WEIGHTS = Text(en="the weights of the line that fits your data", zh="由你的数据拟合出的权重")
BIAS = Text(en="the bias of the line that fits your data", zh="由你的数据拟合出的偏置")


def draw(student: Student, w: Tensor, b: float, n: int) -> Any:
    """The pair that one call returns; the call gets a copy of the weights, so that nobody can overwrite the case's."""
    drawn = student.synthetic_data(w.clone(), b, n)
    check_length(drawn, 2, what=PAIR)
    return drawn


def draw_tensors(student: Student, n: int) -> tuple[Tensor, Tensor]:
    """The same with arrays taken as tensors: to be no tensor costs the case about dtypes and no other."""
    X, y = draw(student, W, B, n)
    return as_tensor(X, subject="X"), as_tensor(y, subject="y")


def numbers(value: Tensor, *, subject: str) -> Tensor:
    """Real and finite values in float64, outside the graph."""
    if value.is_complex():
        check_dtype(value, torch.float32, subject=subject)
    if not value.isfinite().all():
        fail(FindingKind.NOT_FINITE, subject=subject)
    return value.detach().double()


def fit(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor, float]:
    """Weights and bias that fit best, the noise that they leave, and the largest standard error among them.

    Data to which no line can be fitted is told as that, and not as an error of the computation below. Flat labels are
    let through: the cases about shapes look at those.
    """
    check_shape(X, (N, len(W)), subject="X")
    if y.numel() != N:
        check_shape(y, (N, 1), subject="y")
    labels = numbers(y, subject="y").reshape(-1)
    table = torch.cat([numbers(X, subject="X"), torch.ones(N, 1, dtype=torch.float64)], dim=1)
    check_that(int(torch.linalg.matrix_rank(table)) == table.shape[1], what=FEATURES_VARY, subject="X")
    found = torch.linalg.solve(table.T @ table, table.T @ labels)
    noise = labels - table @ found
    errors = noise.std() * torch.linalg.inv(table.T @ table).diagonal().sqrt()
    return found, noise, float(errors.max())


def readable(value: Tensor) -> float:
    """A statistic to five digits: more say nothing to a reader, and 6 standard errors are far wider."""
    return float(f"{float(value):.5g}")


def check_statistic(got: Tensor, truth: float, *, error: float, what: Text) -> None:
    """``got`` lies within 6 standard errors of the true value; the bounds are rounded to be read."""
    check_between(readable(got), round(truth - 6 * error, 5), round(truth + 6 * error, 5), what=what)


def largest_gap(a: Tensor, b: Tensor) -> float:
    """The largest distance between two empirical distribution functions (the Kolmogorov-Smirnov statistic)."""
    at = torch.cat([a, b])
    shares = [torch.searchsorted(sample.sort().values, at, right=True) / len(sample) for sample in (a, b)]
    return float((shares[0] - shares[1]).abs().max())


@pytest.mark.points(1)
@pytest.mark.title(en="Any number of features", zh="任意多个特征")
@pytest.mark.hint(
    en="X is (num_examples, len(w)) and y is (num_examples, 1): take both sizes from the arguments, not 2 features.",
    zh="X 是 (num_examples, len(w))，y 是 (num_examples, 1)：大小都取自参数，特征数不要写死为 2。",
)
def test_features_have_a_column_for_each_weight(student: Student) -> None:
    """The number of features follows from the weights, be it 1 or 5."""
    for d, n in ((1, 9), (5, 4)):
        X, y = draw(student, torch.ones(d), 0.5, n)

        check_shape(X, (n, d), subject="X")
        check_shape(y, (n, 1), subject="y")


@pytest.mark.points(0.5)
@pytest.mark.title(en="A single example", zh="只有一个样本")
@pytest.mark.hint(
    en="With one example X is still a table and y still a column (reshape(-1, 1)); squeeze() drops their axes.",
    zh="只有一个样本时，X 仍是二维的，y 仍是一列（reshape(-1, 1)）；squeeze() 会去掉大小为 1 的维度。",
)
def test_a_single_example_keeps_both_axes(student: Student) -> None:
    """One example gives a table of one row and a column of one label."""
    X, y = draw(student, W, B, 1)

    check_shape(X, (1, 2), subject="X")
    check_shape(y, (1, 1), subject="y")


@pytest.mark.points(0.5)
@pytest.mark.title(en="Both results are float32", zh="两个结果都是 float32")
@pytest.mark.hint(
    en="numpy draws float64; convert what you return to torch.float32.",
    zh="numpy 抽出的是 float64；返回之前请转换为 torch.float32。",
)
def test_both_results_are_float32(student: Student) -> None:
    """Features and labels have the dtype in which a model trains."""
    X, y = draw(student, W, B, 6)

    check_dtype(X, torch.float32, subject="X")
    check_dtype(y, torch.float32, subject="y")


@pytest.mark.points(1)
@pytest.mark.title(en="Features are standard normal", zh="特征服从标准正态分布")
@pytest.mark.hint(
    en="Draw X with mean 0 and standard deviation 1, for instance torch.normal(0, 1, (n, d)); rand is uniform.",
    zh="X 的均值为 0、标准差为 1，例如 torch.normal(0, 1, (n, d))；rand 是均匀分布。",
)
def test_features_are_standard_normal(student: Student) -> None:
    """Mean, standard deviation, the share within one standard deviation and the correlation are those of N(0, 1)."""
    X, _ = draw_tensors(student, N)

    check_shape(X, (N, len(W)), subject="X")
    table, m, share = numbers(X, subject="X"), 2 * N, SHARE_INSIDE
    values = table.reshape(-1)
    # Standard errors of m normal values: the mean's 1/√m, the standard deviation's 1/√(2m), a share's √(p(1-p)/m),
    # and 1/√N of the mean product of two independent columns.
    mean, spread = Text(en="the mean of X", zh="X 的均值"), Text(en="the standard deviation of X", zh="X 的标准差")
    inside = Text(en="the share of X between -1 and 1", zh="X 落在 -1 与 1 之间的比例")
    correlation = Text(en="the correlation of two features", zh="两个特征的相关系数")
    check_statistic(values.mean(), 0, error=1 / math.sqrt(m), what=mean)
    check_statistic(values.std(), 1, error=1 / math.sqrt(2 * m), what=spread)
    check_statistic((values.abs() < 1).double().mean(), share, error=math.sqrt(share * (1 - share) / m), what=inside)
    check_statistic((table[:, 0] * table[:, 1]).mean(), 0, error=1 / math.sqrt(N), what=correlation)


@pytest.mark.points(1)
@pytest.mark.title(en="Labels follow the line", zh="标签符合给定的线性模型")
@pytest.mark.hint(
    en="The labels are X times w plus b plus noise of mean 0; use the arguments, and do not forget b.",
    zh="标签等于 X 乘 w，加 b，再加均值为 0 的噪声；请使用传入的参数，并且不要漏掉 b。",
)
def test_labels_follow_the_given_line(student: Student) -> None:
    """Least squares find the weights and the bias again, as exactly as the noise allows, be it rather large."""
    found, noise, error = fit(*draw_tensors(student, N))

    # Three estimates, 6 standard errors each: false alarm 6e-9. Rounding labels to float32 adds less than 1e-5. Where
    # the fit leaves no noise, one value may have served all examples: that costs the case about the noise alone.
    # Noise of standard deviation 1 has a margin of 0.13; beyond MOST_MARGIN noise would hide that there is no line.
    margin = 6 * 0.01 if noise.std() < 1e-5 else min(6 * error + 1e-5, MOST_MARGIN)
    true_w, true_b = W.double(), torch.tensor(B, dtype=torch.float64)
    check_close(found[:-1], true_w, rtol=0, atol=margin, subject="w", what=WEIGHTS, conceal_expected=True)
    check_close(found[-1], true_b, rtol=0, atol=margin, subject="b", what=BIAS, conceal_expected=True)


@pytest.mark.points(1)
@pytest.mark.title(en="The noise is normal with standard deviation 0.01", zh="噪声服从标准差为 0.01 的正态分布")
@pytest.mark.hint(
    en="torch.normal takes the standard deviation (0.01), not the variance; every example has noise of its own.",
    zh="torch.normal 的参数是标准差（0.01），不是方差；每个样本都有自己的噪声。",
)
def test_noise_is_distributed_like_the_references(student: Student, reference: Reference) -> None:
    """The noise has standard deviation 0.01, a normal share within it, and the same distribution as the reference's."""
    reference_X, reference_y = reference.synthetic_data(W, B, N)
    X, y = draw_tensors(student, N)
    noise, reference_noise = fit(X, y)[1], fit(reference_X, reference_y)[1]
    show_scatter(
        title=Text(en="Labels over the first feature", zh="标签与第一个特征"),
        x_label=Text(en="first feature", zh="第一个特征"),
        y_label=Text(en="label", zh="标签"),
        series=[series("student", X[:, 0], y), series("reference", reference_X[:, 0], reference_y)],
        spread={"student": float(noise.std()), "reference": float(reference_noise.std())},
    )

    # The relative standard error of a standard deviation is 1/√(2N) = 1.6 %; six of them: false alarm 2e-9.
    spread = Text(en="the standard deviation of the noise", zh="噪声的标准差")
    check_statistic(noise.std(), 0.01, error=0.01 / math.sqrt(2 * N), what=spread)
    # The share p within the noise's own standard deviation has the standard error √((p(1-p) - 2φ²)/N), where φ is the
    # density of N(0, 1) at 1. Six of them: false alarm 2e-9 (the farthest of 100 000 simulated shares was 4.6 away).
    # Uniform noise has a share of 0.58, which is 15 of them away.
    inside = Text(en="the share of the noise within one standard deviation", zh="噪声落在一个标准差之内的比例")
    density = math.exp(-1 / 2) / math.sqrt(2 * math.pi)
    error = math.sqrt((SHARE_INSIDE * (1 - SHARE_INSIDE) - 2 * density**2) / N)
    share = (noise.abs() < noise.std()).double().mean()
    check_statistic(share, SHARE_INSIDE, error=error, what=inside)
    # Smirnov: the gap of two samples of N exceeds c·√(2/N) with a probability below 2·exp(-2c²), 3e-7 for c = 2.8.
    gap = largest_gap(noise, reference_noise)
    check_that(gap < 2.8 * math.sqrt(2 / N), what=Text(en="the noise is normal", zh="噪声服从正态分布"))


@pytest.mark.points(1)
@pytest.mark.title(en="Every call draws afresh", zh="每次调用都重新抽样")
@pytest.mark.hint(
    en="Draw inside the function, and set no seed there.", zh="抽样要写在函数内部，并且不要在里面设置随机种子。"
)
def test_every_call_draws_afresh(student: Student) -> None:
    """Two calls give different features and different labels."""
    # NaN differs from itself, so only numbers can tell.
    (first_X, first_y), (second_X, second_y) = (
        (numbers(X, subject="X"), numbers(y, subject="y")) for X, y in (draw_tensors(student, 8) for _ in range(2))
    )

    check_that(
        not torch.equal(first_X, second_X), what=Text(en="X differs between two calls", zh="两次调用得到的 X 不同")
    )
    check_that(
        not torch.equal(first_y, second_y), what=Text(en="y differs between two calls", zh="两次调用得到的 y 不同")
    )
