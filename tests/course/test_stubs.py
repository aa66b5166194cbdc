"""Tests of cutting a master notebook into stub and reference."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from grader.course import find_course
from grader.course.stubs import cut_stub, generated_files, main
from grader.errors import CourseError

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = '''\
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    half = x / 2
    return 4 * half
    ### END SOLUTION'''
QUIZ = """\
### BEGIN SOLUTION
first, second = 1, 2
third = (8, 1)  # not (1, 8)
### END SOLUTION"""
PLOT = "%matplotlib inline\nplot(double(3))"


def code(source: str, *tags: str) -> dict[str, Any]:
    """A code cell with an output, which no stub may keep."""
    output = {"name": "stdout", "output_type": "stream", "text": "12"}
    return {
        "cell_type": "code",
        "id": f"cell-{abs(hash(source)) % 1000}",
        "metadata": {"tags": list(tags)} if tags else {},
        "execution_count": 3,
        "outputs": [output],
        "source": source,
    }


def text(source: str) -> dict[str, Any]:
    """A text cell, with its source in lines as Jupyter saves it."""
    return {"cell_type": "markdown", "id": "text", "metadata": {}, "source": source.splitlines(keepends=True)}


def write_master(path: Path, *cells: dict[str, Any]) -> Path:
    """A master notebook of these cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def master(tmp_path: Path) -> Path:
    """A small but complete master."""
    cells = (
        text("# Warm-up\n\nDouble it."),
        code("import math"),
        code(FUNCTION),
        code(PLOT, "notebook-only"),
        code(QUIZ),
    )
    return write_master(tmp_path / "warm_up.ipynb", *cells)


def test_the_stub_module_has_text_and_placeholders(master: Path) -> None:
    """Text becomes comments, solutions become placeholders, cells for notebooks stay out."""
    quiz = QUIZ.replace("first, second = 1, 2", "first = 1")
    write_master(master, text("# Warm-up\n\nDouble it."), code(FUNCTION), code(PLOT, "notebook-only"), code(quiz))

    assert cut_stub(master).stub_module == (
        "# %% [markdown]\n# # Warm-up\n#\n# Double it.\n\n\n"
        'def double(x):\n    """Twice x."""\n'
        '    raise NotImplementedError("Write your code here. / 在这里写你的代码。")\n\n\n'
        "first = None  # your answer / 你的答案\n"
        "third = None  # your answer / 你的答案\n"
    )


def test_the_reference_module_has_solutions_and_no_markers(master: Path) -> None:
    """The reference runs on its own and says where it comes from."""
    reference = cut_stub(master).reference_module

    names: dict[str, Any] = {}
    exec(compile(reference, "reference", "exec"), names)
    assert (names["double"](3), names["third"]) == (6, (8, 1))
    assert "SOLUTION" not in reference
    assert "python -m grader.course.stubs warm_up" in (ast.get_docstring(ast.parse(reference)) or "")


def test_the_stub_notebook_is_a_valid_notebook_without_outputs(master: Path) -> None:
    """Students get every cell, valid by the format's own schema, and nothing that a run left behind."""
    stub = nbformat.reads(cut_stub(master).stub_notebook, as_version=4)
    nbformat.validate(stub)

    assert [cell.cell_type for cell in stub.cells] == ["markdown", "code", "code", "code", "code"]
    assert all(not cell.outputs and cell.execution_count is None for cell in stub.cells[1:])
    assert stub.cells[3].source == PLOT
    assert "half" not in stub.cells[2].source


def test_names_bound_together_get_a_placeholder_each(master: Path) -> None:
    """Answers written as ``first, second = 1, 2`` become one line for each name."""
    names = [line.partition(" = ")[0] for line in cut_stub(master).stub_module.splitlines() if " = None" in line]

    assert names == ["first", "second", "third"]


