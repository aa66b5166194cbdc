"""The single home of bytes between two processes: length-prefixed msgpack frames over a connected socket.

What arrives is not trusted. A frame's length is checked before memory is taken for it, its count of objects before
they are made (a few bytes of msgpack can stand for many bytes of objects), and its types while they are made. No
call waits longer than its limit, however slowly the far side sends or reads.
"""

from __future__ import annotations

import array
import os
import socket
import time
from typing import TYPE_CHECKING, Any

import msgspec

from grader.wire.faults import ChannelClosed, ChannelTimeout, FrameTooLarge, ProtocolBroken
from grader.wire.frames import decoder_for

if TYPE_CHECKING:
    from collections.abc import Sequence

LENGTH_BYTES = 4
_CLOSE_ON_EXEC = getattr(socket, "MSG_CMSG_CLOEXEC", 0)
MAX_OBJECTS = 500_000
MAX_DESCRIPTORS = 8
SMALL_FRAME_BYTES = 1024 * 1024
"""Below this size the count of objects bounds itself."""


class Delivery(msgspec.Struct, frozen=True):
    """A frame with the descriptors that travelled with it; whoever receives it closes them."""

    frame: Any
    descriptors: tuple[int, ...]


class Channel:
    """One end of a connected AF_UNIX stream socket, which it owns.

    ``receives`` is the union of the frame types that may arrive; everything else is `ProtocolBroken`.
    """

    def __init__(self, sock: socket.socket, *, receives: Any, max_frame_bytes: int) -> None:
        self._sock = sock
        self._decoder = decoder_for(receives)
        self._encoder = msgspec.msgpack.Encoder()
        self.max_frame_bytes = max_frame_bytes

    def send(self, frame: msgspec.Struct, *, descriptors: Sequence[int] = (), seconds: float | None = None) -> None:
        """Send one frame.

        Raises:
            FrameTooLarge: before anything is sent.
            ChannelTimeout: if the far side does not read; the channel is of no use afterwards.
            ChannelClosed: if the far side is gone.
        """
        message = bytearray(LENGTH_BYTES)
        self._encoder.encode_into(frame, message, LENGTH_BYTES)
        length = len(message) - LENGTH_BYTES
        if length > self.max_frame_bytes:
            raise FrameTooLarge(length, self.max_frame_bytes)
        message[:LENGTH_BYTES] = length.to_bytes(LENGTH_BYTES, "big")
        deadline = None if seconds is None else time.monotonic() + seconds
        try:
            first = self._send_descriptors(message, descriptors, deadline) if descriptors else 0
            self._sock.settimeout(_remaining(deadline))
            self._sock.sendall(memoryview(message)[first:])
        except TimeoutError:
            raise ChannelTimeout(f"the far side did not read within {seconds} s") from None
        except OSError as error:
            raise ChannelClosed(f"the far side is gone ({error.strerror})") from None

    def receive(self, *, seconds: float | None = None) -> Any:
        """The next frame.

        Raises:
            ChannelTimeout: if it is not complete within ``seconds``.
            ChannelClosed: if the far side is gone.
            ProtocolBroken: if it is too large or does not fit its type.
        """
        deadline = None if seconds is None else time.monotonic() + seconds
        length = int.from_bytes(self._read_exactly(LENGTH_BYTES, deadline), "big")
        return self._read_frame(length, deadline)

    def receive_with_descriptors(self, *, seconds: float | None = None) -> Delivery:
        """The next frame and the descriptors that came with it; raises what `receive` raises."""
        deadline = None if seconds is None else time.monotonic() + seconds
        head, descriptors = self._read_head(deadline)
        try:
            head += self._read_exactly(LENGTH_BYTES - len(head), deadline)
            frame = self._read_frame(int.from_bytes(head, "big"), deadline)
        except BaseException:
            for descriptor in descriptors:
                os.close(descriptor)
            raise
        return Delivery(frame, descriptors)

    def fileno(self) -> int:
        """The socket's descriptor, to wait on."""
        return self._sock.fileno()

    def close(self) -> None:
        """Close this end; closing twice is fine."""
        self._sock.close()

    # -- private ------------------------------------------------------------------------------------------------------

    def _send_descriptors(self, message: bytearray, descriptors: Sequence[int], deadline: float | None) -> int:
        rights = array.array("i", descriptors)
        self._sock.settimeout(_remaining(deadline))
        return self._sock.sendmsg([message], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])

    def _read_head(self, deadline: float | None) -> tuple[bytes, tuple[int, ...]]:
        """The first bytes of a frame's length, and the descriptors that are attached to them."""
        rights = array.array("i")
        try:
            self._sock.settimeout(_remaining(deadline))
            head, ancillary, flags, _ = self._sock.recvmsg(
                LENGTH_BYTES, socket.CMSG_SPACE(MAX_DESCRIPTORS * rights.itemsize), _CLOSE_ON_EXEC
            )
        except TimeoutError:
            raise ChannelTimeout("no frame arrived in time") from None
        except OSError as error:
            raise ChannelClosed(f"the far side is gone ({error.strerror})") from None
        for level, kind, data in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                rights.frombytes(data[: len(data) - len(data) % rights.itemsize])
        if not head or flags & socket.MSG_CTRUNC:
            for descriptor in rights:
                os.close(descriptor)
            if head:
                raise ProtocolBroken(f"more than {MAX_DESCRIPTORS} descriptors in one frame")
            raise ChannelClosed("the far side is gone")
        return head, tuple(rights)

    def _read_frame(self, length: int, deadline: float | None) -> Any:
        if length > self.max_frame_bytes:
            raise ProtocolBroken(f"a frame of {length} bytes is announced; at most {self.max_frame_bytes} are allowed")
        body = self._read_exactly(length, deadline)
        if length > SMALL_FRAME_BYTES and not _has_few_objects(body):
            raise ProtocolBroken(f"a frame holds more than {MAX_OBJECTS} objects")
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise ProtocolBroken(f"a frame does not fit its type: {error}") from None

    def _read_exactly(self, count: int, deadline: float | None) -> bytearray:
        body = bytearray(count)
        view = memoryview(body)
        filled = 0
        while filled < count:
            try:
                self._sock.settimeout(_remaining(deadline))
                received = self._sock.recv_into(view[filled:])
            except TimeoutError:
                raise ChannelTimeout("no whole frame arrived in time") from None
            except OSError as error:
                raise ChannelClosed(f"the far side is gone ({error.strerror})") from None
            if not received:
                raise ChannelClosed("the far side is gone")
            filled += received
        return body


