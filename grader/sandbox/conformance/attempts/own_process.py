"""The single home of the probes of the wall ``own_process``."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import Refused, call

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_GET_DEATH_SIGNAL = 2


def read_the_graders_environment(here: Here) -> str:
    """Find a variable of the grader's in the environment.

    在环境变量中找到评分程序的变量。
    """
    return here.quote("\n".join(os.environ.values()))


def stay_in_the_graders_session(here: Here) -> str:
    """Share the grader's session, and with it the terminal's signals.

    与评分程序处于同一会话，从而收到终端的信号。
    """
    del here
    if os.getsid(0) == os.getpid():
        raise Refused("it leads a session of its own")
    return f"session {os.getsid(0)}"


def outlive_the_grader(here: Here) -> str:
    """Go on when the process that started it is gone.

    在启动它的进程结束后继续运行。
    """
    del here
    number = ctypes.c_int(0)
    call("prctl", _GET_DEATH_SIGNAL, ctypes.addressof(number), 0, 0, 0)
    if number.value:
        raise Refused(f"the kernel will send it signal {number.value}")
    return "no signal would end it"
