"""The single home of loading a hand-in: its cells in order, its statements one by one, and a report of what happened.

An error ends its statement and nothing else. So does the time limit, but after it only two kinds of statement still
run: what defines something and computes next to nothing, and what binds a name that the assignment asks for. An answer
below an endless training loop counts.
"""

from __future__ import annotations

import ast
import builtins
import gc
import linecache
import sys
import time
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

from msgspec import structs

from grader.wire.evidence import BROKEN_OFF, CellRun, LoadReport, RemoteError, StatementFailure
from grader.wire.peer import Loading
from grader.wire.raising import describe_error
from grader.wire.seeding import seed_everything
from grader.worker import concessions, habits, standins
from grader.worker.capture import Capture, wire_text, without_addresses
from grader.worker.clock import LoadClock, OutOfTime
from grader.worker.failures import describe_syntax_error, is_a, is_quiet_exit, missing_package, reason_of, trace_lines
from grader.worker.names import bound_names, defined_names, used_names
from grader.worker.notices import Notices
from grader.worker.running import ImportsMissing, Runner
from grader.worker.shell import CellShell, make_shell
from grader.worker.statements import LONGEST_LINE, CellPlan, Statement, is_cheap, is_placeholder, plan_cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.wire.frames import CellSource, Load
    from grader.worker.names import Place

GRACE_SECONDS = 2.0
"""How long definitions and answers may still run after the limit."""
_GRACE_SHARE = 0.5
"""How much of the grace that is left one statement gets, so that an endless answer does not cost the next one."""
MOST_FAILURES = 1000
MOST_BINDING_FAILURES = 5000
"""Beyond the first ones, a failure is told only if it would have bound a name, and without its message."""


def load_submission(
    request: Load, on_statement: Callable[[int, int], None], *, shell: CellShell | None = None
) -> Loading:
    """Run the hand-in of ``request`` in this process, which belongs to it from now on.

    ``on_statement(cell, statement)`` is called before each statement, so that the far side knows where a process was
    when it died. ``shell`` is the one of `make_shell`; without it one is made.
    """
    loader = _Loader(request, on_statement, shell if shell is not None else make_shell())
    report = loader.load()
    return Loading(namespace=loader.namespace, report=report)