def _remaining(deadline: float | None) -> float | None:
    """Seconds left; never zero, which would mean "do not wait at all" to a socket."""
    if deadline is None:
        return None
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise TimeoutError
    return remaining


# -- counting objects -------------------------------------------------------------------------------------------------
# Source: the msgpack specification, https://github.com/msgpack/msgpack/blob/master/spec.md, "Formats".

_FIXED_BYTES = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8,
                0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17}  # fmt: skip
_SIZED = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4}
_SIZED_EXTENSIONS = {0xC7: 1, 0xC8: 2, 0xC9: 4}
_COUNTED = {0xDC: (2, 1), 0xDD: (4, 1), 0xDE: (2, 2), 0xDF: (4, 2)}


def _has_few_objects(body: bytearray) -> bool:
    """Whether ``body`` announces at most `MAX_OBJECTS` objects; payloads are stepped over, not read."""
    position, objects, promised = 0, 0, 1
    while position < len(body):
        objects += 1
        if promised > MAX_OBJECTS or objects > MAX_OBJECTS:
            return False
        step, more = _step(body, position)
        position += step
        promised += more
    return True


def _step(body: bytearray, position: int) -> tuple[int, int]:
    """The length of the object head (and payload) at ``position``, and how many objects it promises inside."""
    code = body[position]
    if 0xA0 <= code <= 0xBF:  # noqa: PLR2004 - fixstr
        return 1 + (code & 0x1F), 0
    if 0x80 <= code <= 0x9F:  # noqa: PLR2004 - fixmap, fixarray
        return 1, (code & 0x0F) * (2 if code < 0x90 else 1)  # noqa: PLR2004
    if code in _COUNTED:
        width, factor = _COUNTED[code]
        return 1 + width, factor * _number(body, position + 1, width)
    if code in _SIZED:
        width = _SIZED[code]
        return 1 + width + _number(body, position + 1, width), 0
    if code in _SIZED_EXTENSIONS:
        width = _SIZED_EXTENSIONS[code]
        return 2 + width + _number(body, position + 1, width), 0
    return 1 + _FIXED_BYTES.get(code, 0), 0


def _number(body: bytearray, position: int, width: int) -> int:
    return int.from_bytes(body[position : position + width], "big")
