# ruff: noqa: ARG002, FBT001, FBT002, PLR0917  # the signatures are the book's; save_hyperparameters reads the arguments
"""The single home of the stand-ins' training framework: modules, data modules, trainers that share a board.

Only the skeleton: what a loss, an optimizer or a data set computes is the notebook's own business.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.utils import data

from grader.worker.standins.drawing import GrowingChart

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence


class Animator:
    """Curves that grow with each epoch."""

    def __init__(
        self,
        xlabel: str | None = None,
        ylabel: str | None = None,
        legend: Sequence[str] | None = None,
        xlim: Any = None,
        ylim: Any = None,
        xscale: str = "linear",
        yscale: str = "linear",
        fmts: Any = None,
        nrows: int = 1,
        ncols: int = 1,
        figsize: tuple[float, float] = (3.5, 2.5),
    ) -> None:
        self._legend = list(legend or ())
        self._chart = GrowingChart(
            figsize, xlabel=xlabel, ylabel=ylabel, xlim=xlim, ylim=ylim, xscale=xscale, yscale=yscale
        )

    def add(self, x: Any, y: Any) -> None:
        """Add one point to each curve; None leaves a curve as it is."""
        values = list(y) if hasattr(y, "__len__") else [y]
        places = list(x) if hasattr(x, "__len__") else [x] * len(values)
        for number, (place, value) in enumerate(zip(places, values, strict=False)):
            if place is not None and value is not None:
                label = self._legend[number] if number < len(self._legend) else str(number)
                self._chart.put(label, place, value)


def add_to_class(Class: type) -> Callable[[Any], None]:
    """Make the function that follows a method of ``Class``."""

    def wrapper(obj: Any) -> None:
        setattr(Class, obj.__name__, obj)

    return wrapper


class HyperParameters:
    """Keeps the arguments of ``__init__`` as attributes."""

    def save_hyperparameters(self, ignore: Collection[str] = ()) -> None:
        """Save the caller's arguments, except ``ignore`` and names with a leading underscore."""
        frame = inspect.currentframe()
        caller = frame.f_back if frame is not None else None
        arguments = dict(inspect.getargvalues(caller).locals) if caller is not None else {}
        left_out = {*ignore, "self"}
        self.hparams = {
            name: value for name, value in arguments.items() if name not in left_out and not name.startswith("_")
        }
        for name, value in self.hparams.items():
            setattr(self, name, value)


class ProgressBoard(HyperParameters):
    """Points that become curves when the cell ends."""

    def __init__(
        self,
        xlabel: str | None = None,
        ylabel: str | None = None,
        xlim: Any = None,
        ylim: Any = None,
        xscale: str = "linear",
        yscale: str = "linear",
        ls: Any = None,
        colors: Any = None,
        fig: Any = None,
        axes: Any = None,
        figsize: tuple[float, float] = (3.5, 2.5),
        display: bool = True,
    ) -> None:
        self.save_hyperparameters()
        self._chart: GrowingChart | None = None

    def draw(self, x: Any, y: Any, label: str, every_n: int = 1) -> None:
        """Add a point to the curve ``label``; with ``every_n``, points are averaged by so many."""
        if not getattr(self, "display", True):
            return
        if self._chart is None:
            options = {name: getattr(self, name) for name in ("xlabel", "ylabel", "xlim", "ylim", "xscale", "yscale")}
            self._chart = GrowingChart(self.figsize, **options)  # type: ignore[attr-defined]  # a hyperparameter
        waiting = self.__dict__.setdefault("_waiting", {}).setdefault(label, [])
        waiting.append((float(x), float(y)))
        if len(waiting) == every_n:
            xs, ys = zip(*waiting, strict=True)
            self._chart.put(label, sum(xs) / every_n, sum(ys) / every_n)
            waiting.clear()


