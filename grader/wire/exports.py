"""The single home of what the far side may do with the objects of this side that it holds handles to.

A student process opens everything: it runs student code anyway. The judge opens as little as honest student code needs:
functions that were passed may be called, iterables that were passed may be walked, and modules and optimizers offer the
few attributes that training code uses. Nothing that begins with an underscore, nothing of a function: from
``f.__globals__`` it is one step to everything.
"""

from __future__ import annotations

import enum
import operator
from typing import TYPE_CHECKING, Any, Final

import torch

from grader.wire.names import has_special

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OPERATIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "__len__": len,
    "__getitem__": operator.getitem,
    "__setitem__": operator.setitem,
    "__contains__": operator.contains,
    "__iter__": iter,
    "__setattr__": setattr,
    "__enter__": lambda manager: manager.__enter__(),
    "__exit__": lambda manager, *error: manager.__exit__(*error),
}

_MODULE_ATTRIBUTES: Final = frozenset({
    "bias", "buffers", "children", "eval", "forward", "in_features", "modules", "named_children", "named_parameters",
    "out_features", "parameters", "requires_grad_", "state_dict", "train", "training", "weight", "zero_grad",
})  # fmt: skip
_OPTIMIZER_ATTRIBUTES: Final = frozenset({"step", "zero_grad"})
_WALKING: Final = frozenset({"__iter__", "__len__"})


class Exports(enum.Enum):
    """How open this side is."""

    OPEN = "open"
    STRICT = "strict"

    @property
    def catches(self) -> type[BaseException]:
        """What this side's code may raise without ending this side: a student's ``sys.exit()`` is a mere exception."""
        return BaseException if self is Exports.OPEN else Exception

    def attribute(self, owner: Any, name: str) -> Any:
        """The attribute; AttributeError where there is none, or none for the far side."""
        if self is Exports.OPEN or name in _open_attributes(owner):
            return getattr(owner, name)
        raise AttributeError(f"{name!r} is not open to the far side")

    def following(self, iterator: Any) -> Any:
        """The iterator's next item."""
        return next(iterator)

    def call(self, target: Any, method: str, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        """The result of calling ``target`` or its special method; TypeError where that is not open."""
        if not method:
            return target(*arguments, **keywords)
        operation = _OPERATIONS.get(method)
        if operation is None or not (self is Exports.OPEN or _is_open_operation(target, method)):
            raise TypeError(f"{method!r} is not open to the far side")
        return operation(target, *arguments, **keywords)


def _open_attributes(owner: Any) -> frozenset[str]:
    if isinstance(owner, torch.nn.Module):
        return _MODULE_ATTRIBUTES
    if isinstance(owner, torch.optim.Optimizer):
        return _OPTIMIZER_ATTRIBUTES
    return frozenset()


def _is_open_operation(target: Any, method: str) -> bool:
    if method == "__getitem__":
        return isinstance(target, torch.nn.Sequential | torch.nn.ModuleList | torch.utils.data.Dataset)
    return method in _WALKING and has_special(target, method)
