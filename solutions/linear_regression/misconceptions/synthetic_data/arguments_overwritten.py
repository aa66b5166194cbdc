"""The weights are overwritten with zeros; labels without them follow another line than the one asked for.

权重被改写成零；不含权重的标签符合的是另一条直线，而不是题目给定的。
"""

import torch


def synthetic_data(w, b, num_examples):
    w.zero_()
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b + torch.normal(0, 0.01, (num_examples,))
    return X, y.reshape(-1, 1)


CAUGHT_BY = ("test_labels_follow_the_given_line",)
