"""The single home of what a case holds as ``student``: names become values, functions are called and recorded."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Protocol

from grader.judge.absence import is_placeholder, stand_in_of, why_absent
from grader.judge.faults import NameUnusable, ProcessLost
from grader.model.result import Finding, FindingKind
from grader.model.verdict import Verdict
from grader.suite.snapshots import snapshot
from grader.wire.faults import RemoteAbsent, RemoteRaised, WireFault
from grader.wire.proxies import RemoteObject
from grader.wire.seeding import seed_everything

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

    from grader.errors import MachineError
    from grader.judge.contract import Contract
    from grader.judge.observation import Observation
    from grader.wire.evidence import LoadReport


class Subject(Protocol):
    """Whoever is judged: a loaded hand-in in its student process, or the reference when the suite checks itself."""

    @property
    def report(self) -> LoadReport | None:
        """What loading showed."""

    @property
    def sources(self) -> Sequence[str]:
        """The code that was handed in."""

    def begin_case(self, seed: int) -> None:
        """Forget what the last case shared, and seed every generator, here and there."""

    def get(self, name: str) -> Any:
        """What is defined under ``name``; raises `RemoteAbsent`."""

    def lose(self, fault: WireFault | None) -> ProcessLost:
        """Stop the student process after ``fault`` and say what that means for the case."""

    def fault(self) -> WireFault | None:
        """What ended the conversation with the student process, if it has ended: also where the suite swallowed it."""

    @property
    def machine_error(self) -> MachineError | None:
        """Why the machine could not stop the process, if it could not."""

    def printed(self) -> str:
        """What was printed since the case began."""


class LocalSubject:
    """The reference in the student's place: how the suite proves that it can be passed."""

    report: LoadReport | None = None
    sources: Sequence[str] = ()
    machine_error: MachineError | None = None

    def __init__(self, module: ModuleType) -> None:
        """Judge ``module``, a fresh import of the reference."""
        self._module = module

    def begin_case(self, seed: int) -> None:
        """There is only this process to seed."""
        seed_everything(seed)

    def get(self, name: str) -> Any:
        """The module's attribute."""
        try:
            return getattr(self._module, name)
        except AttributeError:
            raise RemoteAbsent(name) from None

    def lose(self, fault: WireFault | None) -> ProcessLost:  # noqa: ARG002 - no fault can come from this process
        """There is no process to lose; the case itself took too long."""
        return ProcessLost(Verdict.TIMED_OUT, Finding(kind=FindingKind.CALL_TIMED_OUT))

    def fault(self) -> WireFault | None:
        """There is no conversation."""
        return None

    def printed(self) -> str:
        """The reference's output is nobody's evidence."""
        return ""


class StudentProxy:
    """The fixture ``student``: attribute access asks the hand-in."""

    def __init__(self, subject: Subject, contract: Contract, observation: Observation) -> None:
        """Serve one run of one case."""
        self._subject = subject
        self._contract = contract
        self._observation = observation
        self._known: dict[str, Any] = {}

    def __repr__(self) -> str:
        """A text that asks the hand-in nothing."""
        return f"<student of {self._contract.assignment.id}>"

    def __getattr__(self, name: str) -> Any:
        """What the hand-in defines under ``name``, the same object for the whole case."""
        if name.startswith("_"):
            raise AttributeError(name)
        self._observation.touched = True
        self._observation.subject = name
        if name not in self._known:
            self._known[name] = self._resolve(name)
        return self._known[name]

    def _resolve(self, name: str) -> Any:
        """The value under ``name`` or one of its other spellings, if it can be an answer."""
        for spelling in self._contract.spellings(name):
            try:
                value = self._subject.get(spelling)
            except RemoteAbsent:
                continue
            except WireFault as fault:
                raise self._observation.note_fault(self._subject.lose(fault)) from fault
            self._expect_answer(name, spelling, value)
            return self._wrapped(name, value)
        absent = why_absent(name, contract=self._contract, report=self._subject.report, sources=self._subject.sources)
        raise self._noted(name, absent)

    def _expect_answer(self, name: str, spelling: str, value: Any) -> None:
        """Refuse what cannot be the student's answer: a stand-in's object, a placeholder, no function."""
        if self._contract.exercise_of(name) is None:
            return
        package = stand_in_of(spelling, self._subject.report)
        if package:
            values: dict[str, str | int | float] = {"package": package}
            finding = Finding(kind=FindingKind.NAME_FROM_STAND_IN, subject=name, values=values)
            raise self._noted(name, NameUnusable(Verdict.MISSING, finding))
        if value is None or value is Ellipsis or is_placeholder(spelling, self._subject.report):
            finding = Finding(kind=FindingKind.NOT_ANSWERED, subject=name)
            raise self._noted(name, NameUnusable(Verdict.MISSING, finding))
        if self._contract.is_callable(name) and not _is_callable(value):
            finding = Finding(kind=FindingKind.NOT_CALLABLE, subject=name, got=snapshot(value))
            raise self._noted(name, NameUnusable(Verdict.WRONG, finding))

    def _noted(self, name: str, fault: NameUnusable) -> NameUnusable:
        """Keep the fault if the case is about the exercise that asks for ``name``.

        What belongs to another exercise costs its points there; the suite may put something in its place.
        """
        exercise = self._contract.exercise_of(name)
        if exercise is not None and exercise.id == self._observation.exercise:
            self._observation.note_fault(fault)
        return fault

    def _wrapped(self, name: str, value: Any) -> Any:
        """Functions and classes are wrapped so that calls are recorded; the answer to a question is not called."""
        exercise = self._contract.exercise_of(name)
        is_question = exercise is not None and not self._contract.is_callable(name)
        if is_question or not _is_callable(value):
            return self._observation.note_result(value)
        order = _parameters(value)
        wanted = self._contract.parameters(name)
        if wanted and _is_reordered(order, wanted):
            self._observation.reordered[name] = order
            if exercise is not None and exercise.id == self._observation.exercise:
                self._observation.own_reordered[name] = order
        return StudentFunction(value, name, wanted or order, self._subject, self._observation)


