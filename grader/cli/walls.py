"""The single home of walls as a table in the terminal: one line for each, and more only where something is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from grader.feedback.catalogue import say
from grader.feedback.walls import name_of, what_it_stops, what_to_do
from grader.report.safe_text import one_line
from grader.sandbox.conformance.results import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from grader.model.result import Wall
    from grader.model.text import Language
    from grader.sandbox.conformance.results import Layer, ProbeResult

_SIGNS: Final = {State.HOLDS: "✓", State.BROKEN: "✗", State.NOTHING: "–", State.ABSENT: "✗"}
_STYLES: Final = {State.HOLDS: "green", State.BROKEN: "red", State.NOTHING: "dim", State.ABSENT: "red"}
_MOST_HOLES: Final = 5
_LONGEST: Final = 300


def wall_table(layers: Sequence[Layer], *, language: Language, verbose: bool) -> Group:
    """What was found about every wall; ``verbose`` lists every attempt, too."""
    table = _table(language)
    for layer in layers:
        state, needed = layer.state, layer.required
        sign, style = (_SIGNS[state], _STYLES[state]) if needed or state is not State.ABSENT else ("–", "dim")
        held = Line(f"{sign} {say(f'doctor.state.{state}', language)}", style=style)
        stops = what_it_stops(layer.wall.id).pick(language)
        if not needed:
            stops = say("doctor.optional", language, stops=stops)
        table.add_row(Line(name_of(layer.wall.id).pick(language)), held, Line(stops))
    parts: list[RenderableType] = [table]
    for layer in layers:
        parts += _explanation(layer, language)
        if verbose:
            parts += _attempts(layer, language)
    return Group(*parts)


def missing_table(fallen: Iterable[Wall], *, language: Language) -> Group:
    """The walls that a machine lacks, each with the reason and what to do."""
    parts: list[RenderableType] = []
    for wall in fallen:
        stops = what_it_stops(wall.id).pick(language)
        parts.append(Line.assemble(("✗ ", "red"), (name_of(wall.id).pick(language), "bold"), f"  {stops}"))
        parts += _details(wall, language)
    return Group(*parts)


def _table(language: Language) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(say("doctor.column.wall", language), no_wrap=True)
    table.add_column(say("doctor.column.state", language), no_wrap=True)
    table.add_column(say("doctor.column.stops", language), overflow="fold")
    return table


def _explanation(layer: Layer, language: Language) -> list[RenderableType]:
    """Nothing where all is well; else why it is not, and what to do."""
    if layer.state in (State.HOLDS, State.NOTHING):
        return []
    head: RenderableType = Line(name_of(layer.wall.id).pick(language), style="bold")
    if layer.state is State.ABSENT:
        return [head, *_details(layer.wall, language), Line()]
    holes = [
        _indented(
            say("doctor.got_through", language, attempt=hole.probe.title, said=one_line(hole.inside.said, _LONGEST))
        )
        for hole in layer.holes[:_MOST_HOLES]
    ]
    remedy = what_to_do(layer.wall.id, broken=True)
    return [head, *holes, _indented(say("doctor.todo", language, remedy=remedy)), Line()]


def _details(wall: Wall, language: Language) -> list[RenderableType]:
    """Why a wall is missing, in the machine's words, and what to do."""
    reason = [say("doctor.why", language, reason=one_line(wall.detail, _LONGEST))] if wall.detail else []
    return [_indented(line) for line in (*reason, say("doctor.todo", language, remedy=what_to_do(wall.id)))]


def _attempts(layer: Layer, language: Language) -> list[RenderableType]:
    """Every attempt on a wall, with what came of it, both ways."""
    lines: list[RenderableType] = [Line(name_of(layer.wall.id).pick(language), style="bold")]
    for result in layer.results:
        title = f"{_SIGNS[result.state]} {result.probe.title.pick(language)}"
        lines.append(_indented(title, style=_STYLES[result.state]))
        lines += [_indented(said, columns=4, style="dim") for said in _both(result, language)]
    return [*lines, Line()]


def _both(result: ProbeResult, language: Language) -> tuple[str, str]:
    return (
        say("doctor.attempt.inside", language, said=one_line(result.inside.said, _LONGEST)),
        say("doctor.attempt.control", language, said=one_line(result.control.said, _LONGEST)),
    )


def _indented(text: str, *, columns: int = 2, style: str = "") -> RenderableType:
    return Padding(Line(text, style=style), (0, 0, 0, columns))
