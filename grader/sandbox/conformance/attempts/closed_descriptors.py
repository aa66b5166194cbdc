"""The single home of the probes of the wall ``closed_descriptors``."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import Refused

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_MOST_DESCRIPTORS = 1024


def use_an_open_descriptor(here: Here) -> str:
    """Use a file or socket that the grader had open.

    使用评分程序打开的文件或套接字。
    """
    found = [number for number in range(here.descriptors, _MOST_DESCRIPTORS) if _is_open(number)]
    if not found:
        raise Refused("nothing else is open")
    return f"descriptors {found}"


def write_to_the_graders_output(here: Here) -> str:
    """Write to the output of the process that started it.

    向启动它的进程的输出写入内容。
    """
    del here
    null = Path(os.devnull).stat().st_rdev
    found = [number for number in (0, 1, 2) if _is_open(number) and not _is_device(number, null)]
    if not found:
        raise Refused("the standard streams lead nowhere")
    return f"streams {found}"


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _is_device(number: int, device: int) -> bool:
    status = os.fstat(number)
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == device
