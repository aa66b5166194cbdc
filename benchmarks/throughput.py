"""CPU and wall time per submission, side by side with the unconfined limit, in one run.

``python benchmarks/throughput.py [--students N] [--rounds R]`` grades generated classes of N and of 3N students with
``grader grade`` and with ``benchmarks/limit.py``, in turn, R times. A figure is the difference between the large and
the small class divided by 2N, so start-up (importing torch, collecting the suite, warming) is not in it; CPU time is
what the operating system charged to the command and all its descendants. The ratio is the median of the rounds'
ratios: the machine is noisy, and both sides of a ratio ran within seconds of each other.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from classes import write_class

COURSE = Path(__file__).resolve().parent.parent
ASSIGNMENT = "linear_regression"


@dataclass(frozen=True)
class Cost:
    """What one command cost."""

    cpu_seconds: float
    wall_seconds: float

    def per_submission(self, smaller: Cost, students: int) -> Cost:
        """The marginal cost of each of ``students`` further submissions."""
        return Cost(
            (self.cpu_seconds - smaller.cpu_seconds) / students, (self.wall_seconds - smaller.wall_seconds) / students
        )


def run(command: list[str]) -> Cost:
    """Run ``command`` to its end and say what it and its descendants cost."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    # Without bubblewrap: the kernel ends what is behind the outer wall, and then charges its CPU time to nobody.
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PATH": "/nonexistent"}
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=COURSE, env=environment)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def marginal(command: list[str], small: Path, large: Path, further: int, *, by_file: bool) -> Cost:
    """The cost of each further submission of the large class."""
    costs = [run([*command, *(sorted(map(str, c.iterdir())) if by_file else [str(c)])]) for c in (small, large)]
    return costs[1].per_submission(costs[0], further)


def measure(scratch: Path, *, students: int, rounds: int, trains: bool) -> None:
    """Print one row per round and the medians for one kind of class."""
    small, large = scratch / f"small-{trains}", scratch / f"large-{trains}"
    write_class(small, students=students, trains=trains)
    write_class(large, students=3 * students, trains=trains)
    graders = [sys.executable, "-m", "grader.cli", "grade", ASSIGNMENT, "--course", str(COURSE), "--jobs", "1"]
    graders += ["--out", str(scratch / "out")]
    limit = [sys.executable, str(COURSE / "benchmarks" / "limit.py"), str(COURSE), ASSIGNMENT]
    print(f"\n{'with' if trains else 'without'} a 300-step training loop (ms per submission)")
    print(f"{'round':>6} {'limit CPU':>10} {'grader CPU':>11} {'ratio':>6} {'limit wall':>11} {'grader wall':>12}")
    ratios, rows = [], []
    for number in range(rounds):
        bare = marginal(limit, small, large, 2 * students, by_file=True)
        ours = marginal(graders, small, large, 2 * students, by_file=False)
        ratios.append(ours.cpu_seconds / bare.cpu_seconds)
        rows.append((bare, ours))
        print(
            f"{number + 1:>6} {bare.cpu_seconds * 1e3:>10.1f} {ours.cpu_seconds * 1e3:>11.1f} {ratios[-1]:>6.2f} "
            f"{bare.wall_seconds * 1e3:>11.1f} {ours.wall_seconds * 1e3:>12.1f}"
        )
    bare_cpu = statistics.median(bare.cpu_seconds for bare, _ in rows) * 1e3
    our_cpu = statistics.median(ours.cpu_seconds for _, ours in rows) * 1e3
    print(f"median {bare_cpu:>10.1f} {our_cpu:>11.1f} {statistics.median(ratios):>6.2f}")


def main() -> None:
    """Measure a class that trains and one that does not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--students", type=int, default=20, help="size of the small class (the large one has 3 times as many)"
    )
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as scratch:
        for trains in (True, False):
            measure(Path(scratch), students=arguments.students, rounds=arguments.rounds, trains=trains)


if __name__ == "__main__":
    main()
