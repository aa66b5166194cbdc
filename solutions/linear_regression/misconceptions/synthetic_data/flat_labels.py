"""The labels are a flat vector (num_examples,) instead of a column (num_examples, 1).

标签是一维向量 (num_examples,)，而不是一列 (num_examples, 1)。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y


CAUGHT_BY = (
    "test_a_thousand_examples_have_a_row_and_a_label_each",
    "test_features_have_a_column_for_each_weight",
    "test_a_single_example_keeps_both_axes",
)
