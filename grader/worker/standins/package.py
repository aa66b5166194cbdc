"""Stand-in for the package ``d2l`` itself: `d2l.torch` is where the helpers are."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from grader.worker.standins.withheld import explanation

__version__ = "0"
_why_not = explanation("d2l")
_BEHIND = ("torch", "mxnet", "tensorflow", "paddle", "jax")


def __getattr__(name: str) -> Any:
    """``d2l.plt`` after a bare ``import d2l``, as if the PyTorch edition had been meant."""
    if name in _BEHIND or (name.startswith("__") and name.endswith("__")):
        raise AttributeError(name)
    try:
        return getattr(importlib.import_module("d2l.torch"), name)
    except AttributeError:
        raise AttributeError(_why_not(name), name=name, obj=sys.modules[__name__]) from None
