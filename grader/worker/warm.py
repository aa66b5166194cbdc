"""The single home of what is loaded and used once before forking, so that no student process pays for it.

Importing is not enough: the tensor printer, ``assert_close`` or the first optimizer step import half of torch when they
are first used (measured: 0.5 s each, in every student process). So each step here does once what hand-ins do.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import platform
import random
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from matplotlib import font_manager, mathtext
from matplotlib import pyplot as plt

from grader.worker import concessions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MODULES = (
    "IPython.core.displaypub",
    "IPython.core.pylabtools",
    "IPython.core.ultratb",
    "IPython.display",
    "dataclasses",
    "doctest",
    "hashlib",
    "matplotlib_inline.backend_inline",
    "mpl_toolkits.mplot3d",
    "multiprocessing",
    "tempfile",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.optim",
    "torch.testing",
    "torch.utils.data",
    "unittest",
)
OPTIONAL_MODULES = ("pandas",)
REPORTED_PACKAGES = ("IPython", "matplotlib", "numpy", "torch")


def warm(readable: Sequence[str]) -> None:
    """Import everything and use it once; of fonts, only those that lie below ``readable``."""
    import_libraries()
    concessions.put_in_place()
    _forget_fonts_outside(readable)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a library says about itself here is no student's concern
        for step in STEPS:
            step()
    _forget_randomness()


def import_libraries() -> None:
    """Import what student processes need, and of the optional packages those that are there and work."""
    for name in MODULES:
        importlib.import_module(name)
    for name in OPTIONAL_MODULES:
        with contextlib.suppress(Exception):  # the border to packages of others: who imports a broken one hears of it
            importlib.import_module(name)


def _forget_fonts_outside(readable: Sequence[str]) -> None:
    """A font that a figure asks for by name and that student code cannot open would cost the figure."""
    fonts = font_manager.fontManager
    fonts.ttflist, fonts.afmlist = (
        [font for font in known if any(Path(font.fname).resolve().is_relative_to(path) for path in readable)]
        for known in (fonts.ttflist, fonts.afmlist)
    )


def close_fonts() -> None:
    """Let go of the font files that drawing has opened: their descriptors do not outlive the fork.

    There is no public way; both caches are matplotlib's own.
    """
    caches: tuple[Any, ...] = (font_manager, mathtext.MathTextParser)
    for owner, name in zip(caches, ("_get_font", "_parse_cached"), strict=True):
        getattr(owner, name).cache_clear()


def environment() -> dict[str, str]:
    """The versions that a result depends on."""
    versions = {name.lower(): str(importlib.import_module(name).__version__) for name in REPORTED_PACKAGES}
    return {"python": platform.python_version(), "platform": platform.platform()} | versions


def use_tensors() -> None:
    """Draw, print, compare, invert, save."""
    table = torch.normal(0, 1, (3, 2))
    for tensor in (table, torch.tensor([1, 2]), torch.tensor(1e10), torch.tensor([True])):
        repr(tensor)
    torch.testing.assert_close(table @ table.T, torch.matmul(table, table.T))
    torch.randn(256, 256) @ torch.randn(256, 1)
    torch.linalg.inv(torch.eye(2))
    torch.randperm(4)
    torch.save(table, io.BytesIO())


def use_autograd() -> None:
    """One backward pass, and one step of the optimizers."""
    x = torch.ones(2, requires_grad=True)
    torch.autograd.backward(((x * x) / 2).sum())
    with torch.no_grad():
        x -= 0.1 * x
    network = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 1))
    repr(network)
    for optimizer in (torch.optim.SGD(network.parameters(), lr=0.1), torch.optim.Adam(network.parameters())):
        optimizer.zero_grad()
        torch.autograd.backward(torch.nn.MSELoss()(network(torch.ones(4, 2)), torch.ones(4, 1)))
        optimizer.step()
    torch.nn.Conv2d(1, 2, 3)(torch.randn(1, 1, 8, 8))
    torch.nn.functional.cross_entropy(torch.randn(3, 2), torch.tensor([0, 1, 1]))


def use_data() -> None:
    """One pass of a loader in this process."""
    data = torch.utils.data.TensorDataset(torch.ones(4, 2), torch.ones(4, 1))
    list(torch.utils.data.DataLoader(data, batch_size=2, shuffle=True))


def use_arrays() -> None:
    """Draw, invert and print an array."""
    generator = np.random.default_rng(0)
    repr(np.linalg.inv(np.eye(2) + generator.normal(size=(2, 2)) / 100))


def use_figures() -> None:
    """Save one figure as notebooks do; this builds the font cache."""
    figure, axes = plt.subplots()
    axes.plot([1, 2], [1, 2], label="训练 loss")
    axes.set_xlabel("$x^2$")
    axes.legend()
    for kind in ("png", "svg"):
        figure.savefig(io.BytesIO(), format=kind)
    plt.close(figure)


STEPS: tuple[Callable[[], None], ...] = (use_tensors, use_autograd, use_data, use_arrays, use_figures)


def _forget_randomness() -> None:
    """The same state in every zygote, so that a hand-in that seeds nothing gives the same numbers each time."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - the legacy generator is what students use
    torch.manual_seed(0)
