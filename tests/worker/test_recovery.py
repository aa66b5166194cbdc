"""Tests of recovery: what parses before and after a bad statement is found, and the bad lines are named."""

from __future__ import annotations

import ast

import pytest

from grader.worker.recovery import PARSE_ERRORS, Parsed, Unparsed, recover


def pieces_of(text: str) -> list[Parsed | Unparsed]:
    """The pieces of a text that does not parse as a whole."""
    with pytest.raises(PARSE_ERRORS) as raised:
        ast.parse(text)
    return recover(text, ast.parse, raised.value)


def shape(text: str) -> list[str]:
    """Parsed statements as their code with their line, unparsed text as ``!<line>``."""
    found = []
    for piece in pieces_of(text):
        if isinstance(piece, Parsed):
            found += [f"{node.lineno} {ast.unparse(node).splitlines()[0]}" for node in piece.body]
        else:
            found.append(f"!{piece.line}")
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a = 1\nprint 'two'\nb = 2", ["1 a = 1", "!2", "3 b = 2"]),
        ("a = 1\nprint 'a'\nprint 'b'\nb = 2", ["1 a = 1", "!2", "!3", "4 b = 2"]),
        ("a = 1\nf(1,", ["1 a = 1", "!2"]),
        ("f(1,\na = 1\nb = 2", ["!1", "2 a = 1", "3 b = 2"]),
        ("a = 'x\nb = 2", ["!1", "2 b = 2"]),
        ("a = 1\n  b = 2\nc = 3", ["1 a = 1", "!2", "3 c = 3"]),
        ("a = 1\nb = 2\n    c = 3\n    d = 4\ne = 5", ["1 a = 1", "2 b = 2", "!3", "5 e = 5"]),
        ("def f():\n    x = 1\n      y = 2\n    return x\nc = 3", ["!3", "5 c = 3"]),
        ("def f():\n    if x:\n\ty = 1\nc = 3", ["!3", "4 c = 3"]),
        ("def f(:\n    pass\ndef g():\n    pass", ["!1", "3 def g():"]),
        ("@wrap\n\ndef f():\n    pass\nprint 1", ["3 @wrap", "!5"]),
        ("a = '''\nb = (\nc\n'''\nprint 1\nd = 1", ["1 a = '\\nb = (\\nc\\n'", "!5", "6 d = 1"]),
        ("a = [\n1,\n]\nprint 1\nd = 1", ["1 a = [1]", "!4", "5 d = 1"]),
        ("if a:\n    b = 1\nelse:\n    c = 1\nprint 1\nd = 1", ["1 if a:", "!5", "6 d = 1"]),
        ("try:\n    b = 1\nexcept:\n    c = 1\nfinally:\n    pass\nprint 1", ["1 try:", "!7"]),
        ("pip install torch\na = 1", ["!1", "2 a = 1"]),
        ("# only a comment\n\nprint 1", ["!3"]),
        ("x = 1；\ny = 2", ["!1", "2 y = 2"]),
        ("for i in range(3)\n    print(i)\ny = 2", ["!1", "3 y = 2"]),
    ],
)
def test_what_surrounds_a_bad_statement_is_kept(text: str, found: list[str]) -> None:
    """With its lines counted in the whole cell; half a function is never taken for a function."""
    assert shape(text) == found


def test_an_unparsed_piece_says_where_it_begins_and_what_is_wrong() -> None:
    """The first line for a person, the line of the trouble for the place."""
    (piece,) = pieces_of("def f():\n    a = 1\n    return ]")

    assert isinstance(piece, Unparsed)
    assert (piece.first_line, piece.line, type(piece.error)) == (1, 3, SyntaxError)


@pytest.mark.parametrize("line", ["f((((", "print 'x'", "class C", "(" * 300])
def test_the_work_stays_bounded(line: str) -> None:
    """However many bad lines there are, each is looked at a bounded number of times."""
    parsed = 0

    def count(text: str) -> ast.Module:
        nonlocal parsed
        parsed += len(text)
        return ast.parse(text)

    text = "\n".join([line] * 4000)
    pieces = recover(text, count, SyntaxError("x"))

    assert all(isinstance(piece, Unparsed) for piece in pieces)
    assert parsed < 4_100_000 + len(text)
