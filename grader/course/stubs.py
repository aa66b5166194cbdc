"""The single home of cutting a master notebook into what students get and what the judge compares with.

A master is a notebook with text, stub and solution in one place. Every solution stands between two lines::

    ### BEGIN SOLUTION
    ### END SOLUTION

Inside a function the lines between become ``raise NotImplementedError``; at the top level, where a quiz is answered,
each name becomes ``None``. A cell with the tag ``notebook-only`` (plots, trying things out) is left out of the modules.

``python -m grader.course.stubs ID`` writes the stub notebook and module into ``assignments/ID/`` and the reference
module into ``solutions/ID/``.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from grader.course.folders import HANDOUTS, SOLUTIONS, Course, find_course
from grader.course.notebooks import MasterCell, notebook_json, read_master
from grader.errors import CourseError, GraderError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOTEBOOK_ONLY = "notebook-only"
_MARKER = re.compile(r"^(?P<indent>\s*)### (?P<word>BEGIN|END) SOLUTION\s*$")
_UNFINISHED = 'raise NotImplementedError("Write your code here. / 在这里写你的代码。")'
_UNANSWERED = "None  # your answer / 你的答案"


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """The three files that are generated from one master."""

    stub_notebook: str
    stub_module: str
    reference_module: str


def cut_stub(master: Path) -> Cut:
    """The stub and the reference of a master notebook.

    Raises:
        CourseError: if it is no notebook, a marker has no partner, or a solution at the top level binds no name.
    """
    cells = read_master(master)
    stub = [_rewritten(cell, _stub_lines, place=f"{master}: cell {index}") for index, cell in enumerate(cells)]
    if stub == list(cells):
        finding = "expected at least one solution, found no ### BEGIN SOLUTION"
        raise CourseError(finding, place=str(master), hint="mark each solution in a code cell")
    solved = [_rewritten(cell, _solution_lines, place=f"{master}: cell {index}") for index, cell in enumerate(cells)]
    _expect_python(stub, place=str(master))
    return Cut(
        stub_notebook=notebook_json(stub),
        stub_module=_stub_module(stub),
        reference_module=_reference_module(solved, master.stem),
    )


def generated_files(course: Course, assignment_id: str) -> dict[Path, str]:
    """Per generated file of the assignment, its contents."""
    handout, solutions = course.root / HANDOUTS / assignment_id, course.root / SOLUTIONS / assignment_id
    cut = cut_stub(solutions / f"{assignment_id}.ipynb")
    return {
        handout / f"{assignment_id}.ipynb": cut.stub_notebook,
        handout / f"{assignment_id}.py": cut.stub_module,
        solutions / f"{assignment_id}.py": cut.reference_module,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the generated files of one assignment; the exit code is 0, 2 (wrong usage) or 3 (faulty master)."""
    parser = argparse.ArgumentParser(prog="python -m grader.course.stubs", description="Cut a master into its stubs.")
    parser.add_argument("assignment", help="the assignment's id")
    parser.add_argument("--course", type=Path, default=Path(), help="the course's folder (default: here or above)")
    chosen = parser.parse_args(arguments)
    try:
        course = find_course(chosen.course)
        course.expect(chosen.assignment)
        for path, text in generated_files(course, chosen.assignment).items():
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path}\n")
    except GraderError as error:
        sys.stderr.write(f"{error}\n")
        return 2 if isinstance(error, UsageError) else 3
    return 0


def _rewritten(cell: MasterCell, rewrite: Callable[[list[str], str, str], list[str]], *, place: str) -> MasterCell:
    """The cell with every solution replaced by what ``rewrite(lines, indent, place)`` makes of it."""
    if not cell.code:
        return cell
    kept: list[str] = []
    solution: list[str] | None = None
    begin, indent = 0, ""
    for number, line in enumerate(cell.source.split("\n"), start=1):
        marker = _MARKER.match(line)
        here = f"{place}, line {number}"
        if marker is None:
            (kept if solution is None else solution).append(line)
        elif marker["word"] == "BEGIN":
            if solution is not None:
                raise CourseError(f"### BEGIN SOLUTION inside the solution that begins in line {begin}", place=here)
            solution, begin, indent = [], number, marker["indent"]
        elif solution is None:
            raise CourseError("### END SOLUTION without a ### BEGIN SOLUTION before it", place=here)
        else:
            if marker["indent"] != indent:
                raise CourseError(f"expected the marker to be indented like line {begin}", place=here)
            kept += rewrite(solution, indent, f"{place}, line {begin}")
            solution = None
    if solution is not None:
        hint = "write ### END SOLUTION after the solution, in the same cell"
        raise CourseError("### BEGIN SOLUTION without an end", place=f"{place}, line {begin}", hint=hint)
    return msgspec.structs.replace(cell, source="\n".join(kept))


def _stub_lines(solution: list[str], indent: str, place: str) -> list[str]:
    """What students find where the solution stood."""
    names = _bound_names(solution, place)
    if indent:
        return [f"{indent}{_UNFINISHED}"]
    if not names:
        finding = "expected the solution to give a value to a name, found none"
        raise CourseError(finding, place=place, hint="a solution outside of a function is a quiz answer: name = value")
    return [f"{name} = {_UNANSWERED}" for name in names]


def _solution_lines(solution: list[str], _indent: str, _place: str) -> list[str]:
    return solution


def _bound_names(solution: list[str], place: str) -> list[str]:
    """The names that the solution's own statements assign to, in order."""
    try:
        statements = ast.parse(textwrap.dedent("\n".join(solution))).body
    except SyntaxError as error:
        raise CourseError(f"the solution is no Python: {error.msg}", place=place) from error
    if not statements:
        raise CourseError("the solution is empty", place=place)
    targets = [target for node in statements if isinstance(node, ast.Assign) for target in node.targets]
    inside = [name for target in targets for name in ast.walk(target)]
    return [name.id for name in inside if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)]


def _expect_python(cells: Sequence[MasterCell], *, place: str) -> None:
    """Whatever goes into the modules must be Python, without magics."""
    for index, cell in enumerate(cells):
        if not _belongs_in_module(cell):
            continue
        try:
            ast.parse(cell.source)
        except SyntaxError as error:
            hint = f"give the cell the tag {NOTEBOOK_ONLY}, or mend it"
            raise CourseError(
                f"no Python: {error.msg}", place=f"{place}: cell {index}, line {error.lineno}", hint=hint
            ) from error


def _belongs_in_module(cell: MasterCell) -> bool:
    return cell.code and NOTEBOOK_ONLY not in cell.tags


def _stub_module(cells: Sequence[MasterCell]) -> str:
    """The stub as a module: code as it is, text as comments."""
    parts = [
        cell.source.strip() if cell.code else _commented(cell.source)
        for cell in cells
        if NOTEBOOK_ONLY not in cell.tags
    ]
    return "\n\n\n".join(parts) + "\n"


def _commented(text: str) -> str:
    return "\n".join(f"# {line}".rstrip() for line in ["%% [markdown]", *text.strip().split("\n")])


def _reference_module(cells: Sequence[MasterCell], assignment_id: str) -> str:
    head = (
        f'"""The reference solution of ``{assignment_id}``, cut from the master notebook beside this file.\n\n'
        f"Change the master, then run ``python -m grader.course.stubs {assignment_id}``.\n"
        '"""'
    )
    parts = [cell.source.strip() for cell in cells if _belongs_in_module(cell)]
    return head + "\n\n" + "\n\n\n".join(parts) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
