"""The single home of turns: one request at a time, answered, with callbacks in between.

While a side waits for its answer it answers what the far side asks, so calls nest; an answer always belongs to the
innermost open request, and anything else breaks the protocol. Nothing here knows what a request means.
"""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

import torch

from grader.wire import frames
from grader.wire.allowance import Allowance
from grader.wire.decoding import Decoder
from grader.wire.faults import ChannelClosed, FrameTooLarge, ProtocolBroken, RemoteAbsent, WireFault
from grader.wire.names import clean_text
from grader.wire.raising import MAX_PRINTED_CHARACTERS, describe_error, exception_from, passed_through
from grader.wire.values import Encoder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import msgspec

    from grader.wire.channel import Channel
    from grader.wire.exports import Exports
    from grader.wire.shelf import Shelf

MAX_NESTING = 32
END: Final = object()
"""The answer of an iterator that has no more items."""

_Asking = frames.Get | frames.Call | frames.Next | frames.Backward
_ASKING: Final = (frames.Get, frames.Call, frames.Next, frames.Backward)

# A student's tensor subclass must not run while it is read.
_NoTorchFunction: Any = torch._C.DisableTorchFunction  # noqa: SLF001
_NoTorchDispatch: Any = torch._C._DisableTorchDispatch  # noqa: SLF001


class Parcel:
    """What a frame carries beside its own purpose, and the way to put values into it."""

    def __init__(self, encoder: Encoder, updates: list[frames.TensorUpdate], released: list[int]) -> None:
        self.encode = encoder.encode
        self.updates = updates
        self.released = released


