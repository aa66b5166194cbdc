"""The single home of what both sides know at one time: shared tensors and arrays, and handles to objects.

A thing keeps its number, and so its identity, until whoever received it lets go of it or the next case begins. Frames
strictly take turns, so what one side knows when it sends is what the other side knows when it reads.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import msgspec
import torch

from grader.wire import frames, names, rawdata
from grader.wire.autograd import find_sources
from grader.wire.faults import FrameTooLarge, ProtocolBroken
from grader.wire.proxies import RemoteObject
from grader.wire.tensors import SharedArray, SharedTensor, grad_bytes, has_graph, is_differentiable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from grader.wire.proxies import Far
    from grader.wire.undo import ArrayBefore, TensorBefore

MAX_HELD_FRAMES = 4
"""Shared contents may take as much memory as this many of the largest frames."""


class Shelf:
    """What this side and the far side both know.

    ``bounded`` makes it end in `ProtocolBroken` when the far side shares more than memory should be spent on, and
    undoes in `clear` what the far side did to things of this side;
    ``reveals`` whether handles tell the names and parameters of functions.
    """

    def __init__(
        self,
        far: Far,
        *,
        far_backward: Callable[[SharedTensor, torch.Tensor, Sequence[torch.Tensor]], list[torch.Tensor | None]],
        max_frame_bytes: int,
        bounded: bool,
        reveals: bool,
    ) -> None:
        self.far_backward = far_backward
        self.collected: dict[int, torch.Tensor | None] | None = None
        self.max_frame_bytes = max_frame_bytes
        self._far = far
        self._bounded = bounded
        self._reveals = reveals
        self._last_number = 0
        self._clear()

    def clear(self) -> None:
        """Forget everything; numbers go on, so that what is left over from an earlier case is recognised.

        Where nobody of this side may see what the far side did in an earlier case, it is undone first.
        """
        for before in reversed(self._before.values()):
            before.put_back()
        self._clear()

    def _clear(self) -> None:
        self._shared: dict[int, SharedTensor | SharedArray] = {}
        self._by_identity: dict[int, SharedTensor | SharedArray] = {}
        self._own: dict[int, object] = {}
        self._own_by_identity: dict[int, int] = {}
        self._remote: dict[int, weakref.ref[RemoteObject]] = {}
        self._unsent: list[int] = []
        self._before: dict[int, TensorBefore | ArrayBefore] = {}
        self._held_bytes = 0

    # -- what Backwards asks ------------------------------------------------------------------------------------------

    def is_shared(self, shared: SharedTensor) -> bool:
        """Whether both sides still know the tensor."""
        return self._shared.get(shared.key) is shared

    def find_tensor(self, tensor: torch.Tensor) -> SharedTensor | None:
        """What both sides know of ``tensor``, if they do."""
        shared = self._by_identity.get(id(tensor))
        return shared if isinstance(shared, SharedTensor) else None

    def shared_tensor(self, key: int) -> SharedTensor:
        """The shared tensor with that number; `ProtocolBroken` if there is none."""
        shared = self._shared.get(key)
        if not isinstance(shared, SharedTensor):
            raise ProtocolBroken(f"no shared tensor {key}")
        return shared

    # -- out ----------------------------------------------------------------------------------------------------------

    def mark(self) -> int:
        """A point that `undo_to` can return to."""
        return self._last_number

    def undo_to(self, mark: int) -> None:
        """Forget what got a number since ``mark``: the frame around it does not travel."""
        for key in [key for key in self._shared if key > mark]:
            self._drop(key)
        for number in [number for number in self._own if number > mark]:
            self._drop_own(number)
        self._index()

    def tensor_out(self, tensor: torch.Tensor) -> frames.TensorValue | frames.KnownTensor | None:
        """The tensor as it travels; None where it is no plain block of numbers."""
        known = self._by_identity.get(id(tensor))
        if known is not None:
            return frames.KnownTensor(known.key)
        if not rawdata.is_plain(tensor):
            return None
        if rawdata.byte_count(tensor) > self.max_frame_bytes:
            raise FrameTooLarge(rawdata.byte_count(tensor), self.max_frame_bytes)
        dtype, shape = rawdata.dtype_name(tensor) or "", tuple(rawdata.get_shape(tensor))
        shared = SharedTensor(
            self._number(), tensor, dtype=dtype, shape=shape, data=rawdata.tensor_bytes(tensor), grad=grad_bytes(tensor)
        )
        state = shared.told
        if state.requires_grad and not state.leaf:
            shared.sources = find_sources(tensor, self)
        self._add(shared)
        return frames.TensorValue(
            shared.key,
            dtype,
            list(shape),
            shared.data,
            requires_grad=state.requires_grad,
            leaf=state.leaf,
            parameter=state.leaf and issubclass(type(tensor), torch.nn.Parameter),
            grad=shared.grad if state.leaf else None,
            sources=[source.key for source in shared.sources],
        )

    def array_out(self, array: NDArray[Any]) -> frames.ArrayValue | frames.KnownTensor | None:
        """The array as it travels; None where it has no plain dtype."""
        known = self._by_identity.get(id(array))
        if known is not None:
            return frames.KnownTensor(known.key)
        dtype = rawdata.array_dtype_name(rawdata.dtype_of_array(array))
        shape = tuple(rawdata.get_array_shape(array))
        if dtype is None or len(shape) > rawdata.MAX_DIMENSIONS:
            return None
        data = rawdata.array_bytes(array)
        shared = SharedArray(self._number(), array, dtype=dtype, shape=shape, data=data)
        self._add(shared)
        return frames.ArrayValue(dtype, list(shape), data, id=shared.key, writable=rawdata.is_writable(array))

    def object_out(self, value: object) -> frames.Handle:
        """A handle to an object of this side."""
        number = self._own_by_identity.get(id(value))
        if number is None:
            number = self._number()
            self._own[number] = value
            self._own_by_identity[id(value)] = number
        can_call = callable(value)
        return frames.Handle(
            number,
            names.type_name_of(value),
            name=names.name_of(value) if self._reveals else "",
            callable=can_call,
            iterator=names.has_special(value, "__next__"),
            parameters=names.parameters_of(value) if can_call and self._reveals else None,
        )

    def remote_out(self, remote: RemoteObject) -> frames.OwnHandle:
        """The far side's own object, handed back."""
        handle = remote._wire_handle  # noqa: SLF001 - the proxy's other half
        if remote._wire_far is not self._far:  # noqa: SLF001 - as above
            raise ReferenceError(f"{remote!r} lives in another process")
        self.check_remote(handle.id)
        return frames.OwnHandle(handle.id)

    def check_remote(self, number: int) -> None:
        """Raise ReferenceError unless the far side still knows its object ``number``."""
        if number not in self._remote:
            raise ReferenceError("a remote object of an earlier case cannot be used any more")

    def take_changes(self) -> tuple[list[frames.TensorUpdate], list[int]]:
        """What changed here since the last frame, and what of the far side's nobody here uses any more."""
        updates = [update for shared in list(self._shared.values()) if (update := self._change(shared)) is not None]
        for key in [key for key, shared in self._shared.items() if not shared.settle()]:
            self._unsent.append(-key)
            self._drop(key)
        self._index()
        for number in [number for number, reference in self._remote.items() if reference() is None]:
            self._unsent.append(number)
            del self._remote[number]
        return updates, self._unsent

    def _change(self, shared: SharedTensor | SharedArray) -> frames.TensorUpdate | None:
        if shared.thing is None:
            return None
        before = shared.held_bytes
        update = shared.change()
        self._held_bytes += shared.held_bytes - before
        graph = shared.new_graph() if update is not None and isinstance(shared, SharedTensor) else None
        travelling = None if graph is None else self.tensor_out(graph)
        if update is None or not isinstance(travelling, frames.TensorValue):
            return update
        return msgspec.structs.replace(update, graph=travelling)

    def sent(self) -> None:
        """The frame with the last changes has gone out."""
        self._unsent = []

    def not_sent(self, updates: list[frames.TensorUpdate]) -> None:
        """The frame with these changes did not go out; tell them again."""
        for update in updates:
            shared = self._shared.get(update.id)
            if shared is not None:
                shared.resend()

    # -- in -----------------------------------------------------------------------------------------------------------

    def apply(self, updates: list[frames.TensorUpdate], released: list[int]) -> None:
        """Take over what changed on the far side, then let go of what it let go of."""
        for update in updates:
            shared = self._shared.get(-update.id)
            if shared is None:
                raise ProtocolBroken(f"no shared tensor {-update.id}")
            before = shared.held_bytes
            self._apply(shared, update)
            self._spend(shared.held_bytes - before)
        for number in released:
            if number in self._own:
                self._drop_own(number)
            elif number in self._shared and number > 0:
                self._drop(number)
            else:
                raise ProtocolBroken(f"nothing {number} to release")
        if released:
            self._index()

    def _apply(self, shared: SharedTensor | SharedArray, update: frames.TensorUpdate) -> None:
        if self._bounded and shared.key > 0 and id(shared.thing) not in self._before:
            self._spend(shared.held_bytes)
            self._before[id(shared.thing)] = shared.before()  # which holds the thing, so that the number stays its own
        if update.graph is None:
            shared.apply(update)
        elif isinstance(shared, SharedTensor) and shared.key > 0:
            shared.apply(update, self.tensor_in(update.graph))
        else:
            raise ProtocolBroken(f"tensor {shared.key} cannot get another graph")

    def tensor_in(self, value: frames.TensorValue) -> torch.Tensor:
        """A new shared tensor."""
        self._check_new(value.id)
        if value.requires_grad and not is_differentiable(value.dtype):
            raise ProtocolBroken(f"a tensor of {value.dtype[:40]} cannot require grad")
        if not value.leaf and (value.parameter or value.grad is not None or not value.requires_grad):
            raise ProtocolBroken("a tensor cannot be a leaf and none")
        tensor = rawdata.make_tensor(value.dtype, value.shape, value.data)
        grad = None if value.grad is None else rawdata.make_tensor(value.dtype, value.shape, value.grad)
        if value.parameter:
            tensor = torch.nn.Parameter(tensor, requires_grad=value.requires_grad)
        elif value.requires_grad and value.leaf:
            tensor.requires_grad_(True)
        if grad is not None:
            tensor.grad = grad
        shared = SharedTensor(
            -value.id, tensor, dtype=value.dtype, shape=tuple(value.shape), data=value.data, grad=value.grad
        )
        if value.requires_grad and not value.leaf:
            tensor = shared.join_graph(self, [self._source(key) for key in value.sources])
        self._add(shared)
        return tensor

    def array_in(self, value: frames.ArrayValue) -> NDArray[Any]:
        """A new shared array."""
        self._check_new(value.id)
        array = rawdata.make_array(value.dtype, value.shape, value.data)
        array.flags.writeable = value.writable
        self._add(SharedArray(-value.id, array, dtype=value.dtype, shape=tuple(value.shape), data=value.data))
        return array

    def known_in(self, value: frames.KnownTensor, *, echo: bool) -> object:
        """The tensor or array that both sides know.

        ``echo`` says that it comes as an argument: an own tensor with a graph then continues in the far side's graph.
        """
        shared = self._shared.get(-value.id)
        if shared is None:
            raise ProtocolBroken(f"no shared tensor {-value.id}")
        if isinstance(shared, SharedArray):
            return shared.thing
        if shared.thing is None:
            return self._revived(shared)
        if echo and shared.key > 0 and has_graph(shared.thing):
            echoed = shared.echo(self)
            self._by_identity[id(echoed)] = shared
            return echoed
        return shared.thing

    def object_in(self, value: frames.Handle) -> RemoteObject:
        """A proxy for the far side's object; the same one as long as it lives."""
        reference = self._remote.get(value.id)
        remote = None if reference is None else reference()
        if remote is None:
            if value.id <= 0:
                raise ProtocolBroken(f"no handle can be {value.id}")
            remote = RemoteObject(self._far, value)
            self._remote[value.id] = weakref.ref(remote)
        return remote

    def own_in(self, value: frames.OwnHandle) -> object:
        """This side's object that the far side hands back."""
        return self.own_object(value.id)

    def own_object(self, number: int) -> object:
        """This side's object with that number; `ProtocolBroken` if there is none."""
        if number not in self._own:
            raise ProtocolBroken(f"no object {number}")
        return self._own[number]

    # -- private ------------------------------------------------------------------------------------------------------

    def _number(self) -> int:
        self._last_number += 1
        return self._last_number

    def _check_new(self, number: int) -> None:
        if number <= 0 or -number in self._shared:
            raise ProtocolBroken(f"no new tensor can be {number}")

    def _source(self, key: int) -> torch.Tensor:
        shared = self.shared_tensor(-key)
        return self._revived(shared) if shared.thing is None else shared.thing

    def _revived(self, shared: SharedTensor) -> torch.Tensor:
        tensor = shared.revive(self)
        self._by_identity[id(tensor)] = shared
        return tensor

    def _add(self, shared: SharedTensor | SharedArray) -> None:
        self._spend(shared.held_bytes)
        self._shared[shared.key] = shared
        self._by_identity[id(shared.thing)] = shared

    def _spend(self, count: int) -> None:
        self._held_bytes += count
        if self._bounded and self._held_bytes > MAX_HELD_FRAMES * self.max_frame_bytes:
            raise ProtocolBroken(f"more than {MAX_HELD_FRAMES * self.max_frame_bytes} bytes are shared")

    def _drop(self, key: int) -> None:
        self._held_bytes -= self._shared.pop(key).held_bytes

    def _index(self) -> None:
        """Find things by identity only while they live: a new object may get a dead one's."""
        self._by_identity = {
            id(thing): shared for shared in self._shared.values() for thing in shared.living if thing is not None
        }

    def _drop_own(self, number: int) -> None:
        del self._own_by_identity[id(self._own.pop(number))]
