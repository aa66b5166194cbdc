#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""线性回归作业  李伟"""
import os, sys, time
import numpy as np
import torch


def synthetic_data(w, b, num_examples):
    """生成 y = Xw + b + 噪声"""
    X = torch.randn(num_examples, len(w))
    y = torch.mv(X, w) + b
    y = y + torch.tensor(np.random.normal(0, 0.01, size=y.shape), dtype=torch.float32)
    return X, y.view(-1, 1)


def squared_loss(y_hat, y):
    # 注意：y 可能是一维的，要先 view 成和 y_hat 一样的形状
    return (y_hat - y.view(y_hat.size())) ** 2 / 2


def sgd(params, lr, batch_size):
    for param in params:
        param.data -= lr * param.grad / batch_size  # 注意这里更改 param 用的是 param.data
        param.grad.data.zero_()


# 第 4、5 题
broadcasting_answer = "b"
weight_shape = "8 x 1"
bias_shape = 1


if __name__ == "__main__":
    true_w, true_b = torch.tensor([2, -3.4]), 4.2
    features, labels = synthetic_data(true_w, true_b, 1000)
    w = torch.zeros((2, 1), requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    start = time.time()
    for epoch in range(3):
        for i in range(0, 1000, 10):
            loss = squared_loss(features[i:i + 10] @ w + b, labels[i:i + 10])
            loss.sum().backward()
            sgd([w, b], 0.03, 10)
        print("迭代周期", epoch + 1, "损失", squared_loss(features @ w + b, labels).mean().item())
    print("用时 %.2f 秒" % (time.time() - start))
