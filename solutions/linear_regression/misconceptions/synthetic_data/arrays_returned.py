"""numpy arrays are returned; everything else about them is right, but a model trains on tensors.

返回的是 numpy 数组；其他方面都正确，但模型训练用的是张量。
"""

import numpy as np


def synthetic_data(w, b, num_examples):
    X = np.random.normal(0, 1, (num_examples, len(w))).astype(np.float32)
    y = X @ np.asarray(w) + b + np.random.normal(0, 0.01, num_examples)
    return X, y.reshape(-1, 1).astype("float32")


CAUGHT_BY = ("test_both_results_are_float32",)
