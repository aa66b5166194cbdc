"""The noise is drawn with the variance 0.0001 where the standard deviation 0.01 is asked for, so it is far too small.

抽取噪声时把方差 0.0001 当成了标准差 0.01，因此噪声太小。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b + torch.normal(0, 0.01**2, (num_examples,))
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_noise_is_distributed_like_the_references",)