FAULTY = {
    "no end": ("def f():\n    ### BEGIN SOLUTION\n    return 1", "line 2: ### BEGIN SOLUTION without an end"),
    "no beginning": ("x = 1\n### END SOLUTION", "line 2: ### END SOLUTION without a ### BEGIN SOLUTION before it"),
    "one inside another": (
        "### BEGIN SOLUTION\nx = 1\n### BEGIN SOLUTION\n### END SOLUTION",
        "line 3: ### BEGIN SOLUTION inside the solution that begins in line 1",
    ),
    "another indentation": (
        "def f():\n    ### BEGIN SOLUTION\n    return 1\n### END SOLUTION",
        "line 4: expected the marker to be indented like line 2",
    ),
    "no name": (
        "### BEGIN SOLUTION\nprint(1)\n### END SOLUTION",
        "line 1: expected the solution to give a value to a name, found none",
    ),
    "nothing": ("### BEGIN SOLUTION\n# soon\n### END SOLUTION", "line 1: the solution is empty"),
    "no Python": ("### BEGIN SOLUTION\nx = = 1\n### END SOLUTION", "line 1: the solution is no Python: invalid syntax"),
}


@pytest.mark.parametrize(("source", "message"), FAULTY.values(), ids=FAULTY.keys())
def test_faulty_markers_are_told_with_cell_and_line(tmp_path: Path, source: str, message: str) -> None:
    """The author learns where to look."""
    path = write_master(tmp_path / "warm_up.ipynb", text("# Warm-up"), code(source))

    with pytest.raises(CourseError) as caught:
        cut_stub(path)

    assert str(caught.value).startswith(f"{path}: cell 1, {message}")


def test_a_master_without_solutions_is_refused(tmp_path: Path) -> None:
    """A stub equal to its master gives the students nothing to do."""
    path = write_master(tmp_path / "warm_up.ipynb", code("x = 1"))

    with pytest.raises(CourseError, match="expected at least one solution, found no ### BEGIN SOLUTION"):
        cut_stub(path)


def test_a_magic_in_a_module_cell_is_refused(tmp_path: Path) -> None:
    """What only a notebook understands has to be tagged."""
    path = write_master(tmp_path / "warm_up.ipynb", code(FUNCTION), code(PLOT))

    with pytest.raises(
        CourseError, match=r"cell 1, line 1: no Python: .*\n  hint: give the cell the tag notebook-only"
    ):
        cut_stub(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "expected a Jupyter notebook"),
        ("[]", "expected a Jupyter notebook"),
        ('{"nbformat": 3, "worksheets": []}', "expected nbformat 4, got 3"),
        ('{"nbformat": 4, "cells": [7]}', "expected a Jupyter notebook"),
    ],
)
def test_what_is_no_notebook_is_named(tmp_path: Path, content: str, message: str) -> None:
    """Broken JSON, other JSON and older formats end in a message, not in a traceback."""
    path = tmp_path / "warm_up.ipynb"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(CourseError, match=message):
        cut_stub(path)


def test_the_command_writes_all_three_files(
    course_root: Path, master: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``python -m grader.course.stubs warm_up`` renews stub notebook, stub module and reference."""
    master.rename(course_root / "solutions" / "warm_up" / "warm_up.ipynb")

    assert main(["warm_up", "--course", str(course_root)]) == 0

    expected = generated_files(find_course(course_root), "warm_up")
    assert {path: path.read_text(encoding="utf-8") for path in expected} == expected
    assert capsys.readouterr().out.count("wrote") == 3


def test_the_commands_exit_code_says_who_must_act(course_root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """2 for an unknown assignment, 3 for a faulty master, each with a message."""
    assert main(["warmup", "--course", str(course_root)]) == 2
    assert "did you mean `warm_up`?" in capsys.readouterr().err
    assert main(["warm_up", "--course", str(course_root)]) == 3
    assert "the master notebook cannot be read: No such file or directory" in capsys.readouterr().err


def test_the_committed_files_are_the_generated_ones(shipped_course: Path) -> None:
    """Every shipped assignment's stubs and reference are what its master gives."""
    course = find_course(shipped_course)

    assert course.assignment_ids()
    for assignment_id in course.assignment_ids():
        for path, generated in generated_files(course, assignment_id).items():
            assert path.read_text(encoding="utf-8") == generated, f"run python -m grader.course.stubs {assignment_id}"
