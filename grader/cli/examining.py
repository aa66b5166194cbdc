"""The single home of what ``grader doctor`` does: try the walls, tell a person or a program."""

from __future__ import annotations

import os
import platform
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text as Line

from grader.cli.drawing import put_drawn, standard_output
from grader.cli.exit_codes import ExitCode
from grader.cli.output import put
from grader.cli.walls import wall_table
from grader.errors import MachineError
from grader.feedback.catalogue import say
from grader.feedback.walls import name_of, what_it_stops, what_to_do
from grader.model.text import Language, Text
from grader.sandbox.conformance import PROBES, Examination, ProbeResult, State, examine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.sandbox.conformance import Layer

_CONTAINER_MARKS: Final = {"docker": Path("/.dockerenv"), "podman": Path("/run/.containerenv")}


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """What a report about the walls of a machine begins with."""

    system: str
    kernel: str
    architecture: str
    container: str
    """The kind of container that this seems to be; empty if none is known."""
    versions: dict[str, str]


def examine_and_tell(language: str, *, as_json: bool, verbose: bool) -> int:
    """Run the command; returns the exit code.

    Raises:
        MachineError: if no student process can be started here at all.
    """
    spoken = Language(language)
    started = time.monotonic()
    try:
        with _progress(spoken, quiet=as_json) as tell:
            examination = examine(tell=tell)
    except OSError as error:  # not even decoys can be put up: no temporary folder, no loopback, no process
        raise MachineError(f"the walls could not be tried: {error}") from error
    seconds = time.monotonic() - started
    code = ExitCode.MACHINE if examination.failing else ExitCode.DONE
    machine = _machine(examination.environment)
    if as_json:
        put(_for_programs(examination, machine, code=code, seconds=seconds))
    else:
        _for_people(examination, machine, spoken, seconds=seconds, verbose=verbose)
    return code


def _machine(versions: dict[str, str]) -> Machine:
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "") if Path("/etc/os-release").exists() else ""
    return Machine(
        system=system or platform.system(),
        kernel=platform.release(),
        architecture=platform.machine(),
        container=_container(),
        versions={name: versions[name] for name in ("python", "torch") if name in versions},
    )


def _container() -> str:
    """The kind of container that this process seems to run in."""
    if named := os.environ.get("container", ""):  # noqa: SIM112 - so it is called
        return named
    return next((kind for kind, mark in _CONTAINER_MARKS.items() if mark.exists()), "")


@contextmanager
def _progress(language: Language, *, quiet: bool) -> Iterator[Callable[[ProbeResult], None]]:
    """A bar on a terminal, a line elsewhere; on standard error, so that standard output holds the result only."""
    console = Console(stderr=True, quiet=quiet)
    if not quiet and not console.is_terminal:
        put(f"{say('doctor.trying', language)} …", err=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(say("doctor.trying", language), total=len(PROBES))
        yield lambda _result: bar.advance(task)


# -- for people -------------------------------------------------------------------------------------------------------


def _for_people(
    examination: Examination, machine: Machine, language: Language, *, seconds: float, verbose: bool
) -> None:
    """Where it is, a table, and one sentence on what follows."""
    console = standard_output()
    put_drawn(Line(_heading(machine, language)), console=console)
    put_drawn(wall_table(examination.layers, language=language, verbose=verbose), console=console)
    put_drawn(Line(_conclusion(examination, language, seconds=seconds)), console=console)


def _heading(machine: Machine, language: Language) -> str:
    place = [machine.system, f"Linux {machine.kernel}", machine.architecture]
    inside = [f"{name} {version}" for name, version in machine.versions.items()]
    if machine.container:
        inside.append(say("doctor.container", language, name=machine.container))
    return "\n".join(" · ".join(line) for line in (place, inside))


def _conclusion(examination: Examination, language: Language, *, seconds: float) -> str:
    if examination.failing:
        comma = "、" if language is Language.ZH else ", "
        names = comma.join(name_of(layer.wall.id).pick(language) for layer in examination.failing)
        return say("doctor.not_ready", language, names=names)
    states = [result.state for layer in examination.layers for result in layer.results]
    held, nothing = states.count(State.HOLDS), states.count(State.NOTHING)
    return say("doctor.ready", language, held=held, nothing=nothing, seconds=round(seconds, 1))


# -- for programs -----------------------------------------------------------------------------------------------------


def _for_programs(examination: Examination, machine: Machine, *, code: ExitCode, seconds: float) -> str:
    """Everything, with every sentence in both languages."""
    told = {
        "schema": "grader/doctor/v1",
        "ready": not examination.failing,
        "exit_code": code,
        "machine": machine,
        "walls": [_layer(layer) for layer in examination.layers],
        "seconds": round(seconds, 1),
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def _layer(layer: Layer) -> dict[str, object]:
    wall = layer.wall
    remedy: Text | None = None
    if layer.state in (State.ABSENT, State.BROKEN):
        remedy = what_to_do(wall.id, broken=layer.state is State.BROKEN)
    return {
        "id": wall.id,
        "name": name_of(wall.id),
        "required": layer.required,
        "state": layer.state,
        "stood": wall.stood,
        "detail": wall.detail,
        "stops": what_it_stops(wall.id),
        "remedy": remedy,
        "attempts": [_attempt(result) for result in layer.results],
    }


def _attempt(result: ProbeResult) -> dict[str, object]:
    return {
        "id": result.probe.id,
        "title": result.probe.title,
        "state": result.state,
        "unconfined": result.control.said,
        "inside": result.inside.said,
    }
