"""Other parameter names, type annotations, small functions of its own, and lambdas."""

from typing import Callable, Iterable

import torch
from torch import Tensor


def _gaussian(*shape: int, std: float = 1.0) -> Tensor:
    return torch.empty(shape).normal_(mean=0.0, std=std)


def linreg(features: Tensor, weights: Tensor, bias: float) -> Tensor:
    return torch.mv(features, weights) + bias


def synthetic_data(true_w: Tensor, true_b: float, n: int = 1000) -> tuple[Tensor, Tensor]:
    features = _gaussian(n, true_w.shape[0])
    labels = linreg(features, true_w, true_b) + _gaussian(n, std=1e-2)
    return features, labels.view(n, 1)


squared_loss: Callable[[Tensor, Tensor], Tensor] = lambda pred, target: (
    (pred.squeeze(1) - target.flatten()).pow(2) * 0.5
).unsqueeze(1)


def sgd(parameters: Iterable[Tensor], learning_rate: float, n: int) -> None:
    for theta in parameters:
        theta.requires_grad_(False)
        theta.add_(theta.grad, alpha=-learning_rate / n)
        theta.requires_grad_(True)
        theta.grad = torch.zeros_like(theta)


broadcasting_answer = "Ｂ"
weight_shape = "（８，１）"
bias_shape = "１"
