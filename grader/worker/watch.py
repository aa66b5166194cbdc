"""The single home of the zygote's watch over a student process: limits that the kernel keeps for nobody but root.

They are for what its folder holds, bytes and entries, for its threads and its shared memory. The zygote looks at short
intervals and kills the process once it is over a limit. Between two looks a little more can be used; how much is
bounded by how fast a process can write. What one look costs is bounded as well: it ends at the first limit passed, it
never follows a link nor opens a file, and after a costly look the next one waits longer.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.wire.control import Breach, Ended, ProcessLimits
from grader.worker import linux

if TYPE_CHECKING:
    from collections.abc import Iterator

PAUSE_SECONDS = 0.05
_REST = 10
"""After a look that took long the watch rests this many times as long."""
_LOOKS_UNTIL_MAPS = 10
"""Reading the maps of a process with torch costs more than all the rest; the usual process does not live to see it."""
DEEPEST_FOLDER = 100
"""Folders below folders hold a descriptor each while they are looked through; deeper ones count as too many files."""
_BLOCK_BYTES = 512
"""The unit of ``st_blocks``, whatever the file system's is."""
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_UNLINKED_MAP = re.compile(rb"^\S+ \S+ \S+ \S+ (\d+) +(/.+) \(deleted\)$", re.MULTILINE)
_SHARED_MAP = re.compile(rb"^(\w+)-(\w+) \S{3}s \S+ \S+ \d+ +/dev/zero \(deleted\)$", re.MULTILINE)
"""How the kernel names shared memory without a file."""
_STACK_BYTES = 16 * 1024**2
"""Of the main thread; the kernel's bound on private memory leaves it out."""
_STATUS_BYTES = 16 * 1024
_STATUS = re.compile(
    rb"^State:\t(\S)|^VmRSS:\s+(\d+) kB|^RssAnon:\s+(\d+) kB|^RssShmem:\s+(\d+) kB|^VmData:\s+(\d+) kB"
    rb"|^Threads:\t(\d+)",
    re.MULTILINE,
)
_DEAD = (b"Z", b"X")


class Watch:
    """Looks after one student process from before its first line of student code until it has been collected."""

    def __init__(self, pid: int, *, folder: str, limits: ProcessLimits) -> None:
        self._pid = pid
        self._limits = limits
        self._folder = folder
        self._root = os.open(folder, _FOLDER)
        born = _status_of(pid)
        self._inherited_bytes = born.resident_bytes if born is not None else 0
        self._inherited_private_bytes = born.private_bytes if born is not None else 0
        self._inherited_data_bytes = born.data_bytes if born is not None else 0
        self._looks = 0
        self._breach: Breach | None = None
        self._killed = False
        self.is_over = False
        """Whether there is nothing left to look at: it has ended, or has been killed."""
        self.pause_seconds = PAUSE_SECONDS
        """How long to wait until the next look."""
        given = _Usage(self._root, most_bytes=0, most_files=0)  # what the assignment put there is not the student's
        self._most_bytes = limits.disk_bytes and limits.disk_bytes + given.bytes
        self._most_files = limits.disk_files and limits.disk_files + given.files

    def look(self) -> None:
        """Kill the process if it is over a limit."""
        started = time.monotonic()
        self._looks += 1
        status = _status_of(self._pid)
        if status is None or (status.main_thread_ended and status.threads <= 1):
            self.is_over = True
        elif status.main_thread_ended:  # what is left answers nobody, and shows neither its memory nor its files
            if _goes_on(self._pid):
                self._kill(None)
        elif breach := self._breach_of(status):
            self._kill(breach)
        self.pause_seconds = max(PAUSE_SECONDS, _REST * (time.monotonic() - started))

    def told(self, ended: Ended) -> Ended:
        """How the process ended, with the limit that it was killed for, without the memory that it was born with."""
        own_bytes = max(0, ended.peak_memory_bytes - self._inherited_bytes)
        ended = msgspec.structs.replace(ended, peak_memory_bytes=own_bytes)
        if not self._killed or not (ended.killed_by_us or ended.signal == signal.SIGKILL):
            return ended
        return msgspec.structs.replace(ended, signal=None, killed_by_us=True, breach=self._breach)

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._root)

    def _breach_of(self, status: _Status) -> Breach | None:
        limits = self._limits
        if 0 < limits.threads < status.threads:
            return Breach.THREADS
        if 0 < limits.memory_bytes < self._own_bytes(status):
            return Breach.SHARED_MEMORY
        usage = _Usage(self._root, most_bytes=self._most_bytes, most_files=self._most_files)
        usage.add_unlinked(_held_open(self._pid))
        if self._looks % _LOOKS_UNTIL_MAPS == 0:
            maps = _maps_of(self._pid)
            if 0 < limits.memory_bytes < _shared_bytes(maps):
                return Breach.SHARED_MEMORY
            usage.add_unlinked(_held_by_maps(maps, self._folder, file_bytes=limits.file_bytes))
        return usage.breach

    def _own_bytes(self, status: _Status) -> int:
        """Memory that the process uses and the kernel does not bound.

        Private memory the kernel does bound, so that too much is an error and no end, but only while it can be written
        to: what was made unwritable again is seen here. What is shared comes on top of what is private.
        """
        if status.shared_bytes:
            return status.shared_bytes + max(0, status.private_bytes - self._inherited_private_bytes)
        return status.private_bytes - self._inherited_data_bytes - _STACK_BYTES

    def _kill(self, breach: Breach | None) -> None:
        os.kill(self._pid, signal.SIGKILL)  # nobody has waited for it, so the number is still its own
        self._breach = breach
        self._killed = self.is_over = True


