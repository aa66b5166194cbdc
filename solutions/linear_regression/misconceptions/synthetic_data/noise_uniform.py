"""The noise is uniform with the right standard deviation; it should be normal.

噪声是均匀分布的，标准差没有错；但应当服从正态分布。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b + 0.01 * 3**0.5 * (2 * torch.rand(num_examples) - 1)
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_noise_is_distributed_like_the_references",)