class Conversation:
    """The turns of one side. Subclasses say what requests mean (`_perform`) and make requests (`_ask`)."""

    _shelf: Shelf

    def __init__(self, channel: Channel, *, exports: Exports, drain_printed: Callable[[], str] | None = None) -> None:
        self.call_seconds: float | None = None
        self.printed = ""
        self.fault: WireFault | None = None
        self._channel = channel
        self._exports = exports
        self._drain = drain_printed or (lambda: "")
        self._numbers = itertools.count(1)
        self._allowance: Allowance | None = None
        self._nesting = 0
        self._last_raised: tuple[int, BaseException] = (0, Exception())
        self._lock = threading.RLock()  # student code may have threads; their callbacks must queue

    # -- asking -------------------------------------------------------------------------------------------------------

    def _ask(self, build: Callable[[int, Parcel], msgspec.Struct], *, absent: str = "", iterates: bool = False) -> Any:
        """The far side's answer: a value, or `END`.

        Raises:
            WireFault: if the conversation is over.
            RemoteRaised: if the far side's code raised.
            RemoteAbsent: if it has no ``absent``.
        """
        with self._lock, self._spending(self.call_seconds):
            number = next(self._numbers)
            self._post(lambda parcel: build(number, parcel))
            answer = self._take(number, self._await_answer(), absent=absent)
        if answer is END and not iterates:
            self._break("the end of an iteration that nobody asked about")
        return answer

    @contextmanager
    def _spending(self, seconds: float | None) -> Iterator[None]:
        """An outermost request gets an allowance; what happens inside it shares that."""
        if self._allowance is not None:
            yield
            return
        self._allowance = Allowance(seconds)
        try:
            yield
        finally:
            self._allowance = None

    def _await_answer(self) -> Any:
        try:
            while isinstance(frame := self._receive(), _ASKING):
                self._answer(frame)
        except BaseException:
            # Whatever interrupts here leaves an answer on its way that nobody will wait for.
            self.fault = self.fault or ChannelClosed("the conversation was interrupted")
            raise
        return frame

    def _take(self, number: int, answer: Any, *, absent: str = "") -> Any:
        if isinstance(answer, frames.Loaded | frames.AtStatement) or answer.id != number:
            self._break(f"an answer {type(answer).__name__} that nobody asked for")
        if isinstance(answer, frames.Absent):
            if not absent:
                self._break("an answer Absent that nobody asked for")
            raise RemoteAbsent(absent)
        with self._strictly():
            self._shelf.apply(answer.updates, answer.released)
            if isinstance(answer, frames.Reply):
                self._note_printed(answer.printed)
                return Decoder(self._shelf, echo=False).decode(answer.value)
        if answer.stop:
            return END
        self._note_printed(answer.error.printed)
        own_number, own = self._last_raised
        if answer.echo and answer.echo == own_number:
            raise own
        raise exception_from(answer.error, number=answer.number)

    def _note_printed(self, printed: str) -> None:
        if printed and len(self.printed) < MAX_PRINTED_CHARACTERS:
            self.printed = clean_text(self.printed + printed, MAX_PRINTED_CHARACTERS)

    # -- answering ----------------------------------------------------------------------------------------------------

    def _perform(self, request: Any) -> Any:
        """What the request asks for."""
        raise NotImplementedError

    def _answer(self, request: _Asking) -> None:
        with self._strictly():
            if self._allowance is not None:
                self._allowance.count_callback()
            self._shelf.apply(request.updates, request.released)
        self._nesting += 1
        try:
            self._answer_with(request, self._performed(request))
        except self._exports.catches as raised:
            self._raise_fault()
            self._answer_raised(request, raised)
        finally:
            self._nesting -= 1

    def _performed(self, request: _Asking) -> Any:
        if self._nesting > MAX_NESTING:
            raise RecursionError(f"calls across the border are nested deeper than {MAX_NESTING}")
        return self._perform(request)

    def _answer_with(self, request: _Asking, value: Any) -> None:
        printed = clean_text(self._drain(), MAX_PRINTED_CHARACTERS)
        self._post(
            lambda parcel: frames.Reply(request.id, parcel.encode(value), parcel.updates, parcel.released, printed)
        )

    def _answer_raised(self, request: _Asking, raised: BaseException) -> None:
        if isinstance(request, frames.Get) and _is_absence(raised):
            self._transmit(frames.Absent(request.id))
            return
        stop = isinstance(request, frames.Next) and issubclass(type(raised), StopIteration)
        error = describe_error(raised, printed=self._drain_safely())
        echo = raised.number if passed_through(raised) else 0
        number = 0
        if self._allowance is not None:  # the far side is inside a request of ours and may pass this on
            number = self._last_raised[0] + 1
            self._last_raised = (number, raised)
        try:
            self._post(
                lambda parcel: frames.Raised(request.id, error, stop, number, echo, parcel.updates, parcel.released)
            )
        except FrameTooLarge:  # because of the changes; without them the far side at least learns of the error
            self._transmit(frames.Raised(request.id, error, stop, number, echo))

    def _drain_safely(self) -> str:
        try:
            return self._drain()
        except self._exports.catches:
            return ""

    # -- frames -------------------------------------------------------------------------------------------------------

    def _post(self, build: Callable[[Parcel], msgspec.Struct]) -> None:
        """Send a frame with everything that changed; if it does not go out, nothing of it counts as told."""
        mark = self._shelf.mark()
        with _NoTorchFunction(), _NoTorchDispatch():
            updates, released = self._shelf.take_changes()
            try:
                encoder = Encoder(self._shelf, max_bytes=self._channel.max_frame_bytes)
                self._transmit(build(Parcel(encoder, updates, released)))
            except BaseException:
                self._shelf.undo_to(mark)
                self._shelf.not_sent(updates)
                raise
        self._shelf.sent()

    def _transmit(self, frame: msgspec.Struct) -> None:
        self._charge(lambda seconds: self._channel.send(frame, seconds=seconds))

    def _receive(self) -> Any:
        return self._charge(lambda seconds: self._channel.receive(seconds=seconds))

    def _charge(self, wait: Callable[[float | None], Any]) -> Any:
        """Charge the time of waiting for the far side; a fault of the channel ends the conversation."""
        self._raise_fault()
        allowance = self._allowance
        try:
            if allowance is None:
                return wait(None)
            started = time.monotonic()
            try:
                return wait(allowance.seconds_left)
            finally:
                allowance.waited(time.monotonic() - started)
        except WireFault as fault:
            self.fault = fault
            raise

    @contextmanager
    def _strictly(self) -> Iterator[None]:
        """What does not fit, in whatever way that shows, ends the conversation."""
        try:
            with _NoTorchFunction():
                yield
        except ProtocolBroken as fault:
            self.fault = fault
            raise
        except Exception as error:  # noqa: BLE001 - border: the far side chose every byte that led here
            self._break(f"a frame cannot be understood: {type(error).__name__}: {clean_text(str(error), 200)}")

    def _break(self, reason: str) -> NoReturn:
        self.fault = ProtocolBroken(reason)
        raise self.fault

    def _raise_fault(self) -> None:
        if self.fault is not None:
            raise type(self.fault)(str(self.fault))


def _is_absence(raised: BaseException) -> bool:
    """Whether the attribute itself is missing, and not something inside a property of the hand-in."""
    return issubclass(type(raised), AttributeError) and not describe_error(raised).frames
