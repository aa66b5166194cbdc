"""The bias b is not added to the labels.

标签里没有加上偏置 b。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_labels_follow_the_given_line",)
