"""A seed is set inside the function, so that every call returns the same data.

在函数内部设置了随机种子，因此每次调用都返回同样的数据。
"""

import torch


def synthetic_data(w, b, num_examples):
    torch.manual_seed(42)
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_every_call_draws_afresh",)
