# %% [markdown]
# # Linear regression from scratch
# # 线性回归：从零开始实现
#
# You write the three functions that every training loop is made of (data, loss, update) and answer two short questions. Nothing here needs `torch.nn` or `torch.optim`; tensors and their gradients are enough.
#
# 你将写出每个训练循环都离不开的三个函数（数据、损失、参数更新），并回答两个小问题。这里不需要 `torch.nn` 或 `torch.optim`，只用张量和它的梯度就够了。
#
# | | exercise / 练习 | points / 分数 |
# |---|---|---|
# | 1 | `synthetic_data(w, b, num_examples)` | 7 |
# | 2 | `squared_loss(y_hat, y)` | 8 |
# | 3 | `sgd(params, lr, batch_size)` | 10 |
# | 4 | `broadcasting_answer` | 2 |
# | 5 | `weight_shape`, `bias_shape` | 3 |
#
# **How to hand in.** Replace each `raise NotImplementedError(...)` and each `None` by your own work. Keep the names of functions and parameters. Hand in this notebook or `linear_regression.py`, whichever you like better. You may add cells, plots and prints wherever you wish.
#
# **如何提交。** 把每一处 `raise NotImplementedError(...)` 和每一个 `None` 换成你自己的答案，函数名和参数名请保持不变。提交这个 notebook 或者 `linear_regression.py` 都可以。你可以随意添加单元格、图和输出。
#
# **What is checked.** `test_visible.py` shows one case for each function; the other cases stay hidden until you hand in, and then the report says what they found.
#
# **检查什么。** `test_visible.py` 里为每个函数给出了一个测试作为示例；其余的测试在提交之前不公开，提交之后报告会说明结果。
#
# **Check yourself.** Save your work, open a terminal in this folder, and run `pytest test_visible.py --submission linear_regression.ipynb` (or `linear_regression.py`, or whatever your file is called). It needs this folder and an installed `grader`, nothing else. Where a case fails, the lines that begin with `E` say what was expected, what came, and where in your code.
#
# **自己先检查。** 保存你的作业，在这个文件夹里打开终端，运行 `pytest test_visible.py --submission linear_regression.ipynb`（或者 `linear_regression.py`，或者你自己的文件名）。只需要这个文件夹和已安装的 `grader`。某个测试没有通过时，以 `E` 开头的几行说明期望的结果、实际的结果，以及错误在你代码中的位置。
#
# **Notation.** `n` is the number of examples, `d` the number of features; `(n, 1)` is a column, `(n,)` a flat vector. They are *not* the same shape, and half of the mistakes in this assignment come from there.
#
# **记号。** `n` 是样本数，`d` 是特征数；`(n, 1)` 是一列，`(n,)` 是一维向量。它们*不是*同一个形状，这份作业里有一半的错误都由此而来。


import torch


# %% [markdown]
# ## 1. Generate data with a linear model
# ## 1. 用线性模型生成数据
#
# Before training on real data it is wise to train on data whose answer we know. Draw features from the standard normal distribution and label them with a linear model plus a little noise:
#
# 在真实数据上训练之前，最好先在已知答案的数据上训练。特征从标准正态分布中抽取，标签由线性模型加上一点噪声得到：
#
# $$\mathbf{y} = \mathbf{X}\mathbf{w} + b + \boldsymbol{\epsilon}, \qquad X_{ij} \sim \mathcal{N}(0, 1), \qquad \epsilon_i \sim \mathcal{N}(0, 0.01^2).$$
#
# - The noise has mean 0 and **standard deviation** 0.01 (variance 0.0001), and each example has its own.
# - `X` has shape `(num_examples, d)` with `d = len(w)`, and `y` is a **column** of shape `(num_examples, 1)`; both are float32.
# - Your function must work for any number of features and any `num_examples` from 1 on, and draw afresh at each call.
#
# - 噪声的均值为 0，**标准差**为 0.01（方差为 0.0001），每个样本各有自己的噪声。
# - `X` 的形状是 `(num_examples, d)`，其中 `d = len(w)`；`y` 是形状为 `(num_examples, 1)` 的**列**；两者都是 float32。
# - 函数应当适用于任意多个特征和任意 `num_examples ≥ 1`，并且每次调用都重新抽样。


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
    raise NotImplementedError("Write your code here. / 在这里写你的代码。")


