"""The single home of the list of probes, read from the files in ``attempts``."""

from __future__ import annotations

import importlib
import inspect
import json
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final

import msgspec

from grader.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

_ATTEMPTS: Final = "grader.sandbox.conformance.attempts"
_HERE: Final = f"{_ATTEMPTS}.here"
_FILES: Final = {
    "own_process": "own_process",
    "closed_descriptors": "closed_descriptors",
    "limits": "limits",
    "own_folder": "own_folder",
    "leftovers_killed": "leftovers_killed",
    "capabilities": "capabilities",
    "filesystem": "filesystem",
    "system_calls": "system_calls",
    "kernel": "system_calls",
    "objects": "system_calls",
    "metadata": "system_calls",
    "network": "network",
    "namespaces": "namespaces",
}
"""The files of attempts with the wall that each one tries, in the order in which the walls are put up."""
_PROGRAM: Final = """
import json, sys, types
def module(name, text):
    made = sys.modules[name] = types.ModuleType(name)
    exec(compile(text, name, "exec"), vars(made))
    return made
here = module({here_name!r}, {here!r})
answer = here.answer(vars(module("attempts", {attempts!r}))[{function!r}], json.loads({given!r}))
"""
"""Where it runs, nothing of grader's sandbox can be imported; so the files travel as text."""


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that student code must not be able to do."""

    id: str
    wall: str
    """The id of the wall that is to refuse it."""
    title: Text
    file: str
    function: str

    def program(self, given: Mapping[str, Any]) -> str:
        """A module that tries it on the decoys of ``given`` and leaves what came of it in ``answer``."""
        program = _PROGRAM.format(
            here_name=_HERE,
            here=_source("here"),
            attempts=_source(self.file),
            function=self.function,
            given=json.dumps(given),
        )
        return f"exec({program!r}, globals())"


def _probes() -> Iterator[Probe]:
    for file, wall in _FILES.items():
        for function in _attempts(importlib.import_module(f"{_ATTEMPTS}.{file}")):
            name = function.__name__
            yield Probe(id=f"{wall}.{name}", wall=wall, title=_title(function), file=file, function=name)


def _attempts(module: ModuleType) -> Iterator[FunctionType]:
    """The functions that a file of attempts offers, in its order."""
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__ and not name.startswith("_"):
            yield value


def _title(function: FunctionType) -> Text:
    """From the docstring: English in its first paragraph, Chinese in its second; without the full stops."""
    en, _, zh = inspect.cleandoc(function.__doc__ or "").partition("\n\n")
    return Text(en=en.strip().rstrip("."), zh=zh.strip().rstrip("。"))


def _source(file: str) -> str:
    return Path(__file__).parent.joinpath("attempts", f"{file}.py").read_text(encoding="utf-8")


PROBES: Final = tuple(_probes())
