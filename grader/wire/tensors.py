"""The single home of one tensor or array that both sides know: what they last agreed on, and what has changed since.

Changes are found by content, not by version counter: ``param.data -= …`` does not move the counter, and numpy has none.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import torch

from grader.wire import rawdata
from grader.wire.autograd import Link, arrive
from grader.wire.faults import ProtocolBroken
from grader.wire.frames import TensorUpdate
from grader.wire.undo import ArrayBefore, TensorBefore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from grader.wire.autograd import Backwards

_DIFFERENTIABLE = ("float", "bfloat", "complex")
_KNOWN_AS = "grader.wire"


class TensorState(msgspec.Struct, frozen=True):
    """What a tensor is to autograd, as the far side was told."""

    leaf: bool = True
    requires_grad: bool = False


class _Shared:
    """What tensors and arrays have in common.

    ``key`` is positive where the thing was made on this side. This side's own things are kept until the far side lets
    go of them. The far side's are kept only from frame to frame (`settle`): when nothing else holds one while a frame
    is made, that frame tells the far side.
    """

    def __init__(self, key: int, thing: Any, *, dtype: str, shape: tuple[int, ...], data: bytes) -> None:
        self.key = key
        self.thing: Any = thing
        self.dtype = dtype
        self.shape = shape
        self.data = data
        self._weak = weakref.ref(thing)
        self._resend = False

    @property
    def held_bytes(self) -> int:
        """What the agreed contents take in memory."""
        return len(self.data)

    @property
    def living(self) -> tuple[Any, ...]:
        """The objects of this side that stand for the thing."""
        return (self.thing,)

    def settle(self) -> bool:
        """Whether the program still uses the thing."""
        if self.key < 0:
            self.thing = None
            self.thing = self._weak()
        return self.thing is not None

    def resend(self) -> None:
        """The last change did not reach the far side: tell everything next time."""
        self._resend = True

    def check(self, update: TensorUpdate) -> None:
        """Raise `ProtocolBroken` unless ``update`` fits what is agreed."""
        if update.data is None and (update.dtype != self.dtype or tuple(update.shape) != self.shape):
            raise ProtocolBroken(f"tensor {self.key} changes its shape without contents")


class SharedArray(_Shared):
    """An array that both sides know."""

    def change(self) -> TensorUpdate | None:
        """What has changed since both sides agreed; they agree afterwards."""
        data = rawdata.array_bytes(self.thing)
        shape = tuple(rawdata.get_array_shape(self.thing))
        if data == self.data and shape == self.shape and not self._resend:
            return None
        self.data, self.shape, self._resend = data, shape, False
        return TensorUpdate(self.key, self.dtype, list(shape), data)

    def before(self) -> ArrayBefore:
        """What to put back when nobody shall see the far side's changes any more."""
        return ArrayBefore(self)

    def apply(self, update: TensorUpdate) -> None:
        """Take over what changed on the far side."""
        self.check(update)
        if update.data is None or update.dtype != self.dtype:
            raise ProtocolBroken(f"array {self.key} cannot change so")
        fresh = rawdata.make_array(update.dtype, update.shape, update.data)
        array: NDArray[Any] = self.thing
        if fresh.size != array.size or not array.flags.writeable:
            return  # numpy itself does not let an array that is looked at elsewhere change its size
        np.copyto(array, fresh.reshape(array.shape))
        self.data, self.shape = update.data, tuple(update.shape)


