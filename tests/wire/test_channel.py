"""Bytes between two processes: limits on size, time, types and objects."""

from __future__ import annotations

import os
import socket
import struct
import threading
from typing import TYPE_CHECKING

import msgspec
import pytest

from grader.wire import frames
from grader.wire.channel import MAX_OBJECTS, Channel
from grader.wire.faults import ChannelClosed, ChannelTimeout, FrameTooLarge, ProtocolBroken

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT = 4 * 1024 * 1024


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, Channel]]:
    """Give a bare socket and the channel at its other end, which takes answers."""
    near, far = socket.socketpair()
    channel = Channel(near, receives=frames.Answer, max_frame_bytes=LIMIT)
    yield far, channel
    far.close()
    channel.close()


def _send_raw(far: socket.socket, body: bytes) -> None:
    """Send ``body`` as a frame from a thread, because it may not fit into the socket's buffer."""
    threading.Thread(target=far.sendall, args=(struct.pack(">I", len(body)) + body,), daemon=True).start()


def test_a_frame_arrives_as_it_was_sent(pair: tuple[socket.socket, Channel]) -> None:
    """What one end sends, the other receives, larger than a socket's buffer too."""
    far, channel = pair
    sender = Channel(far, receives=frames.Answer, max_frame_bytes=LIMIT)
    frame = frames.Reply(7, frames.BytesValue(bytes(2_000_000)))

    thread = threading.Thread(target=sender.send, args=(frame,))
    thread.start()
    received = channel.receive(seconds=20)
    thread.join()

    assert received == frame


def test_descriptors_travel_with_a_frame(pair: tuple[socket.socket, Channel]) -> None:
    """A descriptor sent with a frame is open on the other end."""
    far, channel = pair
    reading, writing = os.pipe()
    sender = Channel(far, receives=frames.Answer, max_frame_bytes=LIMIT)

    sender.send(frames.Absent(3), descriptors=[writing], seconds=5)
    delivery = channel.receive_with_descriptors(seconds=5)
    os.write(delivery.descriptors[0], b"through")

    assert delivery.frame == frames.Absent(3)
    assert os.read(reading, 7) == b"through"
    for descriptor in (reading, writing, *delivery.descriptors):
        os.close(descriptor)


def test_a_frame_of_another_type_breaks_the_protocol(pair: tuple[socket.socket, Channel]) -> None:
    """A request does not fit a channel that takes answers only."""
    far, channel = pair
    _send_raw(far, msgspec.msgpack.encode(frames.Get(1, "w")))

    with pytest.raises(ProtocolBroken, match="get"):
        channel.receive(seconds=5)


@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x91" * 5000, b"\xa4\xff\xff\xff\xff", os.urandom(64)])
def test_junk_breaks_the_protocol(pair: tuple[socket.socket, Channel], body: bytes) -> None:
    """What is no msgpack, or no frame, is refused as such."""
    far, channel = pair
    _send_raw(far, body)

    with pytest.raises(ProtocolBroken, match="does not fit its type"):
        channel.receive(seconds=5)


def test_a_value_nested_without_end_breaks_the_protocol(pair: tuple[socket.socket, Channel]) -> None:
    """Nesting that no stack can hold is refused, not followed."""
    far, channel = pair
    level = b"\x82\xa4type\xa4list\xa5items\x91"
    head = b"\x83\xa4type\xa5reply\xa2id\x01\xa5value"
    _send_raw(far, head + level * 50_000 + b"\xc0")

    with pytest.raises(ProtocolBroken):
        channel.receive(seconds=5)


def test_a_length_beyond_the_limit_is_refused_before_anything_is_read(pair: tuple[socket.socket, Channel]) -> None:
    """Four bytes that announce 4 GB take no memory."""
    far, channel = pair
    far.sendall(b"\xff\xff\xff\xff")

    with pytest.raises(ProtocolBroken, match="4294967295 bytes"):
        channel.receive(seconds=5)


def test_a_small_frame_cannot_stand_for_many_objects(pair: tuple[socket.socket, Channel]) -> None:
    """A million empty values in one megabyte are refused before they are made."""
    far, channel = pair
    count = MAX_OBJECTS * 3
    inner = b"\x82\xa4type\xa4list\xa5items\xdd" + struct.pack(">I", count) + b"\xc0" * count
    _send_raw(far, b"\x83\xa4type\xa5reply\xa2id\x01\xa5value" + inner)

    with pytest.raises(ProtocolBroken, match="objects"):
        channel.receive(seconds=5)


def test_a_large_tensor_is_few_objects(pair: tuple[socket.socket, Channel]) -> None:
    """Bytes are stepped over, whatever they look like."""
    far, channel = pair
    frame = frames.Reply(1, frames.TensorValue(1, "uint8", [3_000_000], b"\xdd" * 3_000_000))
    _send_raw(far, msgspec.msgpack.encode(frame))

    assert channel.receive(seconds=20) == frame


def test_silence_ends_at_the_limit(pair: tuple[socket.socket, Channel]) -> None:
    """A far side that sends nothing costs no more than the limit."""
    with pytest.raises(ChannelTimeout):
        pair[1].receive(seconds=0.05)


def test_trickling_bytes_do_not_renew_the_limit(pair: tuple[socket.socket, Channel]) -> None:
    """The limit is for the whole frame: a byte now and then does not stretch it."""
    far, channel = pair
    stop = threading.Event()

    def trickle() -> None:
        far.sendall(struct.pack(">I", 100_000))
        while not stop.wait(0.01):
            far.sendall(b"\xc0")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        with pytest.raises(ChannelTimeout):
            channel.receive(seconds=0.2)
    finally:
        stop.set()
        thread.join()


def test_a_far_side_that_does_not_read_cannot_block(pair: tuple[socket.socket, Channel]) -> None:
    """Sending more than the socket holds to somebody who does not read ends at the limit."""
    with pytest.raises(ChannelTimeout, match="did not read"):
        pair[1].send(frames.Reply(1, frames.BytesValue(bytes(3_000_000))), seconds=0.1)


def test_a_frame_too_large_to_send_leaves_the_channel_usable(pair: tuple[socket.socket, Channel]) -> None:
    """Nothing of a frame beyond the limit is sent."""
    far, channel = pair
    with pytest.raises(FrameTooLarge) as caught:
        channel.send(frames.Reply(1, frames.BytesValue(bytes(LIMIT))))
    channel.send(frames.Absent(2))

    assert caught.value.max_frame_bytes == LIMIT
    assert Channel(far, receives=frames.Answer, max_frame_bytes=LIMIT).receive(seconds=5) == frames.Absent(2)


@pytest.mark.parametrize("sent", [b"", b"\x00\x00", b"\x00\x00\x00\x09abc"])
def test_a_far_side_that_is_gone_is_named_so(pair: tuple[socket.socket, Channel], sent: bytes) -> None:
    """The end of the stream is ChannelClosed, also in the middle of a frame."""
    far, channel = pair
    far.sendall(sent)
    far.close()

    with pytest.raises(ChannelClosed):
        channel.receive(seconds=5)
    with pytest.raises(ChannelClosed):
        channel.send(frames.Absent(1), seconds=5)
