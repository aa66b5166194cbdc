"""Hidden cases for synthetic_data.

The statistical cases look at N examples and never fail a right solution by chance: every bound lies 6 standard errors
away from the true value, which a normal statistic oversteps once in 500 million draws. All bounds of one case together
raise a false alarm with a probability below 1e-6.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
import torch

from grader.suite import (
    Text,
    check_between,
    check_dtype,
    check_shape,
    check_tensor,
    check_that,
    series,
    show_scatter,
)

if TYPE_CHECKING:
    from torch import Tensor

    from grader.suite import Reference, Student

N = 2000
W, B = torch.tensor([1.5, -0.7]), -1.3
FEATURES_VARY = Text(
    en="each feature differs from example to example, and no feature follows from the others",
    zh="每个特征都随样本变化，而且不能由其他特征推出",
)
FITTED = (
    Text(en="the weight of the first feature, fitted to your data", zh="由你的数据拟合出的第一个权重"),
    Text(en="the weight of the second feature, fitted to your data", zh="由你的数据拟合出的第二个权重"),
    Text(en="the bias, fitted to your data", zh="由你的数据拟合出的偏置"),
)


def fit(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor, float]:
    """Weights and bias that fit best, the noise that they leave, and the largest standard error among them.

    Data to which no line can be fitted is told as that, and not as an error of the computation below. Flat labels are
    let through: the cases about shapes look at those.
    """
    check_tensor(X, subject="X")
    check_tensor(y, subject="y")
    check_shape(X, (N, len(W)), subject="X")
    if y.numel() != N:
        check_shape(y, (N, 1), subject="y")
    table = torch.cat([X.detach().double(), torch.ones(len(X), 1, dtype=torch.float64)], dim=1)
    labels = y.detach().double().reshape(-1)
    vary = not table.isfinite().all() or int(torch.linalg.matrix_rank(table)) == table.shape[1]
    check_that(vary, what=FEATURES_VARY, subject="X")
    found = torch.linalg.solve(table.T @ table, table.T @ labels)
    noise = labels - table @ found
    errors = noise.std() * torch.linalg.inv(table.T @ table).diagonal().sqrt()
    return found, noise, float(errors.max())


def check_statistic(got: Tensor, truth: float, *, error: float, what: Text) -> None:
    """``got`` lies within 6 standard errors of the true value; the bounds are rounded to be read."""
    check_between(float(got), round(truth - 6 * error, 5), round(truth + 6 * error, 5), what=what)


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
        X, y = student.synthetic_data(torch.ones(d), 0.5, n)

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
    X, y = student.synthetic_data(W, B, 1)

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
    X, y = student.synthetic_data(W, B, 6)

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
    X, _ = student.synthetic_data(W, B, N)

    check_tensor(X, subject="X")
    values, m, share = X.double().reshape(-1), 2 * N, math.erf(1 / math.sqrt(2))
    # Standard errors of m normal values: the mean's 1/√m, the standard deviation's 1/√(2m), a share's √(p(1-p)/m),
    # and 1/√N of the mean product of two independent columns.
    mean, spread = Text(en="the mean of X", zh="X 的均值"), Text(en="the standard deviation of X", zh="X 的标准差")
    inside = Text(en="the share of X between -1 and 1", zh="X 落在 -1 与 1 之间的比例")
    correlation = Text(en="the correlation of two features", zh="两个特征的相关系数")
    check_statistic(values.mean(), 0, error=1 / math.sqrt(m), what=mean)
    check_statistic(values.std(), 1, error=1 / math.sqrt(2 * m), what=spread)
    check_statistic((values.abs() < 1).double().mean(), share, error=math.sqrt(share * (1 - share) / m), what=inside)
    check_statistic((X[:, 0].double() * X[:, 1]).mean(), 0, error=1 / math.sqrt(N), what=correlation)


@pytest.mark.points(1)
@pytest.mark.title(en="Labels follow the line", zh="标签符合给定的线性模型")
@pytest.mark.hint(
    en="The labels are X times w plus b plus noise of mean 0; use the arguments, and do not forget b.",
    zh="标签等于 X 乘 w，加 b，再加均值为 0 的噪声；请使用传入的参数，并且不要漏掉 b。",
)
def test_labels_follow_the_given_line(student: Student) -> None:
    """Least squares find the weights and the bias again, as exactly as the noise allows, however large that is."""
    X, y = student.synthetic_data(W, B, N)

    found, _, error = fit(X, y)
    # Three estimates, 6 standard errors each: false alarm 6e-9. Rounding labels to float32 adds less than 1e-5.
    margin = 6 * error + 1e-5
    for estimate, truth, what in zip(found, (*W.tolist(), B), FITTED, strict=True):
        check_between(float(estimate), truth - margin, truth + margin, what=what)


@pytest.mark.points(1)
@pytest.mark.title(en="The noise is normal with standard deviation 0.01", zh="噪声服从标准差为 0.01 的正态分布")
@pytest.mark.hint(
    en="torch.normal takes the standard deviation (0.01), not the variance; every example has noise of its own.",
    zh="torch.normal 的参数是标准差（0.01），不是方差；每个样本都有自己的噪声。",
)
def test_noise_is_distributed_like_the_references(student: Student, reference: Reference) -> None:
    """The noise has standard deviation 0.01 and the same distribution as the reference's."""
    X, y = student.synthetic_data(W, B, N)
    reference_X, reference_y = reference.synthetic_data(W, B, N)
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
    first_X, first_y = student.synthetic_data(W, B, 8)
    second_X, second_y = student.synthetic_data(W, B, 8)

    for name, value in (("X", first_X), ("y", first_y), ("X", second_X), ("y", second_y)):
        check_tensor(value, subject=name)
    check_that(
        not torch.equal(first_X, second_X), what=Text(en="X differs between two calls", zh="两次调用得到的 X 不同")
    )
    check_that(
        not torch.equal(first_y, second_y), what=Text(en="y differs between two calls", zh="两次调用得到的 y 不同")
    )
