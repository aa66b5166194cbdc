"""The single home of students' Markdown in a report: parsed as in Jupyter, then sanitised like any other HTML.

Formulas stay in TeX, because a report holds no script.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from grader.report.safe_text import visible
from grader.report.sanitise import sanitised

if TYPE_CHECKING:
    from grader.model.text import Language

_MOST_CHARACTERS = 12_000
"""A longer text is shown as it was typed; parsing costs time in proportion."""
_MOST_SHOWN = 30_000
_MOST_FORMULAS = 400
"""Each opened formula may be searched for its end through the whole text; more are shown as they were typed."""
_FORMULA = re.compile(r"\\begin|\\\\[\[(]|\$")


@lru_cache(maxsize=512)
def markdown_html(source: str, language: Language) -> Markup:
    """One text cell as inert HTML; the cells of the stub, the same for a whole class, are parsed once."""
    from grader.report.jupyter_markdown import to_html  # noqa: PLC0415 - nbconvert is slow to import

    if len(source) > _MOST_CHARACTERS or len(_FORMULA.findall(source)) > _MOST_FORMULAS:
        return as_typed(source)
    try:
        html = to_html(visible(source))
    except RecursionError:
        return as_typed(source)
    shown = sanitised(html, language)
    return as_typed(source) if shown is None else shown


def as_typed(source: str) -> Markup:
    """The text without its formatting."""
    return Markup("<pre>{}</pre>").format(visible(source[:_MOST_SHOWN]))
