"""The single home of cutting a cell into the statements that run one by one."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.worker import magics
from grader.worker.names import bound_names
from grader.worker.recovery import PARSE_ERRORS, Parsed, Unparsed, recover

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.worker.recovery import Unparsed as _Unparsed

LONGEST_LINE = 200
MOST_MAGICS = 50
MOST_TRANSLATED = 300_000
"""IPython reads a text anew for each magic in it; beyond so many characters it is translated piece by piece, as it is
beyond so many magics."""

_COSTLY = (ast.Call, ast.Await, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Pow)
_CONTINUED_ESCAPE = re.compile(r"^[ \t]*(?:\w+[ \t]*=[ \t]*)?[!%](?:[^\n]*\\\n)+[^\n]*", re.MULTILINE)
_PROMPT = re.compile(r"^In \[\d+\]: ", re.MULTILINE)
"""A pasted prompt; ``In [1]: x = 1`` is an annotation to Python, so that it would parse and bind nothing."""
_MAY_HOLD_MAGICS = re.compile(r"\A\s*[ \t]\S|^[ \t]*(?:[!%?,;/]|>>>)|=[ \t]*[!%]|\?[ \t]*$", re.MULTILINE)
"""What IPython's translation, which is slow, could change: escapes, questions, prompts, an indented cell."""
_BINDS_IN_TEXT = re.compile(r"^(?:(?:async[ \t]+)?def|class)[ \t]+(\w+)|^(\w+)[ \t]*=(?!=)", re.MULTILINE)


@dataclass(frozen=True)
class Statement:
    """One top-level statement, or a part of the text that is none (``error`` is set, ``node`` is not)."""

    index: int
    line: int
    source: str
    binds: tuple[str, ...]
    node: ast.stmt | None = None
    displays: bool = False
    """Whether its value is the cell's result."""
    error: BaseException | None = None


@dataclass(frozen=True)
class CellPlan:
    """What a cell's text comes to."""

    text: str
    """The text whose lines the statements count, for tracebacks."""
    statements: list[Statement]
    main_block: list[Statement] = field(default_factory=list)
    """The statements under ``if __name__ == "__main__":``, numbered after all others."""

    @property
    def nodes(self) -> list[ast.stmt]:
        """Everything that parsed."""
        return [statement.node for statement in self.statements if statement.node is not None]


def plan_cell(source: str, *, transform: Callable[[str], str], notebook: bool) -> CellPlan:
    """Cut ``source`` into statements.

    A notebook shows the value of its last expression and runs as ``__main__``, so that its main blocks are ordinary
    statements; a module does neither. ``transform`` is IPython's translation of magics to Python.
    """
    text = _clean(source)
    resolved = magics.resolve_cell_magics(magics.unescaped_command(text))
    if resolved.whole:
        pieces: Sequence[Parsed | Unparsed] = [Parsed(ast.parse(resolved.whole).body)]
    else:
        pieces = _read(resolved.text, transform)
    lines = text.split("\n")
    statements: list[Statement] = []
    blocks: list[ast.If] = []
    for piece in pieces:
        if isinstance(piece, Unparsed):
            statements.append(_unparsed_statement(piece, len(statements)))
            continue
        for node in piece.body:
            if isinstance(node, ast.If) and _is_main_block(node):
                blocks.append(node)
            flat = node.body if notebook and blocks and node is blocks[-1] else [node]
            statements += [_statement(inner, len(statements) + place, lines) for place, inner in enumerate(flat)]
    if notebook:
        return CellPlan(text, _with_result(statements, text))
    body = [node for block in blocks for node in block.body]
    main = [_statement(node, len(statements) + place, lines) for place, node in enumerate(body)]
    return CellPlan(text, statements, main)


