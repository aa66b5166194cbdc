"""The student's notebook: what is shown of sources and outputs, and in which form."""

from __future__ import annotations

from typing import Any

import pytest

from grader.feedback.view import CellView
from grader.model.result import Frame
from grader.model.text import Language
from grader.report.ansi import ansi_to_html
from grader.report.highlight import highlighted_lines
from grader.report.markdown import markdown_html
from grader.report.notebook import Output, excerpt, shown_cells
from grader.report.sanitise import picture_source, sanitised

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def _outputs(*outputs: dict[str, Any]) -> tuple[Output, ...]:
    cell = CellView(index=0, kind="code", source="x", status="ok", outputs=outputs)
    return shown_cells((cell,), Language.EN)[0].outputs


def _displayed(**data: Any) -> tuple[Output, ...]:
    bundle = {name.replace("_", "/", 1): value for name, value in data.items()}
    return _outputs({"output_type": "display_data", "data": bundle, "metadata": {}})


def test_a_plot_is_shown_as_its_picture() -> None:
    """The text ``<Figure size …>`` beside it is not."""
    (output,) = _displayed(image_png=PIXEL + "\n", text_plain="<Figure>")

    assert (output.kind, output.source) == ("picture", f"data:image/png;base64,{PIXEL}")


def test_a_table_is_shown_as_html_and_may_scroll() -> None:
    """A data frame's own table, without its style."""
    (output,) = _displayed(
        text_html="<table border=1><tr><th></th><td style='color:red'>1</td></tr></table>", text_plain="x"
    )

    assert output.wide
    assert str(output.body) == "<table><tbody><tr><td></td><td>1</td></tr></tbody></table>"


def test_html_of_which_nothing_may_stay_falls_back_to_its_text() -> None:
    """An interactive plot is a script; its textual form is shown."""
    (output,) = _displayed(text_html="<div><script>plot()</script></div>", text_plain="Plot of y")

    assert (output.kind, output.body) == ("text", "Plot of y")


def test_a_drawing_in_svg_falls_back_to_its_text() -> None:
    """SVG can hold scripts and is not shown."""
    (output,) = _displayed(**{"image_svg+xml": "<svg></svg>", "text_plain": "<drawing>"})

    assert output.body == "&lt;drawing&gt;"


@pytest.mark.parametrize(
    ("mime", "data"),
    [
        ("image/png", "!!!"),
        ("image/png", "PHN2Zz48L3N2Zz4="),
        ("image/jpeg", PIXEL),
        ("image/svg+xml", PIXEL),
        ("image/png", "iVBORw0KGgoAAAANSUhEUgAB9P8AAfT/CAYAAAA="),
        ("image/gif", "R0lGODlh//////8="),
        ("image/png", ""),
    ],
)
def test_what_is_no_picture_or_too_large_a_one_is_left_out(mime: str, data: str) -> None:
    """A picture is known by its first bytes; one of millions of pixels a side would stop the browser."""
    assert picture_source(mime, data) is None


def test_a_long_output_keeps_its_beginning_and_its_end() -> None:
    """The last epochs of a training are what one looks for."""
    (output,) = _outputs({"output_type": "stream", "name": "stdout", "text": "a" * 9000 + "the end\n"})

    assert output.body.startswith("aaa")
    assert output.tail.endswith("the end")
    assert output.left_out == 9007 - 7000


def test_many_short_lines_keep_their_beginning_and_their_end() -> None:
    """A thousand epochs do not fill the page; lines stay whole."""
    text = "".join(f"epoch {number}\n" for number in range(500))
    (output,) = _outputs({"output_type": "stream", "name": "stdout", "text": text})

    assert output.body.splitlines()[-1] == "epoch 39"
    assert output.tail.splitlines() == [f"epoch {number}" for number in range(485, 500)]
    assert len(output.body) + output.left_out + len(output.tail) == len(text) - 1


def test_failing_cells_lie_open() -> None:
    """The others are one line each."""
    cells = [
        CellView(index=n, kind="code", source="x", status=s) for n, s in enumerate(("ok", "failed", "partly", "empty"))
    ]

    assert [cell.unfolded for cell in shown_cells(cells, Language.EN)] == [False, True, True, False]


def test_an_excerpt_is_the_line_with_its_neighbours() -> None:
    """Two lines before and after, as far as there are any, and none that is blank at the ends."""
    cell = CellView(index=3, kind="code", source="\nb\nc\n\ne", status="ok")

    lines = excerpt({3: cell}, Frame(cell=3, line=2, function="f", source="b"))

    assert [(line.number, str(line.code), line.failed) for line in lines] == [
        (2, "b", True),
        (3, "c", False),
    ]


