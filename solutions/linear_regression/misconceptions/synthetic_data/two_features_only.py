"""The number of features is fixed to 2 instead of being taken from len(w).

特征数写死为 2，没有取 len(w)。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, 2))
    y = X @ w + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_features_have_a_column_for_each_weight",)
