"""The prediction is detached (.data, detach(), item() or numpy()), so that no gradient flows back.

预测值脱离了计算图（.data、detach()、item() 或 numpy()），梯度无法传回。
"""


def squared_loss(y_hat, y):
    return (y_hat.detach() - y.reshape(y_hat.shape)) ** 2 / 2


CAUGHT_BY = ("test_the_gradient_is_the_error",)
