"""The single home of what the two sides ask of each other.

The same class runs on both sides. The judge's side asks and is strict in what it takes and in what it opens; the
student process serves, and asks when student code uses something of the judge's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import torch

from grader.wire import frames, rawdata
from grader.wire.autograd import run_backward
from grader.wire.conversation import END, Conversation, Parcel
from grader.wire.decoding import Decoder
from grader.wire.evidence import LoadReport
from grader.wire.exports import Exports
from grader.wire.faults import ChannelClosed, ProtocolBroken
from grader.wire.itinerary import Itinerary
from grader.wire.raising import describe_error
from grader.wire.seeding import seed_everything
from grader.wire.shelf import Shelf
from grader.wire.tensors import SharedTensor, gradient_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.wire.channel import Channel

    OnStatement = Callable[[int, int], None]
    LoadHandIn = Callable[[frames.Load, OnStatement], "Loading"]

__all__ = ["Exports", "Loading", "Peer"]


class Loading(msgspec.Struct, frozen=True):
    """What loading a hand-in gave: its namespace, which stays in the student process, and the report."""

    namespace: dict[str, Any]
    report: LoadReport


class Peer(Conversation):
    """One side of the border, to be used by one thread at a time.

    ``call_seconds`` limits each request; ``printed`` is what the far side printed since the case began; ``fault`` is
    set once the conversation is over, and every later request raises it again.
    """

    def __init__(self, channel: Channel, *, exports: Exports, drain_printed: Callable[[], str] | None = None) -> None:
        super().__init__(channel, exports=exports, drain_printed=drain_printed)
        self._namespace: dict[str, Any] = {}
        self._shelf = Shelf(
            self,
            far_backward=self._far_backward,
            max_frame_bytes=channel.max_frame_bytes,
            bounded=exports is Exports.STRICT,
            reveals=exports is Exports.OPEN,
        )

    # -- the judge's side ---------------------------------------------------------------------------------------------

    def load(self, request: frames.Load, *, seconds: float, on_statement: OnStatement) -> LoadReport:
        """Have a hand-in run; ``on_statement(cell, statement)`` is called before each statement.

        Raises:
            WireFault: if the process ended, took longer than ``seconds`` or broke the protocol, for instance by
                announcing statements that the hand-in cannot have: a flood of them would only cost time.
            RemoteRaised: if loading itself failed.
        """
        self._shelf.clear()
        itinerary = Itinerary(request.cells)
        with self._spending(seconds):
            number = next(self._numbers)
            self._transmit(msgspec.structs.replace(request, id=number))
            while isinstance(answer := self._receive(), frames.AtStatement):
                with self._strictly():
                    itinerary.go_on_to(answer)
                on_statement(answer.cell, answer.statement)
            if isinstance(answer, frames.Raised):
                self._take(number, answer)
            if not isinstance(answer, frames.Loaded) or answer.id != number:
                self._break(f"loading was answered with {type(answer).__name__}")
            return answer.report

    def begin_case(self, seed: int) -> None:
        """Seed both sides; forget every shared tensor and every proxy."""
        self._forget()
        self._ask(lambda number, _parcel: frames.BeginCase(number, seed))
        self.printed = ""
        seed_everything(seed)

    def get(self, name: str) -> Any:
        """What the hand-in defines as ``name``: a value, a tensor or a `RemoteObject`; `RemoteAbsent` if nothing."""
        return self._get(name, None)

    def end_case(self) -> None:
        """Forget what was shared, and undo what the far side did to it; `begin_case` does so by itself."""
        self._forget()

    def close(self) -> None:
        """Close the channel; the far side notices."""
        self._channel.close()

    # -- the student's side -------------------------------------------------------------------------------------------

    def serve(self, load: LoadHandIn) -> None:
        """Answer requests until the far side is gone; `ProtocolBroken` if it is not what it should be."""
        while True:
            try:
                request = self._receive()
                if isinstance(request, frames.Load):
                    self._load(request, load)
                elif isinstance(request, frames.BeginCase):
                    self._begin_case(request)
                elif isinstance(request, frames.Answer):
                    self._break(f"an answer {type(request).__name__} that nobody asked for")
                else:
                    self._answer(request)
            except ChannelClosed:
                return

    def _load(self, request: frames.Load, load: LoadHandIn) -> None:
        self._forget()
        try:
            loading = load(request, lambda cell, statement: self._transmit(frames.AtStatement(cell, statement)))
            self._namespace = loading.namespace
            self._transmit(frames.Loaded(request.id, loading.report))
        except self._exports.catches as raised:
            self._raise_fault()
            self._transmit(frames.Raised(request.id, describe_error(raised)))

    def _begin_case(self, request: frames.BeginCase) -> None:
        self._forget()
        self._drain_safely()
        seed_everything(request.seed)
        self._transmit(frames.Reply(request.id, None))

    def _forget(self) -> None:
        self._shelf.clear()
        self._last_raised = (self._last_raised[0], Exception())

    # -- what proxies ask (`proxies.Far`) -----------------------------------------------------------------------------

    def far_get(self, target: int, name: str) -> Any:
        """An attribute of a far object."""
        self._shelf.check_remote(target)
        return self._get(name, target)

    def far_call(self, target: int, method: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The result of calling a far object or one of its special methods."""
        self._shelf.check_remote(target)

        def build(number: int, parcel: Parcel) -> frames.Call:
            return frames.Call(
                number,
                target,
                [parcel.encode(argument) for argument in arguments],
                {name: parcel.encode(argument) for name, argument in keywords.items()},
                method=method,
                updates=parcel.updates,
                released=parcel.released,
                grad_enabled=torch.is_grad_enabled(),
            )

        return self._ask(build)

    def far_next(self, target: int) -> Any:
        """A far iterator's next item; StopIteration at its end."""
        self._shelf.check_remote(target)
        grad_enabled = torch.is_grad_enabled()
        item = self._ask(
            lambda number, parcel: frames.Next(number, target, parcel.updates, parcel.released, grad_enabled),
            iterates=True,
        )
        if item is END:
            raise StopIteration
        return item

    def _get(self, name: str, target: int | None) -> Any:
        grad_enabled = torch.is_grad_enabled()
        return self._ask(
            lambda number, parcel: frames.Get(number, name, target, parcel.updates, parcel.released, grad_enabled),
            absent=name,
        )

    def _far_backward(
        self, shared: SharedTensor, gradient: torch.Tensor, sources: Sequence[torch.Tensor]
    ) -> list[torch.Tensor | None]:
        data = gradient_bytes(gradient, shared)
        if data is None:
            raise RuntimeError(
                f"a gradient of shape {tuple(gradient.shape)} does not fit {shared.shape} on the far side"
            )
        answer = self._ask(
            lambda number, parcel: frames.Backward(number, [shared.key], [data], parcel.updates, parcel.released)
        )
        if not isinstance(answer, list) or len(answer) != len(sources):
            self._break(f"{len(sources)} gradients were asked for")
        with self._strictly():
            return [_gradient_in(data, source) for data, source in zip(answer, sources, strict=True)]

    # -- what the far side asks ---------------------------------------------------------------------------------------

    def _perform(self, request: Any) -> Any:
        """What the request asks for; the arguments live no longer than this call."""
        if isinstance(request, frames.Backward):
            return self._perform_backward(request)
        if isinstance(request, frames.Call):
            with self._strictly():
                decode = Decoder(self._shelf, echo=True).decode
                target = self._shelf.own_object(request.target)
                arguments = [decode(argument) for argument in request.arguments]
                keywords = {name: decode(argument) for name, argument in request.keywords.items()}
            with torch.set_grad_enabled(request.grad_enabled):
                return self._exports.call(target, request.method, arguments, keywords)
        if isinstance(request, frames.Get) and request.target is None:
            return self._named(request.name)
        with self._strictly():
            target = self._shelf.own_object(request.target)
        with torch.set_grad_enabled(request.grad_enabled):
            if isinstance(request, frames.Get):
                return self._exports.attribute(target, request.name)
            return self._exports.following(target)

    def _named(self, name: str) -> Any:
        if name not in self._namespace:
            raise AttributeError(name)
        return self._namespace[name]

    def _perform_backward(self, request: frames.Backward) -> list[bytes | None]:
        with self._strictly():
            if len(request.outputs) != 1 or len(request.gradients) != 1 or request.gradients[0] is None:
                raise ProtocolBroken("a backward pass goes through one tensor at a time")
            shared = self._shelf.shared_tensor(-request.outputs[0])
            gradient = rawdata.make_tensor(shared.dtype, shared.shape, request.gradients[0])
        if shared.thing is None:
            raise RuntimeError("the graph of this tensor is gone: it was let go of")
        gradients = run_backward(shared.thing, gradient, shared.sources, self._shelf)
        return [
            None if gradient is None else gradient_bytes(gradient, source)
            for gradient, source in zip(gradients, shared.sources, strict=True)
        ]


def _gradient_in(data: object, source: torch.Tensor) -> torch.Tensor | None:
    if data is None:
        return None
    if not isinstance(data, bytes):
        raise ProtocolBroken(f"a gradient cannot be {type(data).__name__}")
    return rawdata.make_tensor(rawdata.dtype_name(source) or "", source.shape, data)
