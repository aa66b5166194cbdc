"""Tests of the zygote's watch, on small processes that use too much of one thing."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from grader.wire.control import Breach, Ended, ProcessLimits
from grader.worker.watch import DEEPEST_FOLDER, Watch

if TYPE_CHECKING:
    from pathlib import Path

KB, MB = 1024, 1024**2
LIMITS = ProcessLimits(
    cpu_seconds=20,
    memory_bytes=8 * MB,
    file_bytes=MB,
    disk_bytes=4 * MB,
    disk_files=50,
    open_files=0,
    threads=4,
    frame_bytes=0,
)
LOOKS = 10
EXIT_OF_A_THREAD = {"x86_64": 60, "aarch64": 93}

Start = Callable[[str], "Watched"]


class Watched:
    """A process that has run its source and waits, and its watch, which was there before."""

    def __init__(self, source: str, folder: Path, limits: ProcessLimits = LIMITS) -> None:
        before = "import os, sys, threading, time, mmap, ctypes\nsys.stdin.readline()\n"
        after = "\nprint('ready', flush=True)\nsys.stdin.readline()\n"
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", before + source + after],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folder,
            text=True,
        )
        self.pid = self._process.pid
        self.watch = Watch(self.pid, folder=str(folder), limits=limits)

    def begin(self) -> None:
        """Have it run its source."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def go(self) -> str:
        """Have it run its source; what it says then."""
        self.begin()
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def look_often(self) -> None:
        """As often as it takes to have looked at everything."""
        for _ in range(LOOKS):
            if not self.watch.is_over:
                self.watch.look()

    def end(self) -> Ended:
        """Stop it as the zygote does: one that has ended, or is about to, tells its own end."""
        killed = not self.watch.is_over
        if killed:
            self._process.kill()
        code = self._process.wait()
        ended = Ended(pid=self.pid, killed_by_us=True)
        if not killed:
            ended = Ended(pid=self.pid, exit_code=code) if code >= 0 else Ended(pid=self.pid, signal=-code)
        return self.watch.told(ended)

    def close(self) -> None:
        """Leave nothing behind."""
        self._process.kill()
        self._process.communicate()
        self.watch.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start processes in a folder of their own."""
    started: list[Watched] = []

    def start_one(source: str) -> Watched:
        started.append(Watched(source, tmp_path))
        return started[-1]

    yield start_one
    for process in started:
        process.close()


UNLINKED = """
kept = []
for n in range(5):
    kept.append(os.open('a', os.O_CREAT | os.O_WRONLY))
    os.unlink('a')
    os.write(kept[-1], bytes(2**20))
"""
UNLINKED_AND_MAPPED = """
map_file = ctypes.CDLL(None).mmap
map_file.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
for n in range(5):
    with open('a', 'w+b') as file:
        file.write(bytes(2**20))
        map_file(None, 4096, mmap.PROT_READ, mmap.MAP_PRIVATE, file.fileno(), 0)
        os.unlink('a')
"""
UNWRITABLE = """
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
for n in range(5):
    kept = libc.mmap(None, 8 * 2**20, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0)
    ctypes.memset(kept, 1, 8 * 2**20)
    libc.mprotect(kept, 8 * 2**20, mmap.PROT_READ)