class StudentFunction:
    """A function or class of the hand-in; behaves like it, and notes each call."""

    def __init__(
        self, target: Any, name: str, parameters: Sequence[str], subject: Subject, observation: Observation
    ) -> None:
        """Wrap ``target``; ``parameters`` are the contract's names for its positional arguments."""
        self._target = target
        self._name = name
        self._parameters = parameters
        self._subject = subject
        self._observation = observation

    def __repr__(self) -> str:
        """A text that asks the hand-in nothing."""
        return f"<student's {self._name}>"

    def __getattr__(self, name: str) -> Any:
        """An attribute of the function or class itself."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._target, name)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the hand-in's function."""
        noted = self._observation
        noted.note_call(self._name, self._parameters, arguments, keywords)
        positional, named = [_bare(value) for value in arguments], {k: _bare(v) for k, v in keywords.items()}
        if noted.by_name and self._name in noted.reordered and len(positional) <= len(self._parameters):
            named = {**dict(zip(self._parameters, positional, strict=False)), **named}
            positional = []
        try:
            return noted.note_result(self._target(*positional, **named))
        except RemoteRaised as error:
            if error.error.type_name == "TypeError" and not error.error.frames:
                noted.binding_error = error
            raise
        except RemoteAbsent:
            raise
        except WireFault as fault:
            raise noted.note_fault(self._subject.lose(fault)) from fault


def _bare(value: Any) -> Any:
    """Wrapped functions as the far side knows them, also inside plain containers."""
    if isinstance(value, StudentFunction):
        return value._target  # noqa: SLF001 - its own module
    if type(value) is list and any(isinstance(each, StudentFunction) for each in value):
        return [_bare(each) for each in value]
    if type(value) is tuple and any(isinstance(each, StudentFunction) for each in value):
        return tuple(_bare(each) for each in value)
    if type(value) is dict and any(isinstance(each, StudentFunction) for each in value.values()):
        return {key: _bare(each) for key, each in value.items()}
    return value


def _is_callable(value: Any) -> bool:
    """Whether a value, near or far, can be called."""
    return bool(value.remote_callable) if isinstance(value, RemoteObject) else callable(value)


def _parameters(value: Any) -> tuple[str, ...]:
    """A callable's parameter names, near or far; empty where they are unknown."""
    if isinstance(value, RemoteObject):
        return tuple(value.remote_parameters or ())
    try:
        return tuple(inspect.signature(value).parameters)
    except (TypeError, ValueError):
        return ()


def _is_reordered(order: Sequence[str], wanted: Sequence[str]) -> bool:
    """Whether a function has all the contract's parameters, but not in the contract's order."""
    shared = [name for name in order if name in wanted]
    return sorted(shared) == sorted(wanted) and list(order[: len(wanted)]) != list(wanted)