# %% [markdown]
# ## 2. The squared loss
# ## 2. 平方损失
#
# How wrong is each prediction? Half the squared error is a convenient measure, because its derivative is simply the error $\hat{y}_i - y_i$:
#
# 每个预测错了多少？平方误差的一半是个方便的度量，因为它的导数恰好就是误差 $\hat{y}_i - y_i$：
#
# $$\ell_i = \tfrac{1}{2}\,(\hat{y}_i - y_i)^2, \qquad i = 1, \dots, n.$$
#
# - Return **one loss per prediction**, in the shape of `y_hat`. Do not take the sum or the mean; the caller decides.
# - `y_hat` is a column `(n, 1)`. `y` may be a column, too, but data sets often give a flat `(n,)`. Your function must be right for both. (What is the shape of `(n, 1)` minus `(n,)`?)
# - Gradients must flow back through the result, and neither input may be changed.
#
# - **每个预测返回一个损失**，形状与 `y_hat` 相同。不要求和，也不要取平均，这由调用者决定。
# - `y_hat` 是一列 `(n, 1)`。`y` 也可能是一列，但数据集给出的往往是一维的 `(n,)`，两种情况都要正确。（想一想：`(n, 1)` 减 `(n,)` 的形状是什么？）
# - 梯度要能从结果传回去，并且两个输入都不能被修改。


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
    raise NotImplementedError("Write your code here. / 在这里写你的代码。")


# %% [markdown]
# ## 3. Minibatch stochastic gradient descent
# ## 3. 小批量随机梯度下降
#
# After `loss.sum().backward()` every parameter holds, in `param.grad`, the gradient **summed** over the minibatch. One step of SGD goes a little way downhill, by the average:
#
# 在 `loss.sum().backward()` 之后，每个参数的 `param.grad` 里存放着在小批量上**求和**得到的梯度。SGD 的一步，就是按平均梯度向下走一小步：
#
# $$\mathbf{p} \leftarrow \mathbf{p} - \frac{\eta}{|\mathcal{B}|}\, \nabla_{\mathbf{p}} \sum_{i \in \mathcal{B}} \ell_i, \qquad \eta = \texttt{lr}, \quad |\mathcal{B}| = \texttt{batch\_size}.$$
#
# - Change each parameter **in place**: the caller keeps its own `w` and `b`, and must find the new values in them. `param = param - ...` only gives a new tensor a local name.
# - The update is no part of the model, so it must stay outside of the graph; afterwards the parameters are still leaves that require grad.
# - Then reset the gradients (to zero or to `None`), because `backward` adds to what it finds.
# - There may be any number of parameters, of any shapes. Nothing is returned.
#
# - **原地**修改每个参数：调用者手里拿着自己的 `w` 和 `b`，新的值必须出现在它们里面。`param = param - ...` 只是给一个新张量起了个局部名字。
# - 更新不属于模型，因此不能进入计算图；更新之后，参数仍然是需要梯度的叶子张量。
# - 然后把梯度清零（置零或设为 `None`），因为 `backward` 会在已有的梯度上累加。
# - 参数的个数和形状都是任意的。不需要返回值。


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
    raise NotImplementedError("Write your code here. / 在这里写你的代码。")


# %% [markdown]
# ## 4. Which loss makes training fail?
# ## 4. 哪一种损失会使训练失败？
#
# A classmate gets the predictions as a column, `y_hat` of shape `(n, 1)`, and reads the targets from a file as a flat vector, `y` of shape `(n,)`, with `n > 1`. Four ways to write the loss are under discussion. Python runs each of them without an error; with three of them training reaches the true parameters, with one it does not. Which one?
#
# 一位同学得到的预测值是一列，即 `y_hat` 的形状为 `(n, 1)`；从文件读入的目标值是一维向量，即 `y` 的形状为 `(n,)`，并且 `n > 1`。损失有下面四种写法。每一种运行时都不报错，其中三种能训练出真实的参数，有一种不能。是哪一种？
#
# - **A** `(y_hat.view(-1) - y) ** 2 / 2`
# - **B** `(y_hat - y.view(-1)) ** 2 / 2`
# - **C** `(y_hat - y.view(y_hat.shape)) ** 2 / 2`
# - **D** `(y_hat - y.view(-1, 1)) ** 2 / 2`
#
# Write the letter as text, for instance `"A"`. / 把字母写成字符串，例如 `"A"`。


broadcasting_answer = None  # your answer / 你的答案


# %% [markdown]
# ## 5. The shapes of a fully connected layer
# ## 5. 全连接层的形状
#
# A fully connected layer computes $\mathbf{Y} = \mathbf{X}\mathbf{w} + b$, exactly in this order. Its input $\mathbf{X}$ has shape `(7, 8)`: a minibatch of 7 examples with 8 features each. Its output $\mathbf{Y}$ has shape `(7, 1)`.
#
# 一个全连接层计算 $\mathbf{Y} = \mathbf{X}\mathbf{w} + b$，顺序就是这样。它的输入 $\mathbf{X}$ 的形状是 `(7, 8)`：一个小批量有 7 个样本，每个样本有 8 个特征。它的输出 $\mathbf{Y}$ 的形状是 `(7, 1)`。
#
# What shape has the weight $\mathbf{w}$, and what shape the bias $b$? Write each as a tuple, for instance `(3, 4)`.
#
# 权重 $\mathbf{w}$ 的形状是什么？偏置 $b$ 的形状是什么？各写成一个元组，例如 `(3, 4)`。


weight_shape = None  # your answer / 你的答案
bias_shape = None  # your answer / 你的答案
