"""The single home of a student process's life after it is confined: load the hand-in, answer the judge, end."""

from __future__ import annotations

import functools
import socket
from typing import Any

from grader.wire.channel import Channel
from grader.wire.frames import STUDENT_RECEIVES
from grader.wire.peer import Exports, Peer
from grader.worker.capture import drain_printed
from grader.worker.load import load_submission


def serve(*, data_descriptor: int, frame_bytes: int, shell: Any) -> None:
    """Answer the judge until it hangs up; ``shell`` is the one that the zygote has warmed."""
    channel = Channel(socket.socket(fileno=data_descriptor), receives=STUDENT_RECEIVES, max_frame_bytes=frame_bytes)
    peer = Peer(channel, exports=Exports.OPEN, drain_printed=drain_printed)
    peer.serve(functools.partial(load_submission, shell=shell))
