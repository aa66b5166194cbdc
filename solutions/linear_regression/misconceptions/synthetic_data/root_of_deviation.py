"""0.01 is taken for the variance, so that the noise has its root, 0.1, as standard deviation: ten times too much.

把 0.01 当成了方差，于是噪声的标准差是它的平方根 0.1，大了十倍。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b + torch.normal(0, 0.01**0.5, (num_examples,))
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_noise_is_distributed_like_the_references",)
