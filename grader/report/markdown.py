"""The single home of students' Markdown in a report: parsed as in Jupyter, then sanitised like any other HTML.

mistune is the parser that nbconvert uses, too. Formulas stay in TeX, because a report holds no script.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import mistune
from markupsafe import Markup

from grader.report.highlight import highlighted_lines
from grader.report.safe_text import visible
from grader.report.sanitise import sanitised

if TYPE_CHECKING:
    from grader.model.text import Language

_MOST_CHARACTERS = 30_000
"""A longer text is shown as it was typed; parsing costs time in proportion."""


class _Renderer(mistune.HTMLRenderer):
    """HTML as mistune writes it, with coloured Python."""

    def block_code(self, code: str, info: str | None = None) -> str:
        """A block of code; colours where it says that it is Python."""
        if info and info.strip().lower().startswith(("py", "{.py")):
            coloured = "\n".join(highlighted_lines(code))
            return f"<pre><code>{coloured}</code></pre>\n"
        return f"<pre><code>{escape(code)}</code></pre>\n"


@lru_cache(maxsize=512)
def markdown_html(source: str, language: Language) -> Markup:
    """One text cell as inert HTML; the cells of the stub, the same for a whole class, are parsed once."""
    if len(source) > _MOST_CHARACTERS:
        return _as_typed(source)
    try:
        html = _PARSER(visible(source))
    except RecursionError:
        return _as_typed(source)
    return sanitised(str(html), language)


def _as_typed(source: str) -> Markup:
    """The text without its formatting."""
    return Markup("<pre>{}</pre>").format(visible(source[:_MOST_CHARACTERS]))


def _math(_: Any, text: str) -> str:
    """A formula within a line, in TeX."""
    return f'<span class="math">{escape(text)}</span>'


def _math_block(_: Any, text: str) -> str:
    """A formula on lines of its own, in TeX."""
    return f'<div class="math">{escape(text)}</div>\n'


def _parser() -> mistune.Markdown:
    """Jupyter's Markdown: tables, strike-through, bare addresses, formulas."""
    renderer = _Renderer(escape=False)
    parser = mistune.create_markdown(renderer=renderer, plugins=["strikethrough", "table", "url", "math", "def_list"])
    renderer.register("inline_math", _math)
    renderer.register("block_math", _math_block)
    return parser


_PARSER = _parser()
