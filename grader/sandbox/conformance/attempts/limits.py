"""The single home of the probes of the wall ``limits``: each takes more than a student process is given here."""

from __future__ import annotations

import mmap
import os
import resource
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import Refused, set_limit

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

MEMORY_BYTES = 64 * 1024**2
CPU_SECONDS = 1
FILE_BYTES = 2 * 1024**2
DISK_BYTES = 8 * 1024**2
DISK_FILES = 200
OPEN_FILES = 64
THREADS = 16

_TWICE = 2
_PAGE = 4096


def take_memory(here: Here) -> str:
    """Take more memory than is given.

    占用超过上限的内存。
    """
    del here
    return f"{len(bytearray(_TWICE * MEMORY_BYTES)) // 1024**2} MiB"


def take_shared_memory(here: Here) -> str:
    """Take more memory than is given, in a form that most limits do not count.

    以多数限制都不计入的方式占用超过上限的内存（共享映射）。
    """
    with mmap.mmap(-1, _TWICE * MEMORY_BYTES) as taken:
        for place in range(0, len(taken), _PAGE):
            taken[place] = 1
        time.sleep(here.hold_seconds)
        return f"{len(taken) // 1024**2} MiB"


def compute_for_ever(here: Here) -> str:
    """Use more processor time than is given.

    使用超过上限的处理器时间。
    """
    del here
    until = time.process_time() + CPU_SECONDS * 1.3
    while time.process_time() < until:
        pass
    return f"{CPU_SECONDS * 1.3} s"


def write_a_long_file(here: Here) -> str:
    """Write a file longer than allowed.

    写入超过大小上限的文件。
    """
    del here
    Path("long").write_bytes(bytes(_TWICE * FILE_BYTES))
    return f"{Path('long').stat().st_size // 1024**2} MiB"


def fill_the_disk(here: Here) -> str:
    """Write more to the disk than is given, in files of a legal size.

    用大小合规的文件占用超过上限的磁盘空间。
    """
    for number in range(_TWICE * DISK_BYTES // FILE_BYTES):
        Path(f"part{number}").write_bytes(bytes(FILE_BYTES))
    time.sleep(here.hold_seconds)
    return f"{_TWICE * DISK_BYTES // 1024**2} MiB"


def write_many_files(here: Here) -> str:
    """Make more files than allowed.

    创建超过数量上限的文件。
    """
    for number in range(_TWICE * DISK_FILES):
        Path(f"small{number}").write_bytes(b"")
    time.sleep(here.hold_seconds)
    return f"{_TWICE * DISK_FILES} files"


def open_many_files(here: Here) -> str:
    """Hold more files open than allowed.

    同时打开超过数量上限的文件。
    """
    del here
    found: list[int] = []
    try:
        while len(found) < _TWICE * OPEN_FILES:
            found.append(os.open(os.devnull, os.O_RDONLY))
    finally:
        for number in found:
            os.close(number)
    return f"{len(found)} open files"


def start_many_threads(here: Here) -> str:
    """Start more threads than allowed.

    启动超过数量上限的线程。
    """
    done = threading.Event()
    try:
        for _ in range(_TWICE * THREADS):
            threading.Thread(target=done.wait, daemon=True).start()
        time.sleep(here.hold_seconds)
    except RuntimeError as error:
        raise Refused(str(error)) from error
    finally:
        done.set()
    return f"{_TWICE * THREADS} threads"


def leave_a_core_file(here: Here) -> str:
    """Be allowed to leave its memory behind as a file when it crashes.

    获准在崩溃时把内存内容留成文件。
    """
    del here
    set_limit(resource.RLIMIT_CORE, 4096, 4096)
    return "core files are allowed"


def raise_a_limit(here: Here) -> str:
    """Raise its own limit of open files.

    提高自己打开文件数的上限。
    """
    del here
    wanted = _TWICE * OPEN_FILES
    set_limit(resource.RLIMIT_NOFILE, wanted, wanted)
    return f"{wanted} open files"
