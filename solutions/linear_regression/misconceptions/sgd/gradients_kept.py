"""The gradients are not reset, so that the next backward() adds to them.

没有清零梯度，下一次 backward() 会在其上累加。
"""

import torch


def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size


CAUGHT_BY = ("test_gradients_are_reset",)
