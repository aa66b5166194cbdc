"""The index page: every hand-in in a line, with an address that leads to its report whatever its name is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec
import pytest

from grader.model.grade import Status
from grader.model.text import Language, Text
from grader.report import ExercisePoints, IndexRow, render_index, summarise
from grader.report.index import report_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.feedback.view import Feedback

TITLE = Text(en="Linear regression", zh="线性回归")
LOSS = ExercisePoints(id="squared_loss", title=Text(en="Squared loss", zh="平方损失"), points=1.5, max_points=2.0)


def _rows() -> tuple[IndexRow, ...]:
    return (
        IndexRow(
            student_id="ana",
            submission="a.ipynb",
            status=Status.GRADED,
            points=1.5,
            max_points=2.0,
            exercises=(LOSS,),
            report="ana/report.html",
        ),
        IndexRow(
            student_id="<b>李 雷</b>",
            submission='"x\u202e".py',
            status=Status.INVALID,
            points=0.0,
            max_points=2.0,
            problem=Text(en="The file is empty.", zh="文件是空的。"),
            report="李 雷#1?/report.html",
        ),
        IndexRow(student_id="cy", submission="c.py", status=Status.INTERNAL_ERROR, points=0.0, max_points=2.0),
    )


@pytest.mark.parametrize("language", Language)
def test_the_index_is_the_gold_file(language: Language, check_gold: Callable[[str, str], None]) -> None:
    """The page changes only on purpose."""
    check_gold(f"index.{language}.html", render_index(_rows(), title=TITLE, language=language))


@pytest.mark.parametrize("language", Language)
def test_the_index_says_how_many_were_graded_in_a_weak_sandbox(language: Language) -> None:
    """Once, above the table; nothing where there are none."""
    rows = tuple(msgspec.structs.replace(row, weak_sandbox=row.student_id == "ana") for row in _rows())
    told = {
        Language.EN: "1 hand-in was graded without some of the required protections",
        Language.ZH: "有 1 份作业在防护不完整的情况下评分",
    }[language]

    weak = render_index(rows, title=TITLE, language=language)

    assert told in weak
    assert "<code>--allow-weak-sandbox</code>" in weak
    assert told not in render_index(_rows(), title=TITLE, language=language)


def test_the_index_is_valid_and_inert(read_page: Callable[[str], list[Any]]) -> None:
    """Names cannot become markup, and nothing is loaded."""
    nodes = read_page(render_index(_rows(), title=TITLE, language=Language.EN))

    links = [node.attributes["href"] for node in nodes if node.tag == "a"]
    assert links == ["#result", "ana/report.html", "%E6%9D%8E%20%E9%9B%B7%231%3F/report.html"]
    assert not {"b", "script"} & {node.tag for node in nodes}
    assert all(node.attributes.get("scope") in ("col", "row") for node in nodes if node.tag == "th")


def test_a_fault_of_the_grader_shows_no_points() -> None:
    """Zero points would be a lie; a dash is not."""
    html = render_index(_rows()[2:], title=TITLE, language=Language.EN)

    assert "0 / 2" not in html
    assert "not graded yet" in html


@pytest.mark.parametrize(
    "path", ["a b/report.html", "../x", "a:b/r.html", "100%/r.html", "é'\"<>&/r.html", "a\\b", "\ud800"]
)
def test_an_address_leads_back_to_its_path(path: str) -> None:
    """Nothing in a name is taken for a scheme, a query, a fragment or markup."""
    address = report_address(path)

    assert unquote(address, errors="surrogatepass") == path
    assert not set(address) & set(" :?#'\"<>&\\")
    assert address.isascii()


def test_an_empty_class_has_a_page(read_page: Callable[[str], list[Any]]) -> None:
    """Nothing was handed in; the page says so by its count."""
    html = render_index((), title=TITLE, language=Language.EN)

    assert "0 hand-ins" in html
    assert not [node for node in read_page(html) if node.tag == "table"]


def test_a_row_is_made_from_a_feedback(full_feedback: Callable[..., Feedback]) -> None:
    """The row keeps points and titles, and drops the rest."""
    row = summarise(full_feedback(), report="chen.yu/report.html")

    assert (row.student_id, row.points, row.max_points) == ("chen.yu", 6.0, 22.0)
    assert [one.id for one in row.exercises] == ["synthetic_data", "squared_loss", "sgd", "weight_shape"]
    assert row.points_by_exercise["sgd"].points == 2.0
