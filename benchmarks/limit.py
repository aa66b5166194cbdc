"""The limit that grader is measured against: fork, run the cells, call the same checks; no isolation, no report.

One process loads torch, pytest and the hidden suite; for each hand-in it forks, executes the code cells with plain
``exec`` and calls the collected test functions with the student's own namespace as the ``student`` fixture. There is no
second process, no proxy, no timeout, no verdict, no file: nothing that grades could cost less.

Run as ``python benchmarks/limit.py COURSE ASSIGNMENT HAND_IN...``;
prints how many test calls failed (0 for right hand-ins).
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import torch


class Bare:
    """A pytest plugin that replaces the run loop: one fork per hand-in, no hooks per case."""

    def __init__(self, reference: ModuleType, hand_ins: list[Path]) -> None:
        self.reference_module = reference
        self.hand_ins = hand_ins
        self.namespace = SimpleNamespace()
        self.failures = 0

    @pytest.fixture
    def student(self) -> SimpleNamespace:
        """The student's own namespace, in the same process."""
        return self.namespace

    @pytest.fixture
    def reference(self) -> ModuleType:
        """The reference solution."""
        return self.reference_module

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Fork once per hand-in."""
        for hand_in in self.hand_ins:
            child = os.fork()
            if child == 0:
                failures = 255
                try:
                    failures = self._grade(session, hand_in)
                finally:
                    os._exit(min(failures, 255))
            self.failures += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return True

    def _grade(self, session: pytest.Session, hand_in: Path) -> int:
        """Run the cells, then call every collected test function; the number that failed."""
        torch.set_num_threads(1)
        torch.manual_seed(0)
        notebook = json.loads(hand_in.read_text(encoding="utf-8"))
        silent = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - the process ends with it
        sys.stdout = silent
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                exec(compile(cell["source"], "cell", "exec"), self.namespace.__dict__)  # noqa: S102 - that is the limit
        items = [item for item in session.items if isinstance(item, pytest.Function)]
        return sum(not self._passes(item, following) for item, following in zip(items, [*items[1:], None], strict=True))

    @staticmethod
    def _passes(item: pytest.Function, following: pytest.Function | None) -> bool:
        """Set up one test function's fixtures and call it: the least that pytest can do for a case."""
        state = item.session._setupstate  # noqa: SLF001 - pytest has no public name for it
        try:
            state.setup(item)
            item.obj(**{name: item.funcargs[name] for name in item._fixtureinfo.argnames})  # noqa: SLF001 - as above
        except Exception:  # noqa: BLE001 - any failure counts as one
            return False
        finally:
            state.teardown_exact(following)
        return True


def main(course: Path, assignment: str, hand_ins: list[Path]) -> int:
    """Grade ``hand_ins`` without isolation; the exit code is pytest's."""
    torch.set_num_threads(1)
    solutions = course / "solutions" / assignment
    spec = importlib.util.spec_from_file_location("reference_solution", solutions / f"{assignment}.py")
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    bare = Bare(reference, hand_ins)
    suites = [str(course / "assignments" / assignment / "test_visible.py"), str(solutions)]
    options = [
        "-c",
        os.devnull,
        "--disable-plugin-autoload",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:terminal",
        "-s",
        "--rootdir",
        str(course),
        "--ignore-glob=*/submissions/*",
    ]
    code = pytest.main([*options, *suites], plugins=[bare])
    sys.__stdout__ and sys.__stdout__.write(f"{bare.failures} failed calls\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], [Path(argument) for argument in sys.argv[3:]]))
