"""The noise is returned, too: three results, where the caller takes the pair (X, y) apart.

把噪声也一并返回了：共三个结果，而调用者要拆开的是一对 (X, y)。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    noise = torch.normal(0, 0.01, (num_examples, 1))
    return X, X @ w.reshape(-1, 1) + b + noise, noise


CAUGHT_BY = (
    "test_a_thousand_examples_have_a_row_and_a_label_each",
    "test_features_have_a_column_for_each_weight",
    "test_a_single_example_keeps_both_axes",
    "test_both_results_are_float32",
    "test_features_are_standard_normal",
    "test_labels_follow_the_given_line",
    "test_noise_is_distributed_like_the_references",
    "test_every_call_draws_afresh",
)
