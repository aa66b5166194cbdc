"""Python values on their way out and in: all of them through a real channel and back."""

from __future__ import annotations

import enum
import math
from collections import OrderedDict, namedtuple
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from grader.wire.proxies import RemoteObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.wire.peer import Peer

Point = namedtuple("Point", "x y")  # noqa: PYI024 - the kind that students write


class Colour(enum.IntEnum):
    """An integer that is more than one."""

    RED = 3


class Word(str):
    """A string that lies about itself."""

    __slots__ = ()

    def __str__(self) -> str:
        """Lie."""
        return "lie"

    def __eq__(self, _other: object) -> bool:
        """Agree with everything."""
        return True

    __hash__ = str.__hash__


class Numbers(list[int]):
    """A list that cannot be walked."""

    def __iter__(self) -> Any:
        """Refuse."""
        raise RuntimeError("no")

    def __len__(self) -> int:
        """Lie."""
        return 10**9


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -(2**63), 2**63 - 1, 2**63, -(2**64), 3**500, 1.5, math.inf, 2 - 3j, "", "宽 字符 ✓",
        b"\x00\xff", [], [1, [2.0, "x"]], (), (1, (2,)), {1, 2}, frozenset({"a"}), {"a": 1, (1, 2): [3], None: {}},
        slice(1, None, 2), slice("a", 2.5), ..., torch.Size([3, 1]), torch.float32, torch.bfloat16,
        np.dtype("float64"), torch.device("cpu"),
    ],
    ids=repr,
)  # fmt: skip
def test_a_plain_value_comes_back_as_it_was(open_far: Callable[[str], Peer], value: Any) -> None:
    """Value and type survive both directions."""
    echoed = open_far("def echo(x): return x").get("echo")(value)

    assert echoed == value
    assert type(echoed) is type(value)


def test_not_a_number_comes_back(open_far: Callable[[str], Peer]) -> None:
    """NaN is a number to the wire."""
    assert math.isnan(open_far("def echo(x): return x").get("echo")(math.nan))


def test_a_dict_keeps_its_order(open_far: Callable[[str], Peer]) -> None:
    """Pairs travel in order."""
    assert list(open_far("d = {'b': 1, 'a': 2}").get("d")) == ["b", "a"]


@pytest.mark.parametrize(
    ("value", "base"),
    [(Point(1, 2), (1, 2)), (Colour.RED, 3), (Word("truth"), "truth"), (Numbers([4, 5]), [4, 5]),
     (OrderedDict(a=1), {"a": 1})],
)  # fmt: skip
def test_a_subclass_travels_as_its_base_value(open_far: Callable[[str], Peer], value: Any, base: Any) -> None:
    """What derives from a plain type is read through that type's own methods, whatever it overrides."""
    echoed = open_far("def echo(x): return x").get("echo")(value)

    assert type(echoed) is type(base)
    assert echoed == base


def test_an_object_that_lies_about_its_class_is_only_a_handle(open_far: Callable[[str], Peer]) -> None:
    """``__class__`` is not asked."""
    judge = open_far(
        "class Liar:\n"
        "    __class__ = property(lambda self: int)\n"
        "    def __eq__(self, other): return True\n"
        "    def __reduce__(self): raise RuntimeError\n"
        "    def __repr__(self): raise RuntimeError\n"
        "liar = Liar()"
    )

    liar: Any = judge.get("liar")

    assert liar != 1
    assert type(liar) is RemoteObject
    assert repr(liar) == "<remote Liar object>"


@pytest.mark.parametrize(
    "source",
    ["x = []\nx.append(x)", "x = []\nfor _ in range(200_000): x = [x]", "x = list(range(300_000))",
     "x = set(range(6000))", "x = dict.fromkeys(range(6000))", "x = 1 << 20_000"],
    ids=["endless", "deep", "long", "set", "dict", "integer"],
)  # fmt: skip
def test_what_is_too_deep_or_too_large_to_copy_stays_there(open_far: Callable[[str], Peer], source: str) -> None:
    """It arrives as a handle, and the conversation goes on."""
    judge = open_far(source + "\ny = 5")

    assert type(judge.get("x")) is RemoteObject
    assert judge.get("y") == 5


def test_a_tensor_inside_of_what_stays_there_can_still_travel(open_far: Callable[[str], Peer]) -> None:
    """A tensor met while encoding in vain is not taken for one that the other side knows."""
    judge = open_far("import torch\nt = torch.arange(3)\nx = [t]\nx.append(x)")

    judge.get("x")

    assert judge.get("t").tolist() == [0, 1, 2]


def test_lone_surrogates_do_not_break_the_channel(open_far: Callable[[str], Peer]) -> None:
    """Text that no encoding can carry arrives with replacements."""
    assert open_far("x = 'a\\ud800b'").get("x") == "a?b"


@pytest.mark.parametrize("code", ["?", "b", "B", "h", "i", "l", "L", "e", "f", "d", "F", "D"])
def test_numpy_scalars_and_arrays_come_back(open_far: Callable[[str], Peer], code: str) -> None:
    """Every plain dtype, as scalar, 0-dimensional, empty and matrix."""
    echo = open_far("def copies(x): return [v.copy() if hasattr(v, 'copy') else v for v in x]").get("copies")
    values = [
        np.dtype(code).type(1), np.array(1, dtype=code), np.zeros((0, 3), dtype=code),
        np.arange(6).reshape(2, 3).astype(code),
    ]  # fmt: skip

    for echoed, value in zip(echo(values), values, strict=True):
        assert type(echoed) is type(value)
        assert echoed.dtype == value.dtype
        assert np.array_equal(echoed, value)


def test_arrays_of_other_forms_are_read_as_their_elements(open_far: Callable[[str], Peer]) -> None:
    """Big-endian, transposed, text and subclass arrays arrive with the same elements."""
    judge = open_far(
        "import numpy as np\n"
        "a = np.arange(6, dtype='>i4').reshape(2, 3)\nb = np.arange(6).reshape(2, 3).T\nc = np.array(['xy', '字'])\n"
        "class Lying(np.ndarray):\n    shape = property(lambda self: (9,))\n    def tobytes(self): return b''\n"
        "d = np.array([[1, 2]]).view(Lying)\ne = np.array([object()])"
    )

    assert judge.get("a").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert judge.get("b").tolist() == [[0, 3], [1, 4], [2, 5]]
    assert judge.get("c").tolist() == ["xy", "字"]
    assert type(judge.get("d")) is np.ndarray
    assert judge.get("d").tolist() == [[1, 2]]
    assert type(judge.get("e")) is RemoteObject
