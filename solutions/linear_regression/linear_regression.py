"""The reference solution of ``linear_regression``, cut from the master notebook beside this file.

Change the master, then run ``python -m grader.course.stubs linear_regression``.
"""

import torch


def synthetic_data(w, b, num_examples):
    """Draw examples from the linear model y = Xw + b + noise.

    从线性模型 y = Xw + b + 噪声 中抽取样本。

    Shapes / 形状::

        w   (d,)               weights, float32 / 权重
        b   number             bias / 偏置
        X   (num_examples, d)  features, standard normal / 特征，服从标准正态分布
        y   (num_examples, 1)  labels, a column / 标签，一列

    Returns / 返回:
        ``(X, y)``, both float32 / 两者都是 float32
    Units / 单位:
        ``b``, ``y`` and the noise (standard deviation 0.01) share the label's unit.
        ``b``、``y`` 和噪声（标准差 0.01）的单位都与标签相同。
    Raises / 异常:
        RuntimeError: if ``num_examples`` is negative / 当 ``num_examples`` 为负数时
    Source / 出处:
        Zhang et al., *Dive into Deep Learning*, "Linear Regression Implementation from Scratch".
        阿斯顿·张等，《动手学深度学习》，“线性回归的从零开始实现”。
    """
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = X @ w + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape(-1, 1)


def squared_loss(y_hat, y):
    """Half the squared error of each prediction.

    每个预测的平方误差的一半。

    Shapes / 形状::

        y_hat   (n, 1)          predictions / 预测值
        y       (n,) | (n, 1)   targets / 目标值
        return  (n, 1)          with the dtype of ``y_hat`` / 数据类型与 ``y_hat`` 相同

    Units / 单位:
        The square of the target's unit. / 目标值单位的平方。
    Raises / 异常:
        RuntimeError: if ``y`` has another number of elements than ``y_hat`` / 当两者元素个数不同时
    Source / 出处:
        Zhang et al., *Dive into Deep Learning*, "Linear Regression Implementation from Scratch".
        阿斯顿·张等，《动手学深度学习》，“线性回归的从零开始实现”。
    """
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


def sgd(params, lr, batch_size):
    """One step of minibatch stochastic gradient descent, in place.

    小批量随机梯度下降的一步，原地更新。

    Shapes / 形状::

        params      list of tensors of any shape, each with its ``.grad`` / 任意形状的张量的列表，各有 ``.grad``
        lr          number   learning rate / 学习率
        batch_size  int      number of examples that the gradients are summed over / 梯度求和所用的样本数

    Units / 单位:
        ``lr`` has the unit of a parameter squared per unit of loss. / ``lr`` 的单位是参数单位的平方除以损失的单位。
    Raises / 异常:
        ZeroDivisionError: if ``batch_size`` is 0 / 当 ``batch_size`` 为 0 时
    Source / 出处:
        Zhang et al., *Dive into Deep Learning*, "Linear Regression Implementation from Scratch".
        阿斯顿·张等，《动手学深度学习》，“线性回归的从零开始实现”。
    """
    with torch.no_grad():
        for param in params:
            param.sub_(lr / batch_size * param.grad)
            param.grad.zero_()


broadcasting_answer = "B"


weight_shape = (8, 1)
bias_shape = (1,)
