"""The single home of the student's notebook in a report: its cells and outputs, bounded, sanitised, ready to be drawn.

Outputs are evidence from the student process: any type may stand anywhere, and nothing in them is trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from grader.feedback.untrusted import without_escapes
from grader.feedback.view import CellView, FailureView
from grader.model.text import Language, Text
from grader.report.ansi import ansi_to_html
from grader.report.highlight import highlighted_lines
from grader.report.markdown import as_typed, markdown_html
from grader.report.safe_text import one_line
from grader.report.sanitise import picture_source, sanitised

if TYPE_CHECKING:
    from grader.model.result import Frame

_MOST_CELLS = 300
_MOST_SOURCE = 20_000
_CODE_BUDGET = 1_000_000
"""Characters of code in one report; each may take ten to be coloured."""
_MOST_OUTPUTS = 50
_OUTPUT_HEAD, _OUTPUT_TAIL = 5000, 2000
_HEAD_LINES, _TAIL_LINES = 40, 15
_MOST_HTML = 200_000
_TEXT_BUDGET = 400_000
"""Characters of text outputs in one report."""
_PROSE_BUDGET = 300_000
"""Characters of text cells that are parsed for one report; the worst of them cost some microseconds each."""
_PICTURE_BUDGET = 4_000_000
"""Characters of pictures in one report."""
_AROUND = 2
"""Lines shown before and after the line of an error."""
_PICTURES = ("image/png", "image/jpeg", "image/gif")
_ORDER = ("text/html", "text/markdown", *_PICTURES, "text/latex", "text/plain")


class Line(msgspec.Struct, frozen=True):
    """One line of source code."""

    number: int
    code: Markup
    failed: bool = False


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One output; ``kind`` is ``text``, ``stderr``, ``error``, ``html`` or ``picture``."""

    kind: str
    body: Markup = Markup()
    tail: Markup = Markup()
    """The end of a long text; ``left_out`` characters lie between."""
    left_out: int = 0
    source: str = ""
    """A picture's ``data:`` address."""
    wide: bool = False
    """Whether it holds a table, which may need to scroll."""


