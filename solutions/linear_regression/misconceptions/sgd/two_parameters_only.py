"""Only the first two parameters are updated; there may be any number.

只更新了前两个参数；参数的个数可以是任意的。
"""

import torch


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params[:2]:
            param -= lr * param.grad / batch_size
            param.grad.zero_()


CAUGHT_BY = ("test_every_parameter_changes_whatever_its_shape",)
