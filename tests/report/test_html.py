"""The report as a page: complete, valid, self-contained, in both languages, the same every time."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from grader.feedback.catalogue import say
from grader.feedback.view import Audience, CaseView, CellView, ErrorView, FailureView, Feedback, WallView
from grader.model.grade import Status
from grader.model.result import Frame, Snapshot
from grader.model.text import Language, Text
from grader.model.verdict import Verdict
from grader.report import render_html
from grader.report.html import prose

Read = Callable[[str], list[Any]]
Make = Callable[..., Feedback]
MakeCase = Callable[..., CaseView]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("language", Language)
def test_the_full_report_is_the_gold_file(
    language: Language, full_feedback: Make, check_gold: Callable[[str, str], None]
) -> None:
    """The whole page, in each language, changes only on purpose."""
    check_gold(f"report.{language}.html", render_html(full_feedback(language)))


def test_the_same_feedback_gives_the_same_bytes(full_feedback: Make) -> None:
    """A report holds no clock, no random id and no running time."""
    slower = full_feedback()
    exercises = tuple(
        msgspec.structs.replace(
            exercise, cases=tuple(msgspec.structs.replace(case, seconds=9.75) for case in exercise.cases)
        )
        for exercise in slower.exercises
    )

    assert render_html(msgspec.structs.replace(slower, exercises=exercises)) == render_html(full_feedback())


@pytest.mark.parametrize("language", Language)
def test_the_page_is_valid(language: Language, full_feedback: Make, read_page: Read) -> None:
    """Tags are balanced, ids are unique, every reference to an id has its target."""
    nodes = read_page(render_html(full_feedback(language)))

    ids = [node.attributes["id"] for node in nodes if "id" in node.attributes]
    targets = [node.attributes["href"][1:] for node in nodes if node.attributes.get("href", "").startswith("#")]
    named = " ".join(node.attributes.get("aria-labelledby", "") for node in nodes).split()
    assert len(ids) == len(set(ids))
    assert set(targets) | set(named) <= set(ids)


@pytest.mark.parametrize("language", Language)
def test_the_page_says_its_language(language: Language, full_feedback: Make, read_page: Read) -> None:
    """Screen readers and fonts follow the lang attribute."""
    assert (
        read_page(render_html(full_feedback(language)))[0].attributes["lang"] == {"en": "en", "zh": "zh-Hans"}[language]
    )


def test_nothing_runs_and_nothing_is_loaded(full_feedback: Make, read_page: Read) -> None:
    """No script, no handler, no style attribute; addresses of resources are data or places on the page."""
    nodes = read_page(render_html(full_feedback()))

    assert not {"script", "iframe", "object", "embed", "link", "base", "form"} & {node.tag for node in nodes}
    for node in nodes:
        assert not [name for name in node.attributes if name.startswith("on") or name in ("style", "srcset", "srcdoc")]
        assert node.attributes.get("src", "data:image/png").startswith("data:image/")
        assert node.tag != "use" or node.attributes["href"].startswith("#i-")


def test_the_policy_comes_before_anything_it_governs(full_feedback: Make, read_page: Read) -> None:
    """The Content-Security-Policy stands in the head, exactly once, ahead of the styles."""
    nodes = read_page(render_html(full_feedback()))

    tags = [node.tag for node in nodes]
    policies = [node for node in nodes if node.attributes.get("http-equiv") == "Content-Security-Policy"]
    assert [node.attributes["content"] for node in policies] == [POLICY]
    assert nodes.index(policies[0]) < tags.index("style")


def test_headings_leave_no_level_out(full_feedback: Make, read_page: Read) -> None:
    """One h1; each heading is at most one level below the one before it, a student's headings included."""
    levels = [int(node.tag[1]) for node in read_page(render_html(full_feedback())) if re.fullmatch("h[1-6]", node.tag)]

    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_landmarks_tables_and_pictures_are_named(full_feedback: Make, read_page: Read) -> None:
    """One header, main and footer; a skip link; headers of tables have a scope; pictures have words."""
    nodes = read_page(render_html(full_feedback()))

    tags = [node.tag for node in nodes]
    assert [tags.count(tag) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert next(node for node in nodes if node.tag == "a").attributes["href"] == "#result"
    report_tables = [
        n for n in nodes if n.tag == "th" and not any("rich" in a.attributes.get("class", "") for a in n.ancestors)
    ]
    assert report_tables
    assert all(node.attributes.get("scope") in ("col", "row") for node in report_tables)
    assert all(node.attributes["alt"] for node in nodes if node.tag == "img")
    pictures = [node for node in nodes if node.attributes.get("role") == "img"]
    assert len(pictures) == 4
    assert all(len(node.attributes["aria-labelledby"].split()) == 2 for node in pictures)


def test_every_verdict_has_its_word_and_its_own_icon(full_feedback: Make) -> None:
    """Colour is never the only signal."""
    html = render_html(full_feedback())

    for verdict in Verdict:
        assert f'href="#i-{verdict}"' in html
        assert f'id="i-{verdict}"' in html


def test_failing_cases_come_first_and_lie_open(make_feedback: Make, make_case: MakeCase, read_page: Read) -> None:
    """What needs the reader's attention precedes what is right."""
    html = render_html(make_feedback(make_case(1), make_case(2, Verdict.WRONG), make_case(3)))

    cases = [node for node in read_page(html) if node.attributes.get("id", "").startswith("case-")]
    assert [node.attributes["id"] for node in cases] == [f"case-squared-loss-{number}" for number in (2, 1, 3)]
    assert ["open" in node.attributes for node in cases] == [True, False, False]


def test_the_same_message_lies_open_once(make_feedback: Make, make_case: MakeCase, read_page: Read) -> None:
    """One line of code fails every case alike; the reader is told in full once."""
    same = Text(en="Your code raised SystemExit (line 24).", zh="你的代码引发了 SystemExit（第 24 行）。")
    error = ErrorView(
        type_name="SystemExit", message="0", frames=(Frame(cell=0, line=24, function="f", source="exit()"),)
    )
    cases = (make_case(number, Verdict.RAISED, message=same, error=error) for number in (1, 2, 3))
    html = render_html(make_feedback(*cases))

    opened = [n for n in read_page(html) if n.attributes.get("id", "").startswith("case-") and "open" in n.attributes]
    assert len(opened) == 1


def test_a_full_mark_is_celebrated_without_a_list_of_what_to_do(make_feedback: Make, make_case: MakeCase) -> None:
    """Nothing failed, so there is nowhere to begin."""
    html = render_html(make_feedback(make_case(1)))

    assert "Everything is right." in html
    assert "Where to begin" not in html


@pytest.mark.parametrize("status", [Status.INVALID, Status.INTERNAL_ERROR])
def test_a_hand_in_without_a_grade_says_why(status: Status, make_feedback: Make, read_page: Read) -> None:
    """The problem stands where the points would be, in the chosen language."""
    problem = Text(en="The file is no notebook.", zh="该文件不是笔记本。")
    html = render_html(make_feedback(status=status, problem=problem, language=Language.ZH, format=""))

    assert problem.zh in html
    assert not [node for node in read_page(html) if "score-got" in node.attributes.get("class", "")]


def test_a_statement_without_places_is_shown_where_it_stands(make_feedback: Make) -> None:
    """A syntax error has no traceback in the hand-in; its line is shown all the same."""
    error = ErrorView(type_name="SyntaxError", message="invalid syntax")
    failure = FailureView(cell=0, line=2, source="x ==== 1", message=Text(en="Left out.", zh="略过。"), error=error)
    cell = CellView(index=0, kind="code", source="y = 1\nx ==== 1", status="partly", failures=(failure,))

    html = render_html(make_feedback(cells=(cell,)))

    assert html.count('line line-bad" data-n="2"') == 2


def test_only_instructors_see_what_is_for_them(make_feedback: Make, make_case: MakeCase) -> None:
    """The instructor's page says on its face that it is not for students."""
    case = make_case(1, Verdict.WRONG, detail="assert 1 == 2", node="test_loss.py::test_flat", doc="A flat target.")
    wall = WallView(id="network", stood=False, text=Text(en="Open.", zh="开放。"), detail="no seccomp")

    html = render_html(make_feedback(case, audience=Audience.INSTRUCTOR, walls=(wall,)))

    for part in ("not for students", "assert 1 == 2", "test_loss.py::test_flat", "A flat target.", "no seccomp"):
        assert part in html
    assert "For instructors" not in render_html(make_feedback(make_case(1, Verdict.WRONG)))


@pytest.mark.parametrize("language", Language)
def test_a_weak_sandbox_is_said_at_the_top_and_where_the_walls_are(
    language: Language, full_feedback: Make, read_page: Read
) -> None:
    """In a banner with a sign and a link to the walls; a report without one never mentions it."""
    html = render_html(full_feedback(language, weak_sandbox=True))
    whole = render_html(full_feedback(language))

    banner = next(node for node in read_page(html) if node.attributes.get("class") == "banner banner-warn")
    assert banner.ancestors[-1].tag == "main"
    assert say("report.weak_sandbox", language) in html
    assert html.index(say("report.weak_sandbox", language)) < html.index('class="exercise"')
    assert say("report.walls.weak", language) in html
    assert "banner-warn" not in re.sub("<style>.*</style>", "", whole, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("stood", "needed", "look"),
    [
        (True, True, ("stood", "#i-passed")),
        (False, True, ("fell", "#i-raised")),
        (False, False, ("spare", "#i-note")),
    ],
)
def test_a_wall_that_nobody_needs_is_no_alarm(
    make_feedback: Make, read_page: Read, *, stood: bool, needed: bool, look: tuple[str, str]
) -> None:
    """What stands, what is missing, and what would only have been more, each with a sign of its own."""
    view = WallView(id="network", text=Text(en="Words.", zh="说明。"), stood=stood, needed=needed)

    nodes = read_page(render_html(make_feedback(walls=(view,))))

    row = next(
        node for node in nodes if node.tag == "li" and node.attributes.get("class") in ("stood", "fell", "spare")
    )
    icon = next(node for node in nodes if node.tag == "use" and row in node.ancestors)
    assert (row.attributes["class"], icon.attributes["href"]) == look


def test_a_missing_value_leaves_no_empty_panel(make_feedback: Make, make_case: MakeCase, read_page: Read) -> None:
    """Where the expected answer is concealed, only what came is shown."""
    got = Snapshot(kind="sequence", type_name="tuple", text="(1, 8)")
    nodes = read_page(render_html(make_feedback(make_case(1, Verdict.WRONG, got=got))))

    assert len([node for node in nodes if node.tag == "figure"]) == 1


def test_a_value_that_the_message_quotes_is_not_shown_again(make_feedback: Make, make_case: MakeCase) -> None:
    """One sentence says it all."""
    got = Snapshot(kind="sequence", type_name="tuple", text="(1, 8)")
    quoted = Text(en="Your answer is not right: (1, 8).", zh="答案不对：(1, 8)。")

    assert "<figure" not in render_html(make_feedback(make_case(1, Verdict.WRONG, got=got, message=quoted)))


def test_prose_marks_code_and_keeps_shapes_on_one_line() -> None:
    """Back-ticks become code; a shape does not break at its comma; everything is escaped."""
    assert prose("`a < b` gives (3, 1) & more\nend") == (
        '<code>a &lt; b</code> gives <span class="nowrap">(3, 1)</span> &amp; more<br>end'
    )


def test_a_module_has_no_cells_and_a_statement_that_was_not_run_no_error(make_feedback: Make) -> None:
    """The page speaks of what was handed in, and names an exception only where there was one."""
    error = ErrorView(type_name="", message="")
    failure = FailureView(cell=0, line=1, source="f = g()", message=Text(en="Not run.", zh="没有运行。"), error=error)
    cell = CellView(index=0, kind="code", source="f = g()", status="partly", failures=(failure,))
    html = render_html(make_feedback(cells=(cell,), format="module"))

    assert "Your module ran from top to bottom" in html
    assert "All cells ran" not in html
    assert 'class="error-text"' not in html
