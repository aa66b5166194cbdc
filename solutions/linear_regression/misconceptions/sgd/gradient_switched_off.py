"""requires_grad is switched off for the update and not on again; the next backward() does not reach the parameter.

更新时关掉了 requires_grad，之后没有再打开；下一次 backward() 到达不了这个参数。
"""


def sgd(params, lr, batch_size):
    for param in params:
        param.requires_grad_(False)
        param -= lr * param.grad / batch_size
        param.grad.zero_()


CAUGHT_BY = (
    "test_training_can_go_on_after_a_step",
    "test_training_reaches_the_true_parameters",
)
