"""The single home of asking objects what they are called without running any of their code."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import torch

MAX_NAME_CHARACTERS = 200
MAX_PARAMETERS = 64
MAX_UNWRAPPED = 8

_name_of_type = type.__dict__["__name__"].__get__
_dict_of_type = type.__dict__["__dict__"].__get__
_mro_of_type = type.__dict__["__mro__"].__get__

_CO_VARARGS = 0x04
_CO_VARKEYWORDS = 0x08


def clean_text(text: str, limit: int) -> str:
    """At most ``limit`` characters of ``text``, without lone surrogates, which no frame can carry."""
    text = str.__getitem__(text, slice(limit))
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def type_name_of(value: object) -> str:
    """The name of the real type of ``value``, whatever it claims in ``__class__``."""
    return clean_text(_name_of_type(type(value)), MAX_NAME_CHARACTERS)


def has_special(value: object, name: str) -> bool:
    """Whether the real type of ``value`` defines the special method ``name``."""
    return special_of(type(value), name) is not None


def special_of(owner: type, name: str) -> Any:
    """What ``owner`` or a base of it defines under ``name``, unbound; None where nothing does."""
    for base in _mro_of_type(owner):
        found = _dict_of_type(base).get(name)
        if found is not None:
            return found
    return None


def name_of(value: object) -> str:
    """The name of a function, method or class; empty for anything else."""
    if type(value) is MethodType:
        value = value.__func__
    if isinstance(value, type):
        return clean_text(_name_of_type(value), MAX_NAME_CHARACTERS)
    if type(value) in (FunctionType, BuiltinFunctionType):
        return clean_text(value.__name__, MAX_NAME_CHARACTERS)  # type: ignore[attr-defined]
    return ""


def parameters_of(value: object) -> list[str] | None:
    """A callable's parameter names in order (``*args`` and ``**options`` with their stars); None where unknown."""
    if isinstance(value, type):
        return _without_first(_of_function(special_of(value, "__init__")))
    if type(value) is MethodType:
        return _without_first(_of_function(value.__func__))
    if type(value) is FunctionType:
        return _of_function(value)
    method = "forward" if issubclass(type(value), torch.nn.Module) else "__call__"
    return _without_first(_of_function(special_of(type(value), method)))


def _without_first(names: list[str] | None) -> list[str] | None:
    """The names as a caller of the bound method sees them."""
    return names if not names or names[0].startswith("*") else names[1:]


def _of_function(function: Any) -> list[str] | None:
    for _ in range(MAX_UNWRAPPED):
        if type(function) is not FunctionType:
            return None
        inner = function.__dict__.get("__wrapped__")
        if inner is None:
            return _of_code(function)
        function = inner
    return None


def _of_code(function: FunctionType) -> list[str]:
    code = function.__code__
    positional, keyword_only = code.co_argcount, code.co_kwonlyargcount
    named = positional + keyword_only
    names = list(code.co_varnames[:positional])
    if code.co_flags & _CO_VARARGS:
        names.append("*" + code.co_varnames[named])
    names.extend(code.co_varnames[positional:named])
    if code.co_flags & _CO_VARKEYWORDS:
        names.append("**" + code.co_varnames[named + bool(code.co_flags & _CO_VARARGS)])
    return [clean_text(name, MAX_NAME_CHARACTERS) for name in names[:MAX_PARAMETERS]]
