"""The labels lie exactly on the line: no noise is added.

标签恰好落在直线上：没有加噪声。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_noise_is_distributed_like_the_references",)
