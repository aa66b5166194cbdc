"""The single home of Jupyter's Markdown: nbconvert's own parser, with a renderer for reports that hold no script.

A module of its own, because importing nbconvert takes a third of a second that only those who render should pay.
"""

from __future__ import annotations

from html import escape

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from grader.report.highlight import highlighted_lines


class _Renderer(IPythonRenderer):  # type: ignore[misc] # nbconvert has no types
    """nbconvert's HTML with our colours for Python, formulas left in TeX, and no anchors or attachments."""

    def __init__(self) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)

    def block_code(self, code: str, info: str | None = None) -> str:
        """A block of code; colours where it says that it is Python."""
        if info and info.strip().lower().startswith(("py", "{.py")):
            coloured = "\n".join(highlighted_lines(code))
            return f"<pre><code>{coloured}</code></pre>\n"
        return f"<pre><code>{escape(code)}</code></pre>\n"

    def block_math(self, body: str) -> str:
        """A formula on lines of its own."""
        return f'<span class="math math-block">{escape(body.strip())}</span>'

    def inline_math(self, body: str) -> str:
        """A formula within a line."""
        return f'<span class="math">{escape(body)}</span>'

    def latex_environment(self, name: str, body: str) -> str:  # noqa: ARG002 - nbconvert passes both
        """A formula of several lines, such as ``align``."""
        return f'<span class="math math-block">{escape(body.strip())}</span>'

    def _embed_image_or_attachment(self, src: str) -> str:
        """The address as it stands: what a report may show is the sanitiser's decision."""
        return src


def to_html(source: str) -> str:
    """Markdown as HTML that is not yet fit to be shown: sanitise it."""
    return str(_PARSER.render(source))


_PARSER = MarkdownWithMath(renderer=_Renderer())
