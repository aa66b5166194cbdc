"""The single home of the orders to a zygote and of its answers, as strict msgspec structs; student code sees none."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Prepare(msgspec.Struct, frozen=True, kw_only=True, tag="prepare"):
    """The first frame to a zygote: what its student processes may see."""

    readable: list[str]
    """Files and folders that student code may read: interpreter, libraries, fonts, time zones; absolute real paths."""
    outside: dict[str, str] = {}
    """The trusted side's namespaces, as in ``/proc/self/ns``, where the zygote is to be in others; empty elsewhere."""


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag="ready"):
    """The zygote is warm."""

    pid: int
    """In its own namespace."""
    environment: dict[str, str]
    apart: bool = False
    """Whether it found itself in other namespaces than the trusted side, in every one that it was told of."""


class ProcessLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a student process is started with; zero means no limit."""

    cpu_seconds: int
    memory_bytes: int
    file_bytes: int
    disk_bytes: int
    disk_files: int
    open_files: int
    threads: int
    frame_bytes: int


class Start(msgspec.Struct, frozen=True, kw_only=True, tag="start"):
    """Fork a student process; its end of the data channel travels with this frame as a descriptor."""

    folder: str
    """The folder that is its own: `work` in it is where it starts."""
    limits: ProcessLimits


class WallReport(msgspec.Struct, frozen=True, kw_only=True):
    """Whether one wall stood, as the student process saw it before its first line of student code."""

    id: str
    stood: bool
    detail: str = ""


class Started(msgspec.Struct, frozen=True, kw_only=True, tag="started"):
    """The student process runs."""

    pid: int
    walls: list[WallReport] = []


class Stop(msgspec.Struct, frozen=True, kw_only=True, tag="stop"):
    """End the student process and everything it left behind."""

    pid: int


class Breach(StrEnum):
    """What the zygote's watch ends a student process for; the kernel has no limit for it that needs no privilege."""

    DISK = "disk"
    """Bytes in its folder."""
    FILES = "files"
    """Files and folders in its folder."""
    THREADS = "threads"
    SHARED_MEMORY = "shared_memory"


class Ended(msgspec.Struct, frozen=True, kw_only=True, tag="ended"):
    """How a student process ended; exactly one of ``exit_code`` and ``signal`` is set unless it had to be killed."""

    pid: int
    exit_code: int | None = None
    signal: int | None = None
    killed_by_us: bool = False
    peak_memory_bytes: int = 0
    """Beyond what it was born with: the zygote's libraries, which no limit counts."""
    cpu_seconds: float = 0.0
    breach: Breach | None = None
    """The limit that it was killed for by the zygote's watch."""


Control = Prepare | Ready | Start | Started | Stop | Ended
