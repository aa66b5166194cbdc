"""The parameters are unpacked as w, b = params; there may be any number of them.

用 w, b = params 把参数拆成两个；参数的个数可以是任意的。
"""

import torch


def sgd(params, lr, batch_size):
    w, b = params
    with torch.no_grad():
        w -= lr * w.grad / batch_size
        b -= lr * b.grad / batch_size
        w.grad.zero_()
        b.grad.zero_()


CAUGHT_BY = ("test_every_parameter_changes_whatever_its_shape",)
