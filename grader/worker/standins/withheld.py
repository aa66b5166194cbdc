"""The single home of what no stand-in offers, because it is what exercises ask students to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

EXERCISES = frozenset({
    "synthetic_data", "squared_loss", "sgd", "SGD", "SyntheticRegressionData", "LinearRegressionScratch",
    "LinearRegression", "train_ch3", "train_pytorch_ch7", "train_ch7", "train_2d", "get_data_ch7",
})  # fmt: skip


def explanation(package: str) -> Callable[[str], str]:
    """A function that says why the stand-in for ``package`` does not offer a name."""

    def why_not(name: str) -> str:
        if name in EXERCISES:
            return f"this stand-in does not offer `{name}`: it is what the exercise asks you to write"
        return f"this stand-in for {package} does not offer `{name}`"

    return why_not
