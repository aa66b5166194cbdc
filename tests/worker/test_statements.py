"""Tests of cutting a cell into statements."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from grader.worker.statements import CellPlan, import_pieces, is_cheap, plan_cell

if TYPE_CHECKING:
    from grader.worker.shell import CellShell

Plan = Callable[..., CellPlan]


@pytest.fixture
def plan(shell: CellShell) -> Plan:
    """Plan a cell with the shell's own translation of magics."""

    def plan_text(text: str, *, notebook: bool = True) -> CellPlan:
        return plan_cell(text, transform=shell.transform, notebook=notebook)

    return plan_text


def test_statements_are_numbered_and_know_their_line_and_names(plan: Plan) -> None:
    """The line is the one a person sees, the source its text."""
    found = plan("\n\nimport a, b\n\n@wrap\ndef f():\n    pass\nx = 1; y = 2\n").statements

    assert [(one.index, one.line, one.source, one.binds) for one in found] == [
        (0, 3, "import a, b", ("a", "b")),
        (1, 6, "def f():", ("f",)),
        (2, 8, "x = 1; y = 2", ("x",)),
        (3, 8, "x = 1; y = 2", ("y",)),
    ]


@pytest.mark.parametrize(
    ("text", "displays"),
    [
        ("a", True),
        ("a;", False),
        ("a;  # quiet", False),
        ("a  # not; quiet", True),
        ("a = 1", False),
        ("f(\n1)", True),
        ("f(\n1);", False),
        ("%timeit f()", False),
        ("%time f()", True),
        ("print('x;')", True),
    ],
)
def test_the_last_expression_of_a_notebook_cell_is_its_result(plan: Plan, text: str, displays: bool) -> None:  # noqa: FBT001
    """Unless a semicolon says no; a module has no results."""
    assert plan(text).statements[-1].displays is displays
    assert plan(text, notebook=False).statements[-1].displays is False


def test_only_the_last_expression_is_shown(plan: Plan) -> None:
    """As in a notebook."""
    assert [one.displays for one in plan("a\nb\nc").statements] == [False, False, True]


@pytest.mark.parametrize("test", ["__name__ == '__main__'", '"__main__" == __name__', "(__name__) == ('__main__')"])
def test_a_main_block_of_a_module_is_kept_apart(plan: Plan, test: str) -> None:
    """Numbered after everything else; in a notebook it is part of the rest."""
    text = f"a = 1\nif {test}:\n    b = 2\n    c = 3\nd = 4"

    module = plan(text, notebook=False)
    assert [one.index for one in module.statements] == [0, 1, 2]
    assert [(one.index, one.line, one.binds) for one in module.main_block] == [(3, 3, ("b",)), (4, 4, ("c",))]
    assert [one.binds for one in plan(text).statements] == [("a",), ("b",), ("c",), ("d",)]


@pytest.mark.parametrize(
    "text", ["if __name__ == '__main__':\n    a = 1\nelse:\n    b = 2", "if __name__ != 'x':\n    a = 1"]
)
def test_other_conditions_are_ordinary_statements(plan: Plan, text: str) -> None:
    """Only the plain main block is one."""
    assert plan(text, notebook=False).main_block == []
    assert len(plan(text).statements) == 1


def test_lines_stay_right_below_magics(plan: Plan) -> None:
    """Leading empty lines, continued shell commands and cell magics do not move anything."""
    text = "\n\n%%time\n!pip install \\\n   torch \\\n   numpy\nx = 1\n%matplotlib inline\ny = 1"

    assert [one.line for one in plan(text).statements] == [4, 7, 8, 9]
    assert plan(text).statements[0].source == "!pip install \\"


def test_what_does_not_parse_still_says_what_it_would_have_bound(plan: Plan) -> None:
    """So that a missing name can point to it."""
    (found,) = plan("def sgd(params, lr, batch_size)\n    y = 1\n").statements

    assert (found.line, found.source, found.binds) == (1, "def sgd(params, lr, batch_size)", ("sgd",))
    assert isinstance(found.error, SyntaxError)


@pytest.mark.parametrize("text", ["", "\n  \n", "# a comment\n", "\ufeff"])
def test_an_empty_cell_has_no_statements(plan: Plan, text: str) -> None:
    """Comments are nothing to run."""
    assert plan(text).statements == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\r\ny = '''a\r\nb'''",
        "x = 1\ry = '''a\rb'''",
        "\ufeffx = 1\n\fy = '''a\nb'''",
        "    x = 1\n    y = '''a\n    b'''",
        "In [1]: x = 1\nIn [2]: y = '''a\nb'''",
    ],
)
def test_marks_of_other_editors_do_no_harm(plan: Plan, text: str) -> None:
    """Line ends, byte-order marks, form feeds, indented cells, pasted prompts."""
    found = plan(text).statements

    assert [one.binds for one in found] == [("x",), ("y",)]
    assert [one.error for one in found] == [None, None]


@pytest.mark.parametrize(
    ("text", "cheap"),
    [
        ("import a", True),
        ("from a import b", True),
        ("def f(): g()", True),
        ("class C: pass", True),
        ("'doc'", True),
        ("x = 3", True),
        ("x = 'B'", True),
        ("x = (8, 1)", True),
        ("x = a.b", True),
        ("x: int = 1", True),
        ("pass", True),
        ("x: int", False),
        ("x = f()", False),
        ("f()", False),
        ("x = [i for i in y]", False),
        ("x = 9 ** 9", False),
        ("f = lambda y_hat, y: (y_hat - y.view(-1, 1)) ** 2 / 2", True),
        ("f = lambda a=g(): a", False),
        ("for i in x: pass", False),
        ("if a: b = 1", False),
        ("x += 1", False),
    ],
)
def test_what_is_cheap_enough_after_the_limit(text: str, cheap: bool) -> None:  # noqa: FBT001
    """It defines something and computes next to nothing."""
    assert is_cheap(ast.parse(text).body[0]) is cheap


def test_an_import_statement_falls_into_its_names() -> None:
    """Relative levels and other names are kept."""
    (plain,) = ast.parse("import a.b as c, d").body
    (relative,) = ast.parse("from ..a import b as c, d").body
    assert isinstance(plain, ast.Import)
    assert isinstance(relative, ast.ImportFrom)

    assert [ast.unparse(piece) for piece in import_pieces(plain)] == ["import a.b as c", "import d"]
    assert [ast.unparse(piece) for piece in import_pieces(relative)] == [
        "from ..a import b as c",
        "from ..a import d",
    ]


@pytest.mark.parametrize("line", ["%x ((((", "?", "!ls", "f((((?", "print 'a'"])
def test_very_many_magics_and_errors_are_read_piece_by_piece(plan: Plan, line: str) -> None:
    """IPython's own translation gives up at 500 and takes minutes before."""
    found = plan("\n".join([line] * 600)).statements

    assert len(found) == 600