class SharedTensor(_Shared):
    """A tensor that both sides know. ``sources`` are what its graph begins with, as the far side was told."""

    def __init__(
        self, key: int, thing: torch.Tensor, *, dtype: str, shape: tuple[int, ...], data: bytes, grad: bytes | None
    ) -> None:
        super().__init__(key, thing, dtype=dtype, shape=shape, data=data)
        self.grad = grad
        self.sources: Sequence[SharedTensor] = ()
        self.told = _state_of(thing)
        self._links: list[weakref.ref[Link]] = []
        self._echo: torch.Tensor | None = None
        self._weak_echo: weakref.ref[torch.Tensor] | None = None

    @property
    def held_bytes(self) -> int:
        """What the agreed contents take in memory."""
        return len(self.data) + len(self.grad or b"")

    @property
    def living(self) -> tuple[Any, ...]:
        """The objects of this side that stand for the tensor."""
        return (self.thing, self._echo)

    def settle(self) -> bool:
        """Whether the program still uses the tensor, or a graph that it is part of."""
        self._echo = None
        self._echo = self._weak_echo() if self._weak_echo is not None else None
        if super().settle():
            return True
        self._links = [link for link in self._links if link() is not None]
        return bool(self._links)

    def join_graph(self, owner: Backwards, sources: Sequence[torch.Tensor]) -> torch.Tensor:
        """Make the tensor the output of a node that asks the far side for gradients."""
        link = Link(owner, self, sources)
        self._links.append(weakref.ref(link))
        self.thing = arrive(self.thing, link)
        self._weak = weakref.ref(self.thing)
        self.told = TensorState(leaf=False, requires_grad=True)
        self._note_graph()
        return self.thing  # type: ignore[no-any-return]

    def revive(self, owner: Backwards) -> torch.Tensor:
        """The tensor for the program that let go of it while a graph still held its node."""
        link = next(link for reference in self._links if (link := reference()) is not None)
        self.thing = rawdata.make_tensor(self.dtype, self.shape, self.data)
        return self.join_graph(owner, link.sources)

    def echo(self, owner: Backwards) -> torch.Tensor:
        """This side's own tensor as the far side hands it back to a function of this side.

        It shares the memory but not the graph: the gradient that arrives here must go through the far side's graph,
        of which the tensor has become a part there.
        """
        if self._echo is None:
            self._echo = arrive(self.thing.detach(), Link(owner, self, ()))
            self._weak_echo = weakref.ref(self._echo)
        return self._echo

    def new_graph(self) -> torch.Tensor | None:
        """The far side's tensor with the graph that it got here by a change in place; None where it got none."""
        if self.key > 0 or not has_graph(self.thing) or self._graph_is_known():
            return None
        self._note_graph()
        with torch.enable_grad():
            return self.thing.view_as(self.thing)  # type: ignore[no-any-return]

    def _graph_is_known(self) -> bool:
        return bool(rawdata.get_grad_fn(self.thing).metadata.get(_KNOWN_AS) == self.key)

    def _note_graph(self) -> None:
        # On the node itself: a reference to the node would keep the graph, and with it the tensor, for ever.
        rawdata.get_grad_fn(self.thing).metadata[_KNOWN_AS] = self.key

    def change(self) -> TensorUpdate | None:
        """What has changed since both sides agreed; they agree afterwards."""
        tensor: torch.Tensor = self.thing
        if not rawdata.is_plain(tensor):
            return None
        shape, dtype = tuple(rawdata.get_shape(tensor)), rawdata.dtype_name(tensor) or ""
        data = None
        if shape != self.shape or dtype != self.dtype or not rawdata.holds_bytes(tensor, self.data) or self._resend:
            self.data = data = rawdata.tensor_bytes(tensor)
            self.shape, self.dtype = shape, dtype
        grad = grad_bytes(tensor)
        state = _state_of(tensor)
        if data is None and grad == self.grad and state == self.told:
            return None
        update = TensorUpdate(
            self.key,
            dtype,
            list(shape),
            data=data,
            grad=grad if grad != self.grad or self._resend else None,
            grad_cleared=grad is None and (self.grad is not None or self._resend),
            requires_grad=state.requires_grad,
        )
        self.grad, self.told, self._resend = grad, state, False
        return update

    def before(self) -> TensorBefore:
        """What to put back when nobody shall see the far side's changes any more."""
        return TensorBefore(self)

    def apply(self, update: TensorUpdate, graph: torch.Tensor | None = None) -> None:
        """Take over what changed on the far side; the tensor stays the same object, perhaps with a new ``graph``."""
        self.check(update)
        fresh = None if update.data is None else rawdata.make_tensor(update.dtype, update.shape, update.data)
        grad = None if update.grad is None else rawdata.make_tensor(update.dtype, update.shape, update.grad)
        if update.requires_grad and not is_differentiable(update.dtype):
            raise ProtocolBroken(f"a tensor of {update.dtype} cannot require grad")
        if self.thing is not None:
            if graph is None or not _write_graph(self.thing, graph):
                _write(self.thing, fresh, grad, update)
            self.told = _state_of(self.thing)
        if update.data is not None:
            self.data, self.dtype, self.shape = update.data, update.dtype, tuple(update.shape)
        if grad is not None or update.grad_cleared:
            self.grad = update.grad


