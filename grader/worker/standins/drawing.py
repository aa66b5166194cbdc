# ruff: noqa: PLR0917  # the signatures are the book's
"""The single home of the stand-ins' plotting helpers: figure sizes, curves, and charts that grow while training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython import get_ipython
from matplotlib import pyplot as plt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

_FORMATS = ("-", "m--", "g-.", "r:")
_MOST_POINTS = 5000


def use_svg_display() -> None:
    """Ask for sharp figures; here all figures are PNG."""


def set_figsize(figsize: tuple[float, float] = (3.5, 2.5)) -> None:
    """Set the size of the figures that follow, in inches."""
    plt.rcParams["figure.figsize"] = figsize


def set_axes(
    axes: Axes,
    xlabel: str | None = None,
    ylabel: str | None = None,
    xlim: Any = None,
    ylim: Any = None,
    xscale: str = "linear",
    yscale: str = "linear",
    legend: Sequence[str] | None = None,
) -> None:
    """Label and scale ``axes``."""
    axes.set(xlabel=xlabel, ylabel=ylabel, xscale=xscale, yscale=yscale)
    if xlim is not None:
        axes.set_xlim(xlim)
    if ylim is not None:
        axes.set_ylim(ylim)
    if legend:
        axes.legend(legend)
    axes.grid(visible=True)


def plot(
    X: Any,
    Y: Any = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    legend: Sequence[str] | None = None,
    xlim: Any = None,
    ylim: Any = None,
    xscale: str = "linear",
    yscale: str = "linear",
    fmts: Sequence[str] = _FORMATS,
    figsize: tuple[float, float] = (3.5, 2.5),
    axes: Axes | None = None,
) -> None:
    """Draw one or several curves: ``plot(y)``, ``plot(x, y)``, ``plot(x, [y1, y2])``, ``plot([x1, x2], [y1, y2])``."""
    set_figsize(figsize)
    target = axes if axes is not None else plt.gca()
    target.clear()
    if Y is None:
        curves: list[tuple[Any, Any]] = [(None, y) for y in _as_curves(X)]
    else:
        xs, ys = _as_curves(X), _as_curves(Y)
        curves = [(xs[place if len(xs) == len(ys) else 0], y) for place, y in enumerate(ys)]
    for place, (x, y) in enumerate(curves):
        shape = fmts[place % len(fmts)]
        if x is None:
            target.plot(y, shape)
        else:
            target.plot(x, y, shape)
    set_axes(target, xlabel, ylabel, xlim, ylim, xscale, yscale, legend)


class GrowingChart:
    """Curves that get points while a cell runs, drawn once, when the cell ends."""

    def __init__(self, figsize: tuple[float, float], **axis_options: Any) -> None:
        self._figsize = figsize
        self._axis_options = axis_options
        self._curves: dict[str, tuple[list[float], list[float]]] = {}
        self._waiting = False

    def put(self, label: str, x: Any, y: Any) -> None:
        """Add one point to the curve ``label``."""
        xs, ys = self._curves.setdefault(label, ([], []))
        if len(xs) < _MOST_POINTS:
            xs.append(float(x))
            ys.append(float(y))
        shell = get_ipython()
        if shell is not None and not self._waiting:
            self._waiting = True
            shell.events.register("post_execute", self.draw)

    def draw(self) -> None:
        """Draw what was added."""
        shell = get_ipython()
        if shell is not None and self._waiting:
            self._waiting = False
            shell.events.unregister("post_execute", self.draw)
        figure, axes = plt.subplots(figsize=self._figsize)
        for place, (label, (xs, ys)) in enumerate(self._curves.items()):
            axes.plot(xs, ys, _FORMATS[place % len(_FORMATS)], label=label)
        set_axes(axes, **self._axis_options)
        if any(self._curves):
            axes.legend()
        plt.show()
        plt.close(figure)


def _as_curves(values: Any) -> list[Any]:
    """``values`` as a list of one or several sequences."""
    if getattr(values, "ndim", None) == 1:
        return [values]
    if isinstance(values, (list, tuple)) and values and not hasattr(values[0], "__len__"):
        return [values]
    return list(values)