@pytest.mark.parametrize(
    "frame", [Frame(cell=9, line=1, function="f", source="x = 1"), Frame(cell=3, line=99, function="f", source="x = 1")]
)
def test_a_place_that_the_hand_in_does_not_have_shows_its_own_line(frame: Frame) -> None:
    """The traceback's line is better than none."""
    cell = CellView(index=3, kind="code", source="a", status="ok")

    (line,) = excerpt({3: cell}, frame)

    assert line.failed
    assert "x = " in line.code


def test_markdown_becomes_html_below_the_reports_headings() -> None:
    """Headings begin at the fourth level and leave none out."""
    html = markdown_html("# One\n\n### Three\n\n*text* and $a_1 * b_1$", Language.EN)

    assert html.replace("\n", "") == (
        '<h4>One</h4><h5>Three</h5><p><em>text</em> and <span class="math">a_1 * b_1</span></p>'
    )


def test_markdown_tables_and_code_are_kept() -> None:
    """What course notebooks use."""
    html = markdown_html("|a|b|\n|-|-|\n|1|2|\n\n```python\nx = 1\n```", Language.EN)

    assert "<th>a</th>" in html
    assert '<span class="t-n">1</span>' in html


def test_a_picture_that_may_not_be_loaded_becomes_a_note() -> None:
    """Its alternative text says what is missing."""
    html = sanitised('<img src="http://example.org/x.png" alt="the &lt;loss&gt;">', Language.ZH)

    assert html == "<em>未显示的图片： the &lt;loss&gt;</em>"


def test_a_picture_without_words_gets_some() -> None:
    """Every picture has an alternative text."""
    assert sanitised(f'<img src="data:image/png;base64,{PIXEL}" width=99999>', Language.EN) == (
        f'<img src="data:image/png;base64,{PIXEL}" alt="Picture">'
    )


def test_colours_of_a_traceback_become_classes() -> None:
    """Known colours and bold; every other sequence vanishes."""
    assert ansi_to_html("\x1b[1;31mNo\x1b[0m <b> \x1b[38;5;9mx\x1b[2Ky\x1b[m") == (
        '<span class="ansi-bold ansi-red">No</span> &lt;b&gt; xy'
    )


def test_code_is_coloured_line_by_line() -> None:
    """A string over two lines is closed and opened again, so that each line stands alone."""
    assert [str(line) for line in highlighted_lines('x = """<a>\nb"""  # c')] == [
        'x = <span class="t-s">&quot;&quot;&quot;&lt;a&gt;</span>',
        '<span class="t-s">b&quot;&quot;&quot;</span>  <span class="t-c"># c</span>',
    ]


@pytest.mark.parametrize("source", ['"\\' * 5000, "'''" * 5000, 'f"' * 5000, "@" * 9000, "1e" * 9000, "\t" * 500])
def test_broken_code_keeps_every_character(source: str) -> None:
    """What cannot be read as Python is shown as it is."""
    shown = "\n".join(line.striptags() if "<" not in source else line for line in highlighted_lines(source))

    assert shown.split() == source.split()


def test_formulas_of_every_delimiter_stay_in_tex() -> None:
    """Jupyter's delimiters and environments are recognised, and their content is not taken for Markdown."""
    source = "so $a_1 * b * c$ and\n\n$$x_1 * y * z$$\n\n\\begin{align}\np &= q * r * s\n\\end{align}\n"

    html = str(markdown_html(source, Language.EN))

    assert '<span class="math">a_1 * b * c</span>' in html
    assert '<span class="math math-block">x_1 * y * z</span>' in html
    assert '<span class="math math-block">p &amp;= q * r * s</span>' in html
    assert "<em>" not in html


def test_a_text_with_thousands_of_formulas_is_shown_as_it_was_typed() -> None:
    """What would take long to parse keeps its characters and loses its formatting."""
    source = "**bold** " + "$a$ " * 300

    assert "<strong>" in str(markdown_html("**bold**", Language.EN))
    assert str(markdown_html(source, Language.EN)).startswith("<pre>**bold** $a$")


def test_a_notebook_with_endless_text_is_parsed_up_to_a_bound() -> None:
    """Three hundred cells whose brackets never close would cost half a minute, which no limit of a hand-in counts."""
    cells = [
        CellView(index=index, kind="markdown", source="**a**" + "[a](" * 2900, status="ok", outputs=())
        for index in range(300)
    ]

    shown = shown_cells(cells, Language.EN)

    assert "<strong>" in str(shown[0].text)
    assert str(shown[-1].text).startswith("<pre>**a**[a](")
