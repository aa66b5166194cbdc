"""Tests of names: what a statement binds, what a hand-in uses, what its namespace holds."""

from __future__ import annotations

import ast
import functools
from types import ModuleType
from typing import Any

import pytest

from grader.worker.names import bound_names, defined_names, used_names


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("def f(x):\n    y = 1", ["f"]),
        ("async def f(): pass", ["f"]),
        ("class C(B):\n    z = 1\n    def m(self): pass", ["C"]),
        ("a = b = c.d = e[0] = 1", ["a", "b"]),
        ("a, (b, *c) = range(5)", ["a", "b", "c"]),
        ("a: int = 1", ["a"]),
        ("a += 1", ["a"]),
        ("import a.b, c.d as e", ["a", "e"]),
        ("from a import b, c as d", ["b", "d"]),
        ("from a import *", []),
        ("for i, j in x:\n    k = 1\nelse:\n    m = 2", ["i", "j", "k", "m"]),
        ("with a as b, c as (d, e): f = 1", ["b", "d", "e", "f"]),
        ("try:\n    a = 1\nexcept E as e:\n    b = 1\nfinally:\n    c = 1", ["a", "b", "c"]),
        ("if (n := 3) > 2: pass", ["n"]),
        ("x = [last := i for i in y]", ["x", "last"]),
        ("match p:\n    case [a, *b]: pass\n    case {'k': c, **d}: pass\n    case C() as e: pass", list("abcde")),
        ("x = " + "+".join(["1"] * 900), ["x"]),
        ("f = lambda x: (y := x)", ["f"]),
        ("print(a)", []),
        ("del a", []),
    ],
)
def test_the_names_that_a_statement_binds(source: str, names: list[str]) -> None:
    """In the module's namespace, not in scopes of their own."""
    assert sorted(bound_names(ast.parse(source).body[0])) == sorted(names)


def test_uses_are_the_longest_dotted_expressions() -> None:
    """Each once, in order, and not so many that nobody reads them."""
    tree = ast.parse("pd.read_csv(pd.DataFrame(x).plot)\npd = 3\nf(pd)\npd.read_csv()\nnp.a.b.c")

    assert used_names([tree], ["pd", "np", "unused"]) == {
        "pd": ["pd.read_csv", "pd", "pd.DataFrame"], "np": ["np.a.b.c"], "unused": [],
    }  # fmt: skip


def describe(namespace: dict[Any, Any], **options: Any) -> list[tuple[str, str, int, str]]:
    """The defined names of a namespace, as tuples."""
    given: dict[str, Any] = {
        "ignore": (),
        "first": (),
        "bound_in": {},
        "stand_ins": ("d2l",),
        "placeholders": {},
    } | options
    return [
        (name.name, name.type_name, name.cell, name.from_stand_in)
        for name in defined_names(namespace, **given)
    ]  # fmt: skip


def test_defined_names_come_with_type_and_cell() -> None:
    """Those that were asked for first; private ones only if asked for."""
    namespace = {"given": 1, "a": 1, "_hidden": 2, "_asked": 3, "f": len, 7: 8}

    assert describe(namespace, ignore=("given",), first=["_asked", "absent"], bound_in={"f": 4, "gone": 1}) == [
        ("_asked", "int", -1, ""), ("f", "builtin_function_or_method", 4, ""), ("a", "int", -1, ""),
    ]  # fmt: skip


def test_what_comes_from_a_stand_in_is_recognised_through_disguises() -> None:
    """By what the interpreter keeps, not by ``__module__``, which anybody can set or copy."""
    book = ModuleType("d2l.torch")
    exec("def helper(): pass\nclass Timer:\n    def stop(self): pass", vars(book))
    own: dict[str, Any] = {"__name__": "__main__", "helper": book.helper, "functools": functools}
    exec("@functools.wraps(helper)\ndef mine(): pass", own)
    renamed = book.helper
    renamed.__module__ = "__main__"
    namespace = {
        "book": book, "renamed": renamed, "timer": book.Timer(), "Timer": book.Timer, "bound": book.Timer().stop,
        "partial": functools.partial(book.helper, 1), "mine": own["mine"],
    }  # fmt: skip

    assert {name: home for name, _type, _cell, home in describe(namespace)} == {
        "book": "d2l", "renamed": "d2l", "timer": "d2l", "Timer": "d2l", "bound": "d2l", "partial": "d2l", "mine": "",
    }  # fmt: skip


def test_objects_that_answer_every_question_are_not_asked() -> None:
    """A hand-in's own ``__getattr__`` and ``__class__`` do not run."""

    class Loud:
        def __getattribute__(self, name: str) -> Any:
            raise SystemExit(name)

    assert describe({"loud": Loud()}) == [("loud", "Loud", -1, "")]