class _Loader:
    """One hand-in on its way into a namespace."""

    def __init__(self, request: Load, on_statement: Callable[[int, int], None], shell: CellShell) -> None:
        self._request = request
        self._on_statement = on_statement
        self._shell = shell
        self._notebook = request.format == "notebook"
        self._notices = Notices()
        self._capture = Capture(soft_bytes=request.output_bytes, notices=self._notices)
        module = _make_module("__main__" if self._notebook else request.name, notebook=self._notebook)
        self.namespace = vars(module)
        self._given = frozenset(self.namespace)
        self._known = set(self.namespace)
        self._runner = Runner(self.namespace)
        self._clock = LoadClock(request.load_seconds)
        self._skip = set(map(tuple, request.skip))
        self._bound_in: dict[str, int] = {}
        self._placeholders: dict[str, Place] = {}
        self._missing: list[_MissingPackage] = []
        self._trees: list[ast.stmt] = []
        self._reasons: set[str] = set()
        self._failure_count = 0
        self._told_count = 0
        self._late = False
        sys.modules[module.__name__] = module
        shell.begin(module, capture=self._capture, notices=self._notices)

    def load(self) -> LoadReport:
        """Run everything; leave the process ready to answer calls."""
        started = time.monotonic()
        self._capture.install()
        habits.settle(self._notices)
        concessions.tell(self._notices)
        self._shell.stand_ins.install(
            lambda package: self._notices.note("stand_in", package=package), asked=self._request.names
        )
        seed_everything(self._request.seed)
        cells = [self._run_cell(cell) for cell in self._request.cells]
        self._clock.pause()
        self._capture.begin_serving()
        self._explain_missing()
        ended = next((reason for reason in BROKEN_OFF if reason in self._reasons), "complete")
        return LoadReport(
            cells=tuple(cells),
            notices=self._notices.collected(),
            names=defined_names(
                self.namespace,
                ignore=self._given,
                first=self._request.names,
                bound_in=self._bound_in,
                stand_ins=standins.PACKAGES,
                placeholders=self._placeholders,
            ),
            seconds=time.monotonic() - started,
            ended=ended,
        )

    # -- one cell -----------------------------------------------------------------------------------------------------

    def _run_cell(self, cell: CellSource) -> CellRun:
        self._notices.cell = cell.index
        self._capture.begin_cell()
        plan = self._plan(cell)
        file_name = f"cell:{cell.index}"
        linecache.cache[file_name] = (len(plan.text), None, plan.text.splitlines(keepends=True), file_name)
        self._trees += plan.nodes
        failures = self._run_all(cell.index, plan.statements)
        if self._main_block_is_needed(plan):
            self._notices.note("main_block_run")
            failures += self._run_all(cell.index, plan.main_block)
        self._guarded(self._shell.end_cell)
        for name in [name for name in self.namespace if name not in self._known]:
            self._known.add(name)
            self._bound_in.setdefault(name, cell.index)
        return CellRun(
            index=cell.index,
            status=_status(plan.statements, failures),
            outputs=self._capture.end_cell(),
            failures=tuple(failure for failure in failures if self._tells(failure)),
        )

    def _tells(self, failure: StatementFailure) -> bool:
        """Whether the report has room for the failure: all of it has to fit into one frame."""
        told = self._told_count < (MOST_BINDING_FAILURES if failure.binds else MOST_FAILURES)
        self._told_count += told
        return told

    def _plan(self, cell: CellSource) -> CellPlan:
        """Read the cell, under the time limit as long as there is one; what takes too long is one bad statement."""
        plans: list[CellPlan] = []

        def read() -> None:
            plans.append(plan_cell(cell.source, transform=self._shell.transform, notebook=self._notebook))

        self._check_time()
        error: BaseException | None = None
        if self._late:
            read()
        else:
            error = self._guarded(read)
        if error is None:
            return plans[0]
        line = cell.source.strip().partition("\n")[0]
        return CellPlan(cell.source, [Statement(0, 1, line[:LONGEST_LINE], (), error=error)])

    def _run_all(self, cell: int, statements: list[Statement]) -> list[StatementFailure]:
        return [failure for statement in statements if (failure := self._run_statement(cell, statement))]

    def _main_block_is_needed(self, plan: CellPlan) -> bool:
        """Whether a name that was asked for is missing and the module's main block may bind one."""
        if all(name in self.namespace for name in self._request.names):
            return False
        return any(statement.binds for statement in plan.main_block)

    # -- one statement ------------------------------------------------------------------------------------------------

    def _run_statement(self, cell: int, statement: Statement) -> StatementFailure | None:
        """Run one statement; what it failed with, or None."""
        if (cell, statement.index) in self._skip:
            return self._left_out(cell, statement, "crashed")
        if statement.error is not None:
            if type(statement.error) is OutOfTime:
                return self._failed(cell, statement, statement.error, reason="timed_out")
            self._notices.note("syntax_skipped")
            return self._failed(cell, statement, statement.error, reason="syntax")
        if statement.node is None or not self._has_time_for(statement, statement.node):
            return self._left_out(cell, statement, "skipped")
        self._on_statement(cell, statement.index)
        self._capture.begin_statement()
        error = self._guarded(self._run_node, statement, f"cell:{cell}")
        if error is None:
            self._bind(cell, statement.binds)
            if is_placeholder(statement.node):
                self._placeholders |= dict.fromkeys(statement.binds, (f"cell:{cell}", statement.line))
            return None
        return self._judge_error(cell, statement, error)

    def _run_node(self, statement: Statement, file_name: str) -> None:
        assert statement.node is not None
        self._runner.run(statement.node, file_name=file_name, displays=statement.displays)

    def _guarded(self, action: Callable[..., None], *arguments: Any) -> BaseException | None:
        """Do ``action`` under the time limit; what it raised, or None."""
        try:
            try:
                self._clock.start(share=_GRACE_SHARE if self._late else 1.0)
                action(*arguments)
            finally:
                self._clock.pause()
        except BaseException as error:  # noqa: BLE001  # the border: whatever a hand-in raises is data here
            self._clock.pause()
            return error
        return None

    def _has_time_for(self, statement: Statement, node: ast.stmt) -> bool:
        """Whether ``statement`` may run; once the time is used up, definitions and answers may for a short while."""
        self._check_time()
        if not self._late:
            return True
        is_asked_for = any(name in self._request.names for name in statement.binds)
        return not self._clock.is_over and (is_asked_for or is_cheap(node))

    def _check_time(self) -> None:
        """Begin the grace once the time is used up."""
        if not self._late and self._clock.is_over:
            self._late = True
            self._clock.extend(GRACE_SECONDS)

    def _judge_error(self, cell: int, statement: Statement, error: BaseException) -> StatementFailure | None:
        """What a statement's exception means."""
        binds = statement.binds
        if type(error) is ImportsMissing:
            missing: list[tuple[BaseException, tuple[str, ...]]] = [
                (part.error, bound_names(part.node)) for part in error.missing
            ]
            error, binds = missing[0][0], tuple(name for _error, names in missing for name in names)
            self._bind(cell, tuple(name for name in statement.binds if name not in binds))
        else:
            missing = [(error, binds)] if is_a(error, ImportError) else []
        for cause, names in missing:
            if package := missing_package(cause):
                self._missing.append(_MissingPackage(package, cell, names))
        if is_quiet_exit(error) and not binds:
            return None
        reason = reason_of(error)
        failure = self._failed(cell, statement, error, reason=reason, binds=binds)
        if reason == "out_of_memory":
            error.__traceback__ = None
            gc.collect()
        return failure

    def _failed(
        self,
        cell: int,
        statement: Statement,
        error: BaseException,
        *,
        reason: str,
        binds: tuple[str, ...] | None = None,
    ) -> StatementFailure:
        if reason == "syntax":
            described = describe_syntax_error(error, cell=cell, statement=statement)
        else:
            described = describe_error(error)
        described = structs.replace(described, message=without_addresses(described.message))
        own_lines = [frame.line for frame in described.frames if frame.cell == cell]
        self._capture.fail(described.type_name, described.message, trace_lines(described))
        failure = self._failure(
            cell, statement, described, reason=reason, line=(own_lines or [statement.line])[0], binds=binds
        )
        is_code = isinstance(statement.node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        return failure if is_code else structs.replace(failure, stand_in=standins.refused_by(error))

    def _left_out(self, cell: int, statement: Statement, reason: str) -> StatementFailure:
        if reason == "skipped":
            self._notices.note("time_left_short")
        return self._failure(cell, statement, RemoteError(type_name="", message=""), reason=reason, line=statement.line)

    def _failure(
        self,
        cell: int,
        statement: Statement,
        error: RemoteError,
        *,
        reason: str,
        line: int,
        binds: tuple[str, ...] | None = None,
    ) -> StatementFailure:
        self._reasons.add(reason)
        self._failure_count += 1
        if self._failure_count > MOST_FAILURES:
            error = RemoteError(type_name=error.type_name, message="")
        return StatementFailure(
            cell=cell,
            statement=statement.index,
            line=line,
            source=wire_text(statement.source),
            error=error,
            binds=statement.binds if binds is None else binds,
            reason=reason,
        )

    # -- afterwards ---------------------------------------------------------------------------------------------------

    def _bind(self, cell: int, names: tuple[str, ...]) -> None:
        for name in names:
            if name in self.namespace:
                self._bound_in[name] = cell
                self._known.add(name)

    def _explain_missing(self) -> None:
        """Say for each missing package what the hand-in uses it for."""
        uses = used_names(self._trees, {name for missing in self._missing for name in missing.binds})
        for missing in self._missing:
            needed = [use for name in missing.binds for use in uses[name]]
            self._notices.note(
                "package_missing",
                cell=missing.cell,
                package=missing.package,
                needed_for=", ".join(needed),
                names=", ".join(missing.binds),
            )


@dataclass(frozen=True)
class _MissingPackage:
    """A package that an import did not find, and the names that should have come from it."""

    package: str
    cell: int
    binds: tuple[str, ...]


def _make_module(name: str, *, notebook: bool) -> ModuleType:
    """The module whose namespace the hand-in fills."""
    module = ModuleType(name, doc=None)
    vars(module)["__builtins__"] = builtins
    vars(module)["_"] = ""
    if not notebook:
        module.__file__ = f"{name}.py"
    return module


def _status(statements: list[Statement], failures: list[StatementFailure]) -> str:
    """`CellRun.status` for a cell of these statements."""
    if not statements:
        return "empty"
    if not failures:
        return "ok"
    if len(failures) < len(statements):
        return "partly"
    return "not_run" if all(failure.reason == "skipped" for failure in failures) else "failed"