def is_differentiable(dtype: str) -> bool:
    """Whether a tensor of this dtype can require grad."""
    return dtype.startswith(_DIFFERENTIABLE)


def grad_bytes(tensor: torch.Tensor) -> bytes | None:
    """The gradient as it travels: in the tensor's own shape and dtype; None where there is none like that."""
    if not (rawdata.get_is_leaf(tensor) or rawdata.get_retains_grad(tensor)):
        return None
    grad = rawdata.get_grad(tensor)
    return None if grad is None else _bytes_like(grad, rawdata.get_shape(tensor), rawdata.get_dtype(tensor))


def gradient_bytes(gradient: torch.Tensor, shared: SharedTensor) -> bytes | None:
    """A gradient that arrived at a shared tensor, as it travels; None where its shape is not the tensor's."""
    return _bytes_like(gradient, shared.shape, rawdata.TORCH_DTYPES[shared.dtype])


def has_graph(tensor: torch.Tensor) -> bool:
    """Whether the tensor was computed from what requires grad."""
    return rawdata.get_requires_grad(tensor) and not rawdata.get_is_leaf(tensor)


def _bytes_like(gradient: torch.Tensor, shape: Sequence[int], dtype: torch.dtype) -> bytes | None:
    if rawdata.get_layout(gradient) is not torch.strided:
        gradient = gradient.to_dense()
    if tuple(rawdata.get_shape(gradient)) != tuple(shape) or not rawdata.is_plain(gradient):
        return None
    if rawdata.get_dtype(gradient) != dtype:
        gradient = gradient.to(dtype)
    return rawdata.tensor_bytes(gradient)


def _state_of(tensor: torch.Tensor) -> TensorState:
    return TensorState(leaf=rawdata.get_is_leaf(tensor), requires_grad=rawdata.get_requires_grad(tensor))


def _write(tensor: torch.Tensor, fresh: torch.Tensor | None, grad: torch.Tensor | None, update: TensorUpdate) -> None:
    leaf = rawdata.get_is_leaf(tensor)
    if leaf and not update.requires_grad and rawdata.get_requires_grad(tensor):
        rawdata.set_requires_grad(tensor, False)  # first: what comes may be of a dtype that cannot require grad
    if fresh is not None:
        _write_data(tensor, fresh)
    if update.grad_cleared:
        rawdata.set_grad(tensor, None)
    elif grad is not None and (leaf or rawdata.get_retains_grad(tensor)):
        _write_grad(tensor, grad)
    if leaf and update.requires_grad and not rawdata.get_requires_grad(tensor):
        rawdata.set_requires_grad(tensor, True)


def _write_graph(tensor: torch.Tensor, graph: torch.Tensor) -> bool:
    """Change the tensor in place as an operation that autograd follows; False where it may not be changed so.

    A view without a graph would give one to the tensor that it looks at, which nobody shared.
    """
    if rawdata.get_is_leaf(tensor) and rawdata.is_view(tensor):
        return False
    try:
        if rawdata.get_is_leaf(tensor):
            rawdata.set_requires_grad(tensor, False)
        with torch.enable_grad():
            tensor.copy_(graph)
    except RuntimeError:
        return False
    return True


def _write_data(tensor: torch.Tensor, fresh: torch.Tensor) -> None:
    # Through `.data`: a leaf that requires grad may not be written to otherwise, and the version counter must not
    # move where the far side's did not.
    same_form = rawdata.get_shape(tensor) == fresh.shape and rawdata.get_dtype(tensor) == fresh.dtype
    try:
        if same_form:
            rawdata.get_data(tensor).copy_(fresh)
            return
    except RuntimeError:
        pass  # an expanded tensor has one number in many places and cannot be written to
    rawdata.set_data(tensor, fresh)


def _write_grad(tensor: torch.Tensor, grad: torch.Tensor) -> None:
    there = rawdata.get_grad(tensor)
    if there is not None and there.layout is torch.strided and there.shape == grad.shape and there.dtype == grad.dtype:
        rawdata.get_data(there).copy_(grad)
    else:
        rawdata.set_grad(tensor, grad)
