"""The features are uniform between 0 and 1 (torch.rand) instead of standard normal (torch.randn).

特征是 0 到 1 之间的均匀分布（torch.rand），而不是标准正态分布（torch.randn）。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.rand(num_examples, len(w))
    y = X @ w + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_features_are_standard_normal",)