class Module(nn.Module, HyperParameters):
    """A model with its loss, its optimizer and a board."""

    def __init__(self, plot_train_per_epoch: int = 2, plot_valid_per_epoch: int = 1) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.board = ProgressBoard()

    def loss(self, y_hat: Any, y: Any) -> Any:
        """To be written."""
        raise NotImplementedError

    def forward(self, X: Any) -> Any:
        """Apply ``net``."""
        net: Any = getattr(self, "net", None)
        if net is None:
            message = "Neural network is not defined"
            raise AttributeError(message)
        return net(X)

    def plot(self, key: str, value: Any, train: bool) -> None:
        """Put a value on the board, if a trainer says where."""
        trainer = getattr(self, "trainer", None)
        if trainer is None:
            return
        self.board.xlabel = "epoch"  # type: ignore[attr-defined]  # a hyperparameter
        if train:
            x = trainer.train_batch_idx / trainer.num_train_batches
            every = trainer.num_train_batches / self.plot_train_per_epoch
        else:
            x = trainer.epoch + 1
            every = trainer.num_val_batches / self.plot_valid_per_epoch
        number = float(torch.as_tensor(value).detach())
        self.board.draw(x, number, ("train_" if train else "val_") + key, every_n=max(int(every), 1))

    def training_step(self, batch: Any) -> Any:
        """The loss of one minibatch."""
        value = self.loss(self(*batch[:-1]), batch[-1])
        self.plot("loss", value, train=True)
        return value

    def validation_step(self, batch: Any) -> None:
        """Show the loss of one minibatch."""
        self.plot("loss", self.loss(self(*batch[:-1]), batch[-1]), train=False)

    def configure_optimizers(self) -> Any:
        """To be written."""
        raise NotImplementedError

    def apply_init(self, inputs: Any, init: Any = None) -> None:
        """Run once so that lazy layers get their shapes, then initialise."""
        self.forward(*inputs)
        if init is not None:
            super().apply(init)


class DataModule(HyperParameters):
    """A data set and its loaders."""

    def __init__(self, root: str = "../data", num_workers: int = 0) -> None:
        self.save_hyperparameters()

    def get_dataloader(self, train: bool) -> Any:
        """To be written."""
        raise NotImplementedError

    def train_dataloader(self) -> Any:
        """The training minibatches."""
        return self.get_dataloader(train=True)

    def val_dataloader(self) -> Any:
        """The validation minibatches."""
        return self.get_dataloader(train=False)

    def get_tensorloader(self, tensors: Any, train: bool, indices: slice = slice(0, None)) -> Any:
        """A loader over tensors."""
        chosen = tuple(tensor[indices] for tensor in tensors)
        return data.DataLoader(data.TensorDataset(*chosen), self.batch_size, shuffle=train)  # type: ignore[attr-defined]


class Trainer(HyperParameters):
    """Runs a model over the data for some epochs."""

    def __init__(self, max_epochs: int, num_gpus: int = 0, gradient_clip_val: float = 0) -> None:
        self.save_hyperparameters()
        self.gpus: list[torch.device] = []

    def prepare_data(self, data: Any) -> None:
        """Take the loaders."""
        self.train_dataloader = data.train_dataloader()
        self.val_dataloader = data.val_dataloader()
        self.num_train_batches = len(self.train_dataloader)
        self.num_val_batches = len(self.val_dataloader) if self.val_dataloader is not None else 0

    def prepare_model(self, model: Any) -> None:
        """Take the model."""
        model.trainer = self
        model.board.xlim = [0, self.max_epochs]  # type: ignore[attr-defined]  # a hyperparameter
        self.model = model

    def prepare_batch(self, batch: Any) -> Any:
        """Everything stays on the CPU."""
        return batch

    def fit(self, model: Any, data: Any) -> None:
        """Train."""
        self.prepare_data(data)
        self.prepare_model(model)
        self.optim = model.configure_optimizers()
        self.epoch = self.train_batch_idx = self.val_batch_idx = 0
        for epoch in range(self.max_epochs):  # type: ignore[attr-defined]  # a hyperparameter
            self.epoch = epoch
            self.fit_epoch()

    def fit_epoch(self) -> None:
        """One pass over the training data, one over the validation data."""
        self.model.train()
        for batch in _batches(self.train_dataloader):
            loss = self.model.training_step(self.prepare_batch(batch))
            self.optim.zero_grad()
            with torch.no_grad():
                loss.backward()
                self.optim.step()
            self.train_batch_idx += 1
        self.model.eval()
        for batch in _batches(self.val_dataloader):
            with torch.no_grad():
                self.model.validation_step(self.prepare_batch(batch))
            self.val_batch_idx += 1


def _batches(loader: Any) -> Iterator[Any]:
    """The minibatches of a loader that may be None."""
    return iter(loader if loader is not None else ())
