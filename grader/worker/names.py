"""The single home of names: what a statement binds, what a hand-in uses, and what its namespace holds afterwards."""

from __future__ import annotations

import ast
import functools
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

from grader.wire.evidence import DefinedName
from grader.wire.names import clean_text, parameters_of, type_name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

Place = tuple[str, int]
"""A file name and a line."""

MOST_NAMES = 2000
MOST_USES = 6

_METHODS = (FunctionType, staticmethod, classmethod)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def bound_names(node: ast.AST) -> tuple[str, ...]:
    """The names that running ``node`` at top level would bind in the module's namespace, in order, each once.

    ``import a.b`` binds ``a``; ``from a import *`` binds what nobody can know here, so it names nothing.
    """
    return tuple(dict.fromkeys(_bound_by(node)))


def used_names(trees: Iterable[ast.AST], names: Collection[str]) -> dict[str, list[str]]:
    """Per name, the expressions in ``trees`` that start from it: ``pd`` → ``["pd.read_csv", "pd.DataFrame"]``."""
    found: dict[str, dict[str, None]] = {name: {} for name in names}
    for tree in trees:
        inside: set[ast.AST] = set()
        for node in ast.walk(tree):
            if node in inside:
                continue
            dotted = _dotted_use(node)
            if dotted is not None and (root := dotted.partition(".")[0]) in found:
                found[root].setdefault(dotted)
                inside.update(ast.walk(node))
    return {name: list(uses)[:MOST_USES] for name, uses in found.items()}


def defined_names(
    namespace: Mapping[Any, Any],
    *,
    ignore: Collection[str],
    first: Sequence[str],
    bound_in: Mapping[str, int],
    stand_ins: Collection[str],
    placeholders: Mapping[str, Place],
) -> tuple[DefinedName, ...]:
    """What the hand-in left in ``namespace``: first those that were asked for, then what its statements bound by name.

    Names that begin with an underscore count only when they are in ``first``. ``placeholders`` are the places of
    functions in whose bodies nothing is written.
    """
    present = [name for name in first if name in namespace]
    rest = [name for name in bound_in if name in namespace]
    rest += [name for name in list(namespace) if name not in ignore]
    ordered = dict.fromkeys(present + [name for name in rest if type(name) is str and name[:1] != "_"])
    return tuple(
        DefinedName(
            name=clean_text(name, 200),
            type_name=type_name_of(namespace[name]),
            cell=bound_in.get(name, -1),
            from_stand_in=_stand_in_of(namespace[name], stand_ins),
            parameters=_parameters(namespace[name]),
            holds=_asked_for_inside(namespace[name], first),
            placeholder=name in placeholders and _place_of(namespace[name]) == placeholders[name],
        )
        for name in list(ordered)[:MOST_NAMES]
    )


def _bound_by(statement: ast.AST) -> Iterator[str]:
    """Walk ``statement`` in order, not into scopes of their own; a long sum is deep, so this does not recurse."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        yield from _bound_here(node)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            # Only a walrus leaks out of a comprehension.
            yield from (inner.target.id for inner in ast.walk(node) if isinstance(inner, ast.NamedExpr))
        elif not isinstance(node, _SCOPES):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _bound_here(node: ast.AST) -> Iterator[str]:
    """The names that ``node`` itself binds."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Import):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield from (alias.asname or alias.name for alias in node.names if alias.name != "*")
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name is not None:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest is not None:
        yield node.rest


def _dotted_use(node: ast.AST) -> str | None:
    """``a.b.c`` for a chain of attributes that starts from a name that is read, else None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        return ".".join([node.id, *reversed(parts)])
    return None


def _parameters(value: Any) -> tuple[str, ...] | None:
    """A function's parameter names."""
    return tuple(parameters_of(value) or ()) if type(value) is FunctionType else None


def _asked_for_inside(value: Any, asked: Sequence[str]) -> tuple[str, ...]:
    """The asked names that are methods of the class ``value``, or functions inside the function ``value``."""
    if type(value) is FunctionType:
        inner = {code.co_name for code in value.__code__.co_consts if type(code) is CodeType}
    elif issubclass(type(value), type):
        members = type.__getattribute__(value, "__dict__")
        inner = {name for name, member in members.items() if type(member) in _METHODS and type(name) is str}
    else:
        return ()
    return tuple(name for name in asked if name in inner)


def _place_of(value: Any) -> Place | None:
    """The file and line of a function's definition."""
    return (value.__code__.co_filename, value.__code__.co_firstlineno) if type(value) is FunctionType else None


def _stand_in_of(value: Any, stand_ins: Collection[str]) -> str:
    """The stand-in package that ``value`` comes from; empty if none.

    Reads what the interpreter itself keeps, not ``value.__module__``: that can be set, copied by `functools.wraps`,
    or answered by the hand-in's own ``__getattr__``.
    """
    for _ in range(8):
        if type(value) is functools.partial:
            value = value.func
        elif type(value) is MethodType:
            value = value.__func__
        else:
            break
    home = _home_module(value)
    root = home.partition(".")[0]
    return root if root in stand_ins else ""


def _home_module(value: Any) -> str:
    """The name of the module that made ``value``."""
    if type(value) is FunctionType:
        home = value.__globals__.get("__name__", "")
    elif type(value) is ModuleType:
        home = vars(value).get("__name__", "")
    elif type(value) is BuiltinFunctionType:
        home = value.__module__ or ""
    else:
        kind = value if issubclass(type(value), type) else type(value)
        home = type.__getattribute__(kind, "__dict__").get("__module__", "")
    return home if isinstance(home, str) else ""
