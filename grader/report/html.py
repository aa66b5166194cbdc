"""The single home of the HTML report: one file per hand-in that needs no network and runs no script.

Python decides what is shown and measures the pictures; the templates beside it only write it down. All words come from
the catalogue, all text is escaped by the templates, and HTML of students passes `sanitise` first.
"""

from __future__ import annotations

import functools
import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from grader.feedback import catalogue
from grader.feedback.view import Audience, CellView, FailureView, Feedback
from grader.model.grade import Status
from grader.model.result import Frame
from grader.model.text import Language, Text
from grader.report import quantity
from grader.report.cases import ShownError, first_steps, shown_error, shown_exercises
from grader.report.matrix import index_text
from grader.report.notebook import shown_cells
from grader.report.safe_text import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = Path(__file__).parent / "templates"
_LANGUAGE_TAGS: Final = {Language.EN: "en", Language.ZH: "zh-Hans"}
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_CODE = re.compile(r"`([^`\n]+)`")
_TUPLE = re.compile(r"[(\[]\d[\d, ]{0,60}[)\]]")
_CSS_SPACE = re.compile(r"/\*.*?\*/|\s+", re.DOTALL)


def render_html(feedback: Feedback) -> str:
    """The report on one hand-in as a self-contained HTML file."""
    exercises = shown_exercises(feedback)
    cells = {cell.index: cell for cell in feedback.cells}
    return render_page(
        "report.jinja",
        feedback.language,
        feedback=feedback,
        graded=feedback.status is Status.GRADED,
        for_instructors=feedback.audience is Audience.INSTRUCTOR,
        exercises=exercises,
        steps=first_steps(exercises),
        cells=shown_cells(feedback.cells, feedback.language),
        failures=[(failure, _failed(failure, cells)) for cell in feedback.cells for failure in cell.failures],
    )


def _failed(failure: FailureView, cells: Mapping[int, CellView]) -> ShownError:
    """The error of a statement; one without places (a syntax error, a time limit) happened where the statement is."""
    place = Frame(cell=failure.cell, line=failure.line, function="", source=failure.source)
    error = failure.error
    return shown_error(error if error.frames else msgspec.structs.replace(error, frames=(place,)), cells)


def render_page(template: str, language: Language, **facts: Any) -> str:
    """One page from its template, with the words of one language."""
    page = environment(language).get_template(template).render(**facts)
    return page if page.isascii() else page.encode("utf-8", "replace").decode("utf-8")


@functools.cache
def environment(language: Language) -> Environment:
    """The templates with the words of one language; compiled once per process."""

    @functools.lru_cache(maxsize=4096)
    def words(key: str, **values: str | float) -> str:
        return catalogue.say(key, language, **values)

    def pick(text: Text) -> str:
        return text.pick(language)

    templates = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_finalize,
    )
    templates.globals.update(
        t=words,
        pick=pick,
        policy=_POLICY,
        language_tag=_LANGUAGE_TAGS[language],
        style=_style(),
        points=quantity.points,
        number=quantity.short,
        index_text=index_text,
    )
    templates.filters.update(prose=prose, line=one_line)
    return templates


def prose(text: str) -> Markup:
    """A sentence of the catalogue or of an author: `` `code` `` becomes code, line breaks stay."""
    pieces = _CODE.split(visible(text))
    parts = [
        f"<code>{escape(piece)}</code>" if place % 2 else _TUPLE.sub(_unbroken, escape(piece))
        for place, piece in enumerate(pieces)
    ]
    return Markup("".join(parts).replace("\n", "<br>"))  # noqa: S704 - every piece is escaped


def _unbroken(match: re.Match[str]) -> str:
    """A shape or an index that stays on one line."""
    return f'<span class="nowrap">{match.group()}</span>'


def _finalize(value: Any) -> Any:
    """Whatever a template prints: plain strings lose their odd characters, markup is complete already."""
    return visible(value) if type(value) is str else value


@functools.cache
def _style() -> Markup:
    """The style sheet without comments and needless space."""
    css = (_FOLDER / "style.css").read_text(encoding="utf-8")
    return Markup(_CSS_SPACE.sub(" ", css).strip())  # noqa: S704 - our own file
