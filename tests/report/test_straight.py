"""HTML made straight before it is cleaned: no depth and no repetition that a parser could be made to invent."""

from __future__ import annotations

import pytest

from grader.feedback.view import CellView
from grader.model.text import Language
from grader.report.markdown import markdown_html
from grader.report.notebook import shown_cells
from grader.report.sanitise import sanitised
from grader.report.straight import DEEPEST, straightened

REOPENED = "<p>" + "".join(f"<b title={number}>" for number in range(300)) + "</p>" + "<p>x</p>" * 1000
"""A parser opens every bold again in each paragraph: 300,000 elements of 12 kB."""


@pytest.mark.parametrize(
    ("html", "straight"),
    [
        ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td></tr></table>"),
        ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"),
        ("a<br>b<IMG SRC=\"x\" alt='y'/>", 'a<br>b<img src="x" alt="y">'),
        ("<td colspan = 2 nowrap>x", '<td colspan="2" nowrap="">x</td>'),
        ("a<!-- <b> -->b<!--c", "ab"),
        ("<script>'<b>'</script>a<style>b", "a"),
        ("1 < 2 <3 &lt; &amp; <b", "1 &lt; 2 &lt;3 &lt; &amp; &lt;b"),
        ('<a title="<b>">x</a>', '<a title="&lt;b&gt;">x</a>'),
        ("</p></div>a", "a"),
    ],
)
def test_each_element_is_closed_where_it_ends(html: str, straight: str) -> None:
    """Ends that were left out are written, ends of nothing vanish, and what is no element is text."""
    assert straightened(html) == straight


@pytest.mark.parametrize("tag", ["<div>", "<b>", "<rt>", "<ul><li>", "<x>"])
def test_what_is_too_deep_is_given_up(tag: str) -> None:
    """A parser walks through all that is open at each tag."""
    assert straightened(tag * 20) is not None
    assert straightened(tag * (DEEPEST + 1)) is None


def test_straight_html_holds_what_was_written_and_no_more() -> None:
    """What stands open at the end of a paragraph ends there."""
    straight = straightened("<p><b title=1><i></p>" + "<p>x</p>" * 3)

    assert straight == '<p><b title="1"><i></i></b></p>' + "<p>x</p>" * 3


def test_an_output_that_would_grow_shows_its_text() -> None:
    """Deep HTML, and HTML that a parser repeats, is not drawn; what was displayed beside it is."""
    data = {"text/html": "<div>" * 300, "text/plain": "deep"}
    cell = CellView(
        index=0, kind="code", source="x", status="ok", outputs=({"output_type": "display_data", "data": data},)
    )

    assert shown_cells((cell,), Language.EN)[0].outputs[0].body == "deep"
    assert len(sanitised(REOPENED, Language.EN) or "") < 2 * len(REOPENED)


def test_a_text_cell_that_would_grow_is_shown_as_it_was_typed() -> None:
    """Markdown can hold the same HTML."""
    assert markdown_html("<div>" * 300, Language.EN).startswith("<pre>&lt;div&gt;")
    assert len(markdown_html(REOPENED[:11_000], Language.EN)) < 30_000


def test_all_sources_together_are_bounded() -> None:
    """A notebook of millions of characters is shown up to a bound, and says that it is cut."""
    cells = tuple(CellView(index=index, kind="code", source="x = 1\n" * 3_000, status="ok") for index in range(290))

    shown = shown_cells(cells, Language.EN)

    assert sum(len(line.code) for cell in shown for line in cell.lines) < 20_000_000
    assert shown[0].lines
    assert shown[-1].cut
    assert not shown[-1].lines