class _Status(msgspec.Struct, frozen=True, kw_only=True):
    """What the kernel tells of a process."""

    main_thread_ended: bool
    resident_bytes: int
    private_bytes: int
    shared_bytes: int
    data_bytes: int
    """Mapped privately and writable, as RLIMIT_DATA counts it."""
    threads: int


class _Usage:
    """What a folder holds, counted until a limit is passed; zero means no limit."""

    def __init__(self, folder: int, *, most_bytes: int, most_files: int) -> None:
        self._most_bytes = most_bytes
        self._most_files = most_files
        self._seen: set[int] = set()  # inodes; overlays tell devices differently here and there
        self.bytes = 0
        self.files = 0
        self.breach: Breach | None = None
        self._add_folder(folder, depth=0)

    def add_unlinked(self, files: Iterator[_Unlinked]) -> None:
        """Count files that have no name any more, each once."""
        for file in files:
            if file.inode not in self._seen:
                self._seen.add(file.inode)
                self._add(file.bytes)

    def _add_folder(self, folder: int, *, depth: int) -> None:
        below: list[str] = []
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                self.files += 1
                self._count(entry, below)
                if self.breach:
                    return
        if below and depth == DEEPEST_FOLDER:
            self.breach = Breach.FILES
        for name in below:
            if self.breach:
                return
            with contextlib.suppress(OSError):  # moved away or removed in between; the next look finds it
                self._add_folder_named(name, folder, depth=depth + 1)

    def _add_folder_named(self, name: str, parent: int, *, depth: int) -> None:
        folder = _enter(name, parent)
        try:
            self._add_folder(folder, depth=depth)
        finally:
            os.close(folder)

    def _count(self, entry: os.DirEntry[str], below: list[str]) -> None:
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            return
        if stat.S_ISDIR(found.st_mode):
            below.append(entry.name)
        elif found.st_nlink > 1:  # its blocks count once, however many names it has
            if found.st_ino in self._seen:
                return
            self._seen.add(found.st_ino)
        self._add(found.st_blocks * _BLOCK_BYTES)

    def _add(self, size: int) -> None:
        self.bytes += size
        if 0 < self._most_files < self.files:
            self.breach = Breach.FILES
        elif 0 < self._most_bytes < self.bytes:
            self.breach = Breach.DISK


class _Unlinked(msgspec.Struct, frozen=True, kw_only=True):
    """A file without a name that a process still holds."""

    inode: int
    bytes: int


def _enter(name: str, parent: int) -> int:
    """Open a folder, also one that its owner may not list: the student process made it so."""
    try:
        return os.open(name, _FOLDER, dir_fd=parent)
    except PermissionError:
        handle = os.open(name, os.O_PATH | _FOLDER, dir_fd=parent)
        try:
            itself = Path(f"/proc/self/fd/{handle}")
            itself.chmod(stat.S_IRWXU)
            return os.open(itself, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        finally:
            os.close(handle)


def _held_open(pid: int) -> Iterator[_Unlinked]:
    """Regular files without a name that ``pid`` has open."""
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/fd") as entries:  # unless it is ending
        for entry in entries:
            with contextlib.suppress(OSError):  # closed in between
                found = entry.stat()
                if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                    yield _Unlinked(inode=found.st_ino, bytes=found.st_blocks * _BLOCK_BYTES)


def _maps_of(pid: int) -> bytes:
    """The kernel's table of what a process has mapped; empty for one that is ending."""
    try:
        return Path(f"/proc/{pid}/maps").read_bytes()
    except OSError:
        return b""


def _held_by_maps(maps: bytes, folder: str, *, file_bytes: int) -> Iterator[_Unlinked]:
    """Files of ``folder`` without a name that are mapped; each as large as a file may be.

    Their true size is told to root only, and a map of one page keeps the whole file on the disk.
    """
    for inode, path in _UNLINKED_MAP.findall(maps):
        if os.fsdecode(path).startswith(f"{folder}/"):
            yield _Unlinked(inode=int(inode), bytes=file_bytes)


def _shared_bytes(maps: bytes) -> int:
    """All shared memory that is mapped: what ``madvise`` takes out of a process's sight it holds nevertheless."""
    return sum(int(end, 16) - int(begin, 16) for begin, end in _SHARED_MAP.findall(maps))


def _goes_on(pid: int) -> bool:
    """Whether any thread lives on. Where all are about to end, something ended them that is to be told."""
    try:
        threads = [entry.name for entry in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return False
    return not all(linux.is_ending(int(thread)) for thread in threads)


def _status_of(pid: int) -> _Status | None:
    """The process's status; None where there is no such process."""
    try:
        descriptor = os.open(f"/proc/{pid}/status", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        text = os.read(descriptor, _STATUS_BYTES)
    except ProcessLookupError:
        return None
    finally:
        os.close(descriptor)
    state, *kilobytes, threads = (b"".join(column) for column in zip(*_STATUS.findall(text), strict=True))
    resident, private, shared, data = (int(size or 0) * 1024 for size in kilobytes)
    return _Status(
        main_thread_ended=state in _DEAD,
        resident_bytes=resident,
        private_bytes=private,
        shared_bytes=shared,
        data_bytes=data,
        threads=int(threads),
    )
