"""The single home of what is noted while a case runs: calls, the last result, the first fault."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from grader.model.result import CallRecord, NamedSnapshot
from grader.suite.snapshots import snapshot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.judge.faults import StudentFault
    from grader.model.result import Exhibit

KEPT_CALLS = 3
_MAX_ARGUMENTS = 12
_CALLS_WITH_STATISTICS = 20


class Observation:
    """What one run of one case has shown so far."""

    def __init__(self, *, by_name: bool = False, exercise: str = "") -> None:
        """Begin with nothing; ``by_name`` says that functions with reordered parameters are called by name.

        ``exercise`` is the id of the case's own exercise.
        """
        self.by_name = by_name
        self.exercise = exercise
        self.calls: deque[CallRecord] = deque(maxlen=KEPT_CALLS)
        self.exhibits: list[Exhibit] = []
        self.touched = False
        """Whether the case asked the hand-in for anything."""
        self.subject = ""
        """The name it asked for last."""
        self.last_result: Any = None
        self.has_result = False
        self.fault: StudentFault | None = None
        """The first fault; it decides the verdict even where the suite swallowed the exception."""
        self.binding_error: BaseException | None = None
        """What was raised instead of entering the function."""
        self.reordered: dict[str, tuple[str, ...]] = {}
        """Per function that takes the contract's parameters in another order, the student's order."""
        self.own_reordered: dict[str, tuple[str, ...]] = {}
        """Those of them that the case's own exercise asks for; another's order costs its points there."""
        self._counted = 0

    def note_fault(self, fault: StudentFault) -> StudentFault:
        """Keep the first fault, and give back ``fault`` to be raised."""
        if self.fault is None:
            self.fault = fault
        return fault

    def note_call(
        self, function: str, parameters: Sequence[str], arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> None:
        """Picture a call before it happens, because it may change its arguments.

        Pictures of large tensors cost a pass over them, so a training loop's later calls go without statistics.
        """
        self.subject = function
        self._counted += 1
        statistics = self._counted <= _CALLS_WITH_STATISTICS
        named = [
            (parameters[position] if position < len(parameters) else f"#{position + 1}", value)
            for position, value in enumerate(arguments)
        ]
        named.extend(keywords.items())
        pictures = tuple(
            NamedSnapshot(name=name, value=snapshot(value, statistics=statistics))
            for name, value in named[:_MAX_ARGUMENTS]
        )
        self.calls.append(CallRecord(function=function, arguments=pictures))

    def note_result(self, value: Any) -> Any:
        """Keep what the hand-in gave last."""
        self.last_result = value
        self.has_result = True
        return value