class ShownCell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell, ready to be drawn."""

    number: int
    kind: str
    status: str
    unfolded: bool
    preview: str
    lines: tuple[Line, ...] = ()
    text: Markup = Markup()
    cut: bool = False
    outputs: tuple[Output, ...] = ()
    outputs_left_out: int = 0
    failures: tuple[FailureView, ...] = ()
    notices: tuple[Text, ...] = ()


class _Budget(msgspec.Struct):
    """What one report may still hold or cost."""

    text: int = _TEXT_BUDGET
    pictures: int = _PICTURE_BUDGET
    code: int = _CODE_BUDGET
    prose: int = _PROSE_BUDGET


def shown_cells(cells: Sequence[CellView], language: Language) -> tuple[ShownCell, ...]:
    """The cells that a report shows: the first few hundred, and every later one that failed."""
    budget = _Budget()
    chosen = [cell for place, cell in enumerate(cells) if place < _MOST_CELLS or cell.failures][: 2 * _MOST_CELLS]
    return tuple(_cell(cell, language, budget) for cell in chosen)


def excerpt(cells: Mapping[int, CellView], frame: Frame) -> tuple[Line, ...]:
    """The line of an error with its neighbours, from the hand-in itself, without blank lines around them."""
    cell = cells.get(frame.cell)
    lines = highlighted_lines(cell.source[:_MOST_SOURCE]) if cell is not None else ()
    if not 1 <= frame.line <= len(lines):
        return (Line(frame.line, highlighted_lines(frame.source)[0], failed=True),) if frame.source else ()
    first, last = max(1, frame.line - _AROUND), min(len(lines), frame.line + _AROUND)
    while first < frame.line and not lines[first - 1].strip():
        first += 1
    while last > frame.line and not lines[last - 1].strip():
        last -= 1
    return tuple(Line(number, lines[number - 1], failed=number == frame.line) for number in range(first, last + 1))


def _cell(cell: CellView, language: Language, budget: _Budget) -> ShownCell:
    """One cell; a failing one lies open."""
    code = cell.kind == "code"
    source = cell.source[: min(_MOST_SOURCE, budget.code) if code else _MOST_SOURCE]
    budget.code -= len(source) if code else 0
    failed = {failure.line for failure in cell.failures}
    lines = highlighted_lines(source) if code and source.strip() else ()
    outputs = tuple(_outputs(cell.outputs[:_MOST_OUTPUTS], language, budget))
    return ShownCell(
        number=cell.index + 1,
        kind=cell.kind,
        status=cell.status,
        unfolded=bool(cell.failures) or cell.status in ("partly", "failed"),
        preview=one_line(next((line for line in source.splitlines() if line.strip()), ""), 90),
        lines=tuple(Line(number, line, number in failed) for number, line in enumerate(lines, start=1)),
        text=_prose(cell.kind, source, language, budget),
        cut=len(cell.source) > len(source),
        outputs=outputs,
        outputs_left_out=max(0, len(cell.outputs) - _MOST_OUTPUTS),
        failures=cell.failures,
        notices=cell.notices,
    )


def _prose(kind: str, source: str, language: Language, budget: _Budget) -> Markup:
    """A text cell; a raw one is shown as typed, and so is what follows on more text than anybody writes."""
    if kind == "code":
        return Markup()
    budget.prose -= len(source)
    return markdown_html(source, language) if kind == "markdown" and budget.prose >= 0 else as_typed(source)


def _outputs(outputs: Iterable[Any], language: Language, budget: _Budget) -> Iterator[Output]:
    """The outputs that can be shown."""
    for output in outputs:
        if not isinstance(output, Mapping):
            continue
        kind = output.get("output_type")
        if kind == "stream":
            yield _text("stderr" if output.get("name") == "stderr" else "text", _joined(output.get("text")), budget)
        elif kind == "error":
            traceback = output.get("traceback")
            lines = "\n".join(map(_joined, traceback)) if isinstance(traceback, Sequence) else ""
            yield _text("error", lines or f"{_joined(output.get('ename'))}: {_joined(output.get('evalue'))}", budget)
        elif kind in ("display_data", "execute_result"):
            data = output.get("data")
            shown = _bundle(data, language, budget) if isinstance(data, Mapping) else None
            if shown is not None:
                yield shown


def _bundle(data: Mapping[Any, Any], language: Language, budget: _Budget) -> Output | None:
    """The best of the forms in which one object was displayed."""
    for mime in _ORDER:
        value = _joined(data.get(mime))
        shown = _form(mime, value, language, budget) if value.strip() else None
        if shown is not None:
            return shown
    return None


def _form(mime: str, value: str, language: Language, budget: _Budget) -> Output | None:
    """One form of a displayed object, or None where nothing may be shown of it."""
    if mime in _PICTURES:
        source = picture_source(mime, value) if len(value) <= budget.pictures else None
        if source is None:
            return None
        budget.pictures -= len(source)
        return Output(kind="picture", source=source)
    if mime in ("text/plain", "text/latex"):
        return _text("text", value, budget)
    if len(value) > min(_MOST_HTML, budget.text):
        return None
    budget.text -= len(value)  # also where nothing comes of it: reading it costs time
    html = sanitised(value, language) if mime == "text/html" else markdown_html(value, language)
    if html is None or not html.strip() or (not html.striptags().strip() and "<img" not in html):
        return None
    budget.text -= max(0, len(html) - len(value))
    return Output(kind="html", body=html, wide="<table" in html)


def _text(kind: str, text: str, budget: _Budget) -> Output:
    """A text output: whole where it is short, its beginning and its end where it is long."""
    text = text.rstrip("\n")
    most = max(200, min(_OUTPUT_HEAD + _OUTPUT_TAIL, budget.text))
    if len(text) <= most and text.count("\n") < _HEAD_LINES + _TAIL_LINES:
        budget.text -= len(text)
        return Output(kind=kind, body=ansi_to_html(text))
    head = "\n".join(text[: most * 5 // 7].split("\n", _HEAD_LINES)[:_HEAD_LINES])
    rest = text[len(head) :]
    tail = "\n".join(rest[-(most * 2 // 7) :].rsplit("\n", _TAIL_LINES)[-_TAIL_LINES:])
    budget.text -= len(head) + len(tail)
    return Output(
        kind=kind,
        body=ansi_to_html(head),
        tail=ansi_to_html(without_escapes(tail)),
        left_out=len(rest) - len(tail),
    )


def _joined(value: Any) -> str:
    """Nbformat's text: a string or a list of strings; anything else is no text."""
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return "".join(part for part in value if isinstance(part, str))
    return ""
