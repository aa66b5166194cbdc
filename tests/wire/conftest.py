"""Far sides for the tests of the wire: a real socketpair, served by a thread or by a forked process."""

from __future__ import annotations

import os
import signal
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest
import torch

from grader.wire import frames
from grader.wire.channel import Channel
from grader.wire.evidence import LoadReport
from grader.wire.exports import Exports
from grader.wire.peer import Loading, Peer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_FRAME_BYTES = 1024 * 1024


def _judge_on(near: socket.socket) -> Peer:
    judge = Peer(Channel(near, receives=frames.JUDGE_RECEIVES, max_frame_bytes=MAX_FRAME_BYTES), exports=Exports.STRICT)
    judge.call_seconds = 20.0
    return judge


def _serve(far: socket.socket, source: str) -> None:
    namespace: dict[str, Any] = {"printed": []}
    exec(compile(source, "cell:0", "exec"), namespace)  # the hand-in of this test

    def drain() -> str:
        text = "".join(namespace["printed"])
        namespace["printed"].clear()
        return text

    def load(_request: frames.Load, on_statement: Callable[[int, int], None]) -> Loading:
        on_statement(0, 0)
        return Loading(namespace, LoadReport(cells=()))

    peer = Peer(
        Channel(far, receives=frames.STUDENT_RECEIVES, max_frame_bytes=MAX_FRAME_BYTES),
        exports=Exports.OPEN,
        drain_printed=drain,
    )
    try:
        peer.serve(load)
    finally:
        peer.close()


@pytest.fixture
def load_request() -> frames.Load:
    """A request to load nothing in particular."""
    cells = [frames.CellSource(index=0, source="pass")]
    return frames.Load(
        id=0, format="module", name="hand_in", cells=cells, names=[], load_seconds=5.0, output_bytes=1000
    )


@pytest.fixture
def open_far(load_request: frames.Load) -> Iterator[Callable[[str], Peer]]:
    """Give a judge's peer whose far side serves a hand-in from a thread; the first case has begun."""
    opened: list[tuple[Peer, threading.Thread]] = []

    def open_far(source: str) -> Peer:
        near, far = socket.socketpair()
        thread = threading.Thread(target=_serve, args=(far, source), daemon=True)
        thread.start()
        judge = _judge_on(near)
        opened.append((judge, thread))
        judge.load(load_request, seconds=20.0, on_statement=lambda _cell, _statement: None)
        judge.begin_case(1)
        return judge

    yield open_far
    for judge, thread in opened:
        judge.close()
        thread.join(timeout=20.0)
        assert not thread.is_alive(), "the far side did not notice that the judge is gone"


@pytest.fixture
def fork_far(load_request: frames.Load) -> Iterator[Callable[[str], Peer]]:
    """Give a judge's peer whose far side serves a hand-in from a process of its own."""
    opened: list[tuple[Peer, int]] = []

    def fork_far(source: str) -> Peer:
        near, far = socket.socketpair()
        child = os.fork()
        if not child:
            near.close()
            try:
                torch.set_num_threads(1)
                _serve(far, source)
            finally:
                os._exit(0)
        far.close()
        judge = _judge_on(near)
        opened.append((judge, child))
        judge.load(load_request, seconds=20.0, on_statement=lambda _cell, _statement: None)
        return judge

    yield fork_far
    for judge, child in opened:
        judge.close()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.fixture
def enemy() -> Iterator[tuple[Peer, Channel, Callable[[Callable[[], None]], None]]]:
    """Give a judge's peer, the far end of its channel, and a way to run what the enemy does there in a thread."""
    near, far = socket.socketpair()
    judge = _judge_on(near)
    channel = Channel(far, receives=frames.STUDENT_RECEIVES, max_frame_bytes=8 * MAX_FRAME_BYTES)
    threads: list[threading.Thread] = []

    def attack(action: Callable[[], None]) -> None:
        thread = threading.Thread(target=action, daemon=True)
        thread.start()
        threads.append(thread)

    yield judge, channel, attack
    judge.close()
    for thread in threads:
        thread.join(timeout=20.0)
        assert not thread.is_alive()
    channel.close()
