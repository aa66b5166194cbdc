"""One noise value is drawn and added to every label; each example needs noise of its own.

只抽取了一个噪声值，加到所有标签上；每个样本都应当有自己的噪声。
"""

import torch


def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b + torch.normal(0, 0.01, (1,))
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_noise_is_distributed_like_the_references",)