"""
BREACHES = {
    "one large file": ("open('a', 'wb').write(bytes(5 * 2**20))", Breach.DISK),
    "many small files": ("for n in range(40): open(str(n), 'wb').write(bytes(2**17))", Breach.DISK),
    "folders": (
        "for n in range(6): os.makedirs(f'{n}/{n}'); open(f'{n}/{n}/a', 'wb').write(bytes(2**20))",
        Breach.DISK,
    ),
    "hidden": ("os.mkdir('a', 0o300); open('a/b', 'wb').write(bytes(5 * 2**20))", Breach.DISK),
    "files without a name": (UNLINKED, Breach.DISK),
    "mapped files without a name": (UNLINKED_AND_MAPPED, Breach.DISK),
    "empty files": ("for n in range(51): open(str(n), 'w').close()", Breach.FILES),
    "empty folders": ("for n in range(51): os.mkdir(str(n))", Breach.FILES),
    "links": ("for n in range(51): os.symlink('/', str(n))", Breach.FILES),
    "threads": (
        "for n in range(4): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        Breach.THREADS,
    ),
    "shared memory": ("kept = mmap.mmap(-1, 9 * 2**20); kept.write(bytes(9 * 2**20))", Breach.SHARED_MEMORY),
    "shared memory out of sight": (
        "kept = mmap.mmap(-1, 9 * 2**20); kept.write(bytes(9 * 2**20)); kept.madvise(mmap.MADV_DONTNEED)",
        Breach.SHARED_MEMORY,
    ),
    "memory made unwritable": (UNWRITABLE, Breach.SHARED_MEMORY),
    "both kinds of memory": (
        "kept = mmap.mmap(-1, 5 * 2**20); kept.write(b'x' * (5 * 2**20)); more = b'x' * (5 * 2**20)",
        Breach.SHARED_MEMORY,
    ),
}


@pytest.mark.parametrize(("source", "breach"), BREACHES.values(), ids=BREACHES.keys())
def test_a_process_over_a_limit_is_killed_for_it(start: Start, source: str, breach: Breach) -> None:
    """Whatever it uses too much of is named in how it ended."""
    process = start(source)
    assert process.go() == "ready\n"
    process.look_often()

    assert process.watch.is_over
    assert process.end() == Ended(pid=process.pid, killed_by_us=True, breach=breach)


def test_folders_beyond_the_deepest_are_a_breach(tmp_path: Path) -> None:
    """However many files it may have: each level costs the watch a descriptor."""
    limits = ProcessLimits(**dict.fromkeys(LIMITS.__struct_fields__, 0) | {"disk_files": 10_000})
    deep = Watched(f"for n in range({DEEPEST_FOLDER + 1}): os.mkdir('a'); os.chdir('a')", tmp_path, limits)
    deep.go()
    deep.look_often()

    assert deep.end().breach is Breach.FILES
    deep.close()


HARMLESS = {
    "sparse files": "for n in range(8): os.truncate(os.open(str(n), os.O_CREAT | os.O_RDWR), 2**20)",
    "hard links": "open('a', 'wb').write(bytes(3 * 2**20))\nfor n in range(9): os.link('a', str(n))",
    "links to large folders": "os.symlink(sys.base_prefix, 'a'); os.symlink('/', 'b')",
    "a little of everything": "os.makedirs('a/b'); open('a/b/c', 'wb').write(bytes(3 * 2**20))\n"
    "for n in range(3): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    "kept = mmap.mmap(-1, 4 * 2**20); kept.write(bytes(4 * 2**20))",
    "private memory, which the kernel bounds": "kept = b'x' * (16 * 2**20)",
    "an open file without a name that is mapped": "file = open('a', 'w+b'); file.write(bytes(2**20)); file.flush()\n"
    "maps = [mmap.mmap(file.fileno(), 4096) for _ in range(9)]; os.unlink('a')",
    "a pipe that nobody writes to": "os.mkfifo('a')",
}


@pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_process_within_its_limits_is_left_alone(start: Start, source: str) -> None:
    """What costs nothing is not counted, and nothing is counted twice."""
    process = start(source)
    process.go()
    process.look_often()

    assert not process.watch.is_over
    assert process.end() == Ended(pid=process.pid, killed_by_us=True)


def test_what_lies_in_the_folder_from_the_beginning_is_not_the_students(tmp_path: Path) -> None:
    """An assignment may ship more data than a student may write."""
    for number in range(60):
        (tmp_path / f"given-{number}").write_bytes(bytes(100 * KB))
    process = Watched("open('a', 'wb').write(bytes(3 * 2**20))", tmp_path)
    process.go()
    process.look_often()

    assert not process.watch.is_over
    process.close()


@pytest.mark.parametrize(("source", "exit_code", "number"), [("os._exit(7)", 7, None), ("os.abort()", None, 6)])
def test_an_end_of_its_own_stays_what_it_was(start: Start, source: str, exit_code: int, number: int) -> None:
    """Also where it was over a limit: the watch sees that it has ended, and stops looking."""
    process = start(f"open('a', 'wb').write(bytes(5 * 2**20)); {source}")
    process.go()
    process.look_often()

    assert process.watch.is_over
    assert process.end() == Ended(pid=process.pid, exit_code=exit_code, signal=number)


@pytest.mark.skipif(platform.machine() not in EXIT_OF_A_THREAD, reason="the number of exit(2) here is not known")
def test_a_process_without_its_main_thread_is_killed(start: Start) -> None:
    """It answers nobody, and what it holds could not be seen."""
    process = start(
        "threading.Thread(target=time.sleep, args=(60,)).start()\n"
        f"ctypes.CDLL(None).syscall({EXIT_OF_A_THREAD[platform.machine()]}, 0)"
    )
    process.begin()
    for _ in range(500):
        process.watch.look()
        if process.watch.is_over:
            break
        time.sleep(0.01)

    assert process.end() == Ended(pid=process.pid, killed_by_us=True)


def test_a_process_whose_threads_end_one_after_another_has_ended_by_itself(tmp_path: Path) -> None:
    """The kernel kills for processor time; its main thread may be gone while others still wait for theirs to end."""
    for _ in range(5):
        process = Watched(
            "import zlib\ndef busy():\n    while True: zlib.compress(bytes(10**6), 9)\n"
            "for _ in range(3): threading.Thread(target=busy, daemon=True).start()",
            tmp_path,
        )
        process.go()
        os.kill(process.pid, signal.SIGKILL)
        while not process.watch.is_over:
            process.watch.look()

        assert process.end() == Ended(pid=process.pid, signal=signal.SIGKILL)
        process.close()


def test_a_kill_that_came_too_late_is_no_breach(tmp_path: Path) -> None:
    """A process that had ended by itself tells its own end."""
    process = Watched("open('a', 'wb').write(bytes(5 * 2**20))", tmp_path)
    process.go()
    process.watch.look()

    for ended in (Ended(pid=1, exit_code=0), Ended(pid=1, signal=signal.SIGSEGV)):
        assert process.watch.told(ended) == ended
    process.close()


def test_memory_that_a_process_was_born_with_is_not_its_own(start: Start) -> None:
    """The warm libraries alone are larger than some limits: a crash would be taken for memory that ran out."""
    process = start("")
    process.go()

    own = process.watch.told(Ended(pid=process.pid, signal=signal.SIGSEGV, peak_memory_bytes=1024 * MB))

    assert 900 * MB < own.peak_memory_bytes < 1024 * MB
    assert process.end() == Ended(pid=process.pid, killed_by_us=True)
