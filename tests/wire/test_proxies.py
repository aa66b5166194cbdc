"""The proxy's own behaviour on this side, with a far side that only notes what it is asked."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from grader.wire.frames import Handle
from grader.wire.proxies import RemoteObject


class _Noting:
    """A far side that answers everything with one value."""

    def __init__(self, answer: Any = None) -> None:
        self.answer = answer
        self.asked: list[tuple[Any, ...]] = []

    def far_get(self, target: int, name: str) -> Any:
        """Note."""
        self.asked.append((target, name))
        return self.answer

    def far_call(self, target: int, method: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Note."""
        self.asked.append((target, method, arguments, keywords))
        return self.answer

    def far_next(self, target: int) -> Any:
        """Note."""
        self.asked.append((target,))
        return self.answer


def test_ordinary_tools_do_not_disturb_the_far_side() -> None:
    """Showing, hashing, comparing and testing a proxy ask nothing."""
    noting = _Noting()
    remote = RemoteObject(noting, Handle(4, "function", name="f", callable=True, parameters=["x", "\x1b[31m"]))

    assert repr(remote) == "<remote function f(x, ?[31m)>"
    assert remote == remote  # noqa: PLR0124 - identity is what is tested
    assert remote != RemoteObject(noting, Handle(4, "function"))
    assert len({remote, remote}) == 1
    assert copy.copy(remote) is remote
    assert not hasattr(remote, "__wrapped__")
    assert noting.asked == []


def test_a_proxy_is_not_taken_out_of_its_process() -> None:
    """Pickling and deep copying say why they cannot."""
    remote = RemoteObject(_Noting(), Handle(4, "Net"))

    for escape in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match="stays on the far side"):
            escape(remote)


@pytest.mark.parametrize("answer", [-1, 1.0, "3", None, True, 2**70])
def test_a_length_must_be_one(answer: object) -> None:
    """What the far side calls a length is checked."""
    with pytest.raises(TypeError, match="no length"):
        len(RemoteObject(_Noting(answer), Handle(4, "Liar")))


def test_only_true_is_membership() -> None:
    """An answer that is not True is no."""
    assert 1 not in RemoteObject(_Noting("yes"), Handle(4, "Liar"))
