"""What the walls cost per submission: a student process started and ended, beside a bare fork of a process as warm.

``python benchmarks/confinement.py [--processes N] [--rounds R]`` takes turns between three warm processes: one that
only forks (the child ends at once), a zygote without the outer wall and, where bubblewrap works, one behind it. Each
student process gets its folder and its walls, loads nothing, and is ended; so the difference to the bare fork is what
isolation costs. Afterwards each part of the inner wall is timed by itself, in children that end at once.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from grader.model.assignment import Limits
from grader.sandbox import outer
from grader.sandbox.view import readable_paths
from grader.sandbox.zygote import Zygote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORKS = """
import gc, os, sys
from grader.worker import reaping, warm
from grader.worker.shell import make_shell
warm.warm(sys.argv[1:])
shell = make_shell()
gc.collect()
gc.freeze()
os.write(1, b"w")
while os.read(0, 1):
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)
    os.write(1, b"d")
"""

WALLS = """
import os, sys, tempfile, time
from pathlib import Path
from grader.wire.control import ProcessLimits
from grader.worker import confine, linux, reaping, warm
from grader.worker.shell import make_shell
warm.warm(sys.argv[2:])
shell = make_shell()
linux.adopt_orphans()
confine.settle()
materials = confine.gather(sys.argv[2:])
limits = ProcessLimits(cpu_seconds=300, memory_bytes=2**31, file_bytes=2**26, disk_bytes=2**28, disk_files=10_000,
                       open_files=256, threads=64, frame_bytes=2**26)
for _ in range(int(sys.argv[1])):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "work").mkdir()
        reader, writer = os.pipe()
        rules = materials.ruleset(folder)
        child_end = os.open(os.devnull, os.O_RDWR)
        if (child := os.fork()) == 0:
            surroundings = confine.Surroundings(zygote=os.getppid(), adopts_orphans=True, data=child_end, report=writer,
                                                rules=rules, program=materials.program, folder=folder, limits=limits)
            told = []
            for wall in confine.WALLS:
                start = time.perf_counter()
                wall(surroundings)
                told.append(f"{wall.__name__} {time.perf_counter() - start}")
            os.write(confine.REPORT_DESCRIPTOR, "\\n".join(told).encode())
            os._exit(0)
        os.waitpid(child, 0)
        for descriptor in (writer, rules, child_end):
            os.close(descriptor)
        print(os.read(reader, 4096).decode(), flush=True)
        os.close(reader)
"""


@dataclass(frozen=True)
class Contender:
    """A warm process, and how to have it fork once."""

    name: str
    pid: int
    """The top of its processes, as we know them."""
    fork_once: Callable[[], None]


def cpu_seconds(top: int) -> float:
    """What the processes from ``top`` downwards have used, those that have ended included."""
    first = psutil.Process(top)
    return sum(sum(process.cpu_times()[:4]) for process in (first, *first.children(recursive=True)))


@contextlib.contextmanager
def bare_fork() -> Iterator[Contender]:
    """The least: fork, end, wait."""
    with subprocess.Popen(
        [sys.executable, "-P", "-c", FORKS, *map(str, readable_paths())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        pipe_in, pipe_out = process.stdin, process.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        os.read(pipe_out.fileno(), 1)

        def fork_once() -> None:
            os.write(pipe_in.fileno(), b"f")
            os.read(pipe_out.fileno(), 1)

        yield Contender("bare fork", process.pid, fork_once)
        pipe_in.close()


@contextlib.contextmanager
def student_processes(name: str, path: str) -> Iterator[Contender]:
    """A zygote started with ``path`` as the search path for programs."""
    before, os.environ["PATH"] = os.environ["PATH"], path
    try:
        zygote = Zygote()
    finally:
        os.environ["PATH"] = before
    with zygote:
        guardian = zygote._guardian  # noqa: SLF001 - what is measured has no need to be public
        assert guardian is not None
        yield Contender(name, guardian.pid, lambda: _start_and_stop(zygote))


def _start_and_stop(zygote: Zygote) -> None:
    process = zygote.start_student(Limits())
    try:
        missing = [wall.id for wall in process.walls if not wall.stood and wall.id != "namespaces"]
        assert not missing, missing
    finally:
        process.stop()


def measure(contenders: list[Contender], *, processes: int, rounds: int) -> None:
    """Let them take turns and print the medians of the rounds, and their ratios to the first."""
    walls: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    cpus: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for contender in contenders:
        contender.fork_once()
    for _ in range(rounds):
        for contender in contenders:
            used, start = cpu_seconds(contender.pid), time.perf_counter()
            for _ in range(processes):
                contender.fork_once()
            walls[contender.name].append((time.perf_counter() - start) / processes * 1e3)
            cpus[contender.name].append((cpu_seconds(contender.pid) - used) / processes * 1e3)
    first = contenders[0].name
    print(f"{'one process, started and ended':<34} {'wall ms':>8} {'CPU ms':>8} {'wall, ratio':>12}")
    for name, times in walls.items():
        ratio = statistics.median(mine / bare for mine, bare in zip(times, walls[first], strict=True))
        print(f"{name:<34} {statistics.median(times):>8.2f} {statistics.median(cpus[name]):>8.2f} {ratio:>12.2f}")


def time_walls(processes: int) -> None:
    """Print what each wall takes by itself, in microseconds."""
    readable = [str(path) for path in readable_paths()]
    command = [sys.executable, "-P", "-c", WALLS, str(processes), *readable]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    times: dict[str, list[float]] = {}
    for line in filter(None, told):
        name, seconds = line.split()
        times.setdefault(name, []).append(float(seconds) * 1e6)
    print(f"\n{'the inner wall':<34} {'µs':>8}")
    for name, values in times.items():
        print(f"{name:<34} {statistics.median(values):>8.0f}")
    print(f"{'together':<34} {sum(statistics.median(values) for values in times.values()):>8.0f}")


def main() -> None:
    """Measure with and without the outer wall, as far as this machine has it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--processes", type=int, default=20, help="per turn")
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, Linux {os.uname().release}, Python {sys.version.split()[0]}")
    with contextlib.ExitStack() as stack, tempfile.TemporaryDirectory() as nothing:
        contenders = [stack.enter_context(bare_fork())]
        contenders.append(stack.enter_context(student_processes("inner wall", nothing)))
        if (refusal := outer.refusal()) is None:
            contenders.append(stack.enter_context(student_processes("inner and outer wall", os.environ["PATH"])))
        else:
            print(f"no outer wall: {refusal} ({shutil.which(outer.PROGRAM) or 'nothing on PATH'})")
        measure(contenders, processes=arguments.processes, rounds=arguments.rounds)
    time_walls(arguments.processes)


if __name__ == "__main__":
    main()
