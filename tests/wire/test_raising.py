"""Exceptions as data, and made again."""

from __future__ import annotations

import builtins
import linecache
from typing import NoReturn

import pytest

from grader.wire.evidence import RemoteError
from grader.wire.faults import RemoteRaised
from grader.wire.raising import describe_error, exception_from

BUILT_IN = [
    name
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, BaseException) and not issubclass(kind, Warning)
]


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_exception_can_be_made_again(name: str) -> None:
    """As itself where it may be raised here, else as RemoteRaised; always with its message."""
    raised = exception_from(RemoteError(type_name=name, message="why", bases=(name, "Exception")))

    assert isinstance(raised, RemoteRaised)
    assert str(raised) == "why"
    assert not isinstance(raised, KeyboardInterrupt | SystemExit | GeneratorExit | StopIteration)


def test_the_nearest_built_in_base_counts() -> None:
    """A hand-in's own exception is caught as what it derives from."""

    class OwnError(KeyError):
        """The hand-in's."""

    error = describe_error(OwnError("x"))

    assert error.type_name == "OwnError"
    assert error.bases[:2] == ("KeyError", "LookupError")
    assert isinstance(exception_from(error), KeyError)


def test_a_message_that_cannot_be_made_is_empty() -> None:
    """``__str__`` of the hand-in may raise."""

    class BadError(Exception):
        """The hand-in's."""

        def __str__(self) -> str:
            raise SystemExit

    assert describe_error(BadError()).message == ""


def test_an_exception_whose_properties_are_traps_is_described_all_the_same() -> None:
    """What ``__class__``, ``__traceback__`` and a metaclass say is student code; nothing of it is asked."""

    class Named(type):
        """A class that equals every other and does not tell its name."""

        __hash__ = None  # type: ignore[assignment]

        def __eq__(cls, other: object) -> bool:
            return True

        @property
        def __name__(cls) -> str:  # type: ignore[override]
            raise ZeroDivisionError

    class TrapError(ValueError, metaclass=Named):
        """The hand-in's."""

        @property
        def trap(self) -> NoReturn:
            """What nobody survives who asks."""
            raise ZeroDivisionError

        __class__ = __traceback__ = error = number = trap

    raised = TrapError.__new__(TrapError, "why")

    error = describe_error(raised)

    assert (error.type_name, error.message, error.bases[0]) == ("TrapError", "why", "ValueError")


def test_an_exception_that_claims_to_come_from_the_judge_is_its_own() -> None:
    """Only what was made here of the far side's words is passed on in those words."""

    class Claimed(RemoteRaised):
        """The hand-in's."""

    raised = Claimed(RemoteError(type_name="Passed", message="all of it"))

    assert describe_error(raised).type_name == "Claimed"


def test_a_long_message_is_cut() -> None:
    """Two thousand characters are enough to read."""
    assert len(describe_error(ValueError("宽" * 5000)).message) == 2000


def test_frames_are_those_of_the_hand_in_with_their_lines() -> None:
    """Files named after cells count, with the text that linecache knows; of endless recursion, both ends."""
    source = "def f(n):\n    return f(n + 1) if n < 90 else 1 / 0\n"
    linecache.cache["cell:3"] = (len(source), None, source.splitlines(keepends=True), "cell:3")
    names: dict[str, object] = {}
    exec(compile(source, "cell:3", "exec"), names)

    with pytest.raises(ZeroDivisionError) as caught:
        names["f"](0)  # type: ignore[operator]
    frames = describe_error(caught.value).frames

    assert len(frames) == 20
    assert {(frame.cell, frame.line, frame.function) for frame in frames} == {(3, 2, "f")}
    assert frames[0].source == "return f(n + 1) if n < 90 else 1 / 0"
    del linecache.cache["cell:3"]