def is_cheap(node: ast.stmt) -> bool:
    """Whether ``node`` still runs when the time is used up: it defines something and computes next to nothing."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=value) if value is not None:
            return not any(isinstance(inner, _COSTLY) for inner in _evaluated(value))
    return False


def _evaluated(value: ast.expr) -> Iterator[ast.AST]:
    """What computing ``value`` evaluates; the body of a lambda waits for its call."""
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(ast.iter_child_nodes(node.args if isinstance(node, ast.Lambda) else node))


def is_placeholder(node: ast.stmt | None) -> bool:
    """Whether ``node`` defines a function in whose body nothing is written: ``...``, ``pass``, a docstring."""
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    return all(
        isinstance(inner, ast.Pass) or (isinstance(inner, ast.Expr) and isinstance(inner.value, ast.Constant))
        for inner in node.body
    )


def import_pieces(node: ast.Import | ast.ImportFrom) -> Sequence[ast.stmt]:
    """``import a, b`` as ``import a`` and ``import b``, so that one that is missing does not cost the other."""
    if len(node.names) == 1:
        return [node]
    if isinstance(node, ast.Import):
        pieces: list[ast.stmt] = [ast.Import(names=[alias]) for alias in node.names]
    else:
        pieces = [ast.ImportFrom(module=node.module, names=[alias], level=node.level) for alias in node.names]
    return [ast.copy_location(piece, node) for piece in pieces]


def _clean(source: str) -> str:
    """``source`` with Unix line ends and without marks that editors leave and Python rejects."""
    text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").replace("\x00", "")
    return re.sub(r"^\f+", "", text, flags=re.MULTILINE) if "\f" in text else text


def _read(text: str, transform: Callable[[str], str]) -> Sequence[Parsed | Unparsed]:
    """``text`` parsed: as it is, else with magics translated, else piece by piece."""

    def parse(part: str) -> ast.Module:
        try:
            if _PROMPT.search(part):
                return ast.parse(_translated(part, transform))
            tree = ast.parse(part)
            return magics.run_inline(tree) if "run_line_magic" in part or "run_cell_magic" in part else tree
        except PARSE_ERRORS as error:
            magic_lines = sum(1 for _ in _MAY_HOLD_MAGICS.finditer(part))
            if not 0 < magic_lines <= MOST_MAGICS or magic_lines * len(part) > MOST_TRANSLATED:
                raise
            translated = _translated(part, transform)
            try:
                return magics.run_inline(ast.parse(translated))
            except PARSE_ERRORS:
                # The error about the text as it was written names the right line.
                raise error from None

    try:
        return [Parsed(parse(text).body)]
    except PARSE_ERRORS as error:
        return recover(text, parse, error)


def _translated(text: str, transform: Callable[[str], str]) -> str:
    """``text`` with magics as calls, line for line as long as before."""
    joined = _CONTINUED_ESCAPE.sub(_on_one_line, text)
    body = joined.lstrip()
    lead = joined[: len(joined) - len(body)]
    indent = lead.rpartition("\n")[2]
    try:
        return "\n" * lead.count("\n") + transform(indent + body)
    except (*PARSE_ERRORS, RuntimeError):
        return text


def _on_one_line(match: re.Match[str]) -> str:
    """A continued shell command on its first line, with empty lines where the others were."""
    lines = match[0].split("\\\n")
    return " ".join(line.strip() if place else line for place, line in enumerate(lines)) + "\n" * (len(lines) - 1)


def _statement(node: ast.stmt, index: int, lines: Sequence[str]) -> Statement:
    source = lines[node.lineno - 1].strip() if node.lineno <= len(lines) else ""
    return Statement(index, node.lineno, source[:LONGEST_LINE], bound_names(node), node)


def _unparsed_statement(piece: _Unparsed, index: int) -> Statement:
    lines = piece.text.split("\n")
    source = lines[min(piece.line - piece.first_line, len(lines) - 1)].strip()
    binds = dict.fromkeys(found[1] or found[2] for found in _BINDS_IN_TEXT.finditer(piece.text))
    return Statement(index, piece.line, source[:LONGEST_LINE], tuple(binds)[:20], error=piece.error)


def _with_result(statements: list[Statement], text: str) -> list[Statement]:
    """The last statement shows its value if it is an expression without a semicolon behind it."""
    if not statements or not isinstance(statements[-1].node, ast.Expr):
        return statements
    last = statements[-1]
    rest = text.split("\n")[last.node.end_lineno - 1 if last.node and last.node.end_lineno else -1 :]
    if any(line.partition("#")[0].rstrip().endswith(";") for line in rest):
        return statements
    shown = Statement(last.index, last.line, last.source, last.binds, last.node, displays=True)
    return [*statements[:-1], shown]


def _is_main_block(node: ast.If) -> bool:
    """Whether ``node`` is ``if __name__ == "__main__":`` without an ``else``."""
    match node.test:
        case (
            ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")])
            | ast.Compare(left=ast.Constant(value="__main__"), ops=[ast.Eq()], comparators=[ast.Name(id="__name__")])
        ) if not node.orelse:
            return True
    return False
