"""Stand-in for the book's module (``d2l.torch``, ``d2lzh_pytorch``): what its star import gives, except the exercises.

The loader runs the files for drawing, counting and training in the same namespace before this one.
"""

from __future__ import annotations

import collections
import hashlib
import inspect
import math
import os
import random
import re
import shutil
import sys
import tarfile
import time
import zipfile
from collections import defaultdict
from typing import Any

import numpy as np
import torch
from IPython import display
from matplotlib import pyplot as plt
from matplotlib_inline import backend_inline
from torch import nn
from torch.nn import functional as F  # noqa: N812  # what everybody calls it
from torch.nn import init
from torch.utils import data

from grader.worker.standins.withheld import explanation

d2l = sys.modules[__name__]
nn_Module = nn.Module  # noqa: N816  # the book's name
Data = data
DATA_HUB: dict[str, tuple[str, str]] = {}
DATA_URL = "http://d2l-data.s3-accelerate.amazonaws.com/"

ones_like, ones, zeros_like, zeros = torch.ones_like, torch.ones, torch.zeros_like, torch.zeros
tensor, arange, meshgrid, linspace, eye = torch.tensor, torch.arange, torch.meshgrid, torch.linspace, torch.eye
sin, sinh, cos, cosh, tanh, exp, log = torch.sin, torch.sinh, torch.cos, torch.cosh, torch.tanh, torch.exp, torch.log
normal, rand, randn, randint, matmul = torch.normal, torch.rand, torch.randn, torch.randint, torch.matmul
int32, int64, float32 = torch.int32, torch.int64, torch.float32
concat, stack, abs, sigmoid, batch_matmul = torch.cat, torch.stack, torch.abs, torch.sigmoid, torch.bmm  # noqa: A001


def numpy(x: torch.Tensor) -> Any:
    """``x`` as an array."""
    return x.detach().numpy()


def size(x: torch.Tensor) -> int:
    """The number of elements."""
    return x.numel()


def reshape(x: torch.Tensor, *shape: Any) -> torch.Tensor:
    """``x`` in another shape."""
    return x.reshape(*shape)


def to(x: torch.Tensor, *where: Any) -> torch.Tensor:
    """``x`` on another device."""
    return x.to(*where)


def astype(x: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """``x`` with another dtype."""
    return x.type(dtype)


def transpose(x: torch.Tensor) -> torch.Tensor:
    """Rows and columns exchanged."""
    return x.t()


def reduce_sum(x: torch.Tensor, *dimensions: Any, **options: Any) -> torch.Tensor:
    """The sum."""
    return x.sum(*dimensions, **options)


def reduce_mean(x: torch.Tensor, *dimensions: Any, **options: Any) -> torch.Tensor:
    """The mean."""
    return x.mean(*dimensions, **options)


def reduce_max(x: torch.Tensor, *dimensions: Any, **options: Any) -> Any:
    """The maximum."""
    return x.max(*dimensions, **options)


def argmax(x: torch.Tensor, *dimensions: Any, **options: Any) -> torch.Tensor:
    """The place of the maximum."""
    return x.argmax(*dimensions, **options)


def expand_dims(x: torch.Tensor, *dimensions: Any) -> torch.Tensor:
    """``x`` with one more dimension."""
    return x.unsqueeze(*dimensions)


def swapaxes(x: torch.Tensor, *dimensions: Any) -> torch.Tensor:
    """Two dimensions exchanged."""
    return x.swapaxes(*dimensions)


def repeat(x: torch.Tensor, *counts: Any) -> torch.Tensor:
    """``x`` side by side with itself."""
    return x.repeat(*counts)


class FlattenLayer(nn.Module):
    """All dimensions but the first become one."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Flatten."""
        return x.view(x.shape[0], -1)


def semilogy(  # noqa: PLR0917  # the book's signature
    x_vals: Any, y_vals: Any, x_label: str, y_label: str, x2_vals: Any = None, y2_vals: Any = None,
    legend: Any = None, figsize: tuple[float, float] = (3.5, 2.5),
) -> None:  # fmt: skip
    """One or two curves with a logarithmic y axis."""
    plt.rcParams["figure.figsize"] = figsize
    plt.xlabel(x_label)
    plt.ylabel(y_label)
    plt.semilogy(x_vals, y_vals)
    if x2_vals is not None and y2_vals is not None:
        plt.semilogy(x2_vals, y2_vals, linestyle=":")
    if legend:
        plt.legend(legend)


_why_not = explanation(__name__.partition(".")[0])


def __getattr__(name: str) -> Any:
    """Say why a name is not here."""
    if name.startswith("__") and name.endswith("__"):
        raise AttributeError(name)
    raise AttributeError(_why_not(name), name=name, obj=d2l)


_NOT_THE_BOOKS = {"annotations", "TYPE_CHECKING", "Any", "Self", "GrowingChart", "explanation", "get_ipython", "sys"}
__all__ = [  # names only
    name for name in list(globals()) if not name.startswith("_") and name not in _NOT_THE_BOOKS
]
_ALSO_THE_BOOKS = (
    collections, hashlib, inspect, math, os, random, re, shutil, tarfile, time, zipfile, defaultdict, np, display,
    backend_inline, F, init,
)  # fmt: skip
