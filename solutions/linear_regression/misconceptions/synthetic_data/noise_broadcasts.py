"""A column of noise (n, 1) is added to a flat vector (n,), which broadcasts to a table (n, n).

把一列噪声 (n, 1) 加到一维向量 (n,) 上，广播成了 (n, n) 的表。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, y + torch.normal(0, 0.01, (num_examples, 1))


CAUGHT_BY = (
    "test_a_thousand_examples_have_a_row_and_a_label_each",
    "test_features_have_a_column_for_each_weight",
    "test_labels_follow_the_given_line",
    "test_noise_is_distributed_like_the_references",
)
