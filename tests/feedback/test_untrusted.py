"""Text from students: bounded, and without characters that deceive a reader or break a file."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.feedback import untrusted
from grader.model.result import Snapshot

ANYTHING = st.text(st.characters(codec=None, categories=None), max_size=400)
BIDIRECTIONAL = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@given(ANYTHING)
@example("\u202eabc\x1b]0;title\x07\ud800\ufffe\x9b31m")
def test_a_line_has_no_control_characters_and_can_be_written_to_a_file(words: str) -> None:
    """Whatever goes in, one clean line comes out."""
    shown = untrusted.line(words)

    assert not any(unicodedata.category(character) == "Cc" for character in shown)
    assert not BIDIRECTIONAL.search(shown)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert "\n" not in shown
    assert len(shown) <= untrusted.LINE_CHARACTERS


@given(ANYTHING)
def test_a_block_keeps_its_lines_and_nothing_else_that_controls(words: str) -> None:
    """Line ends and tabs are the only control characters left."""
    shown = untrusted.block(words)

    assert {c for c in shown if unicodedata.category(c) == "Cc"} <= {"\n", "\t"}
    assert shown.encode("utf-8").decode("utf-8") == shown


@given(ANYTHING)
def test_cleaning_twice_changes_nothing_more(words: str) -> None:
    """What is clean stays as it is."""
    once = untrusted.block(words)

    assert untrusted.block(once) == once


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=200))
def test_ordinary_text_of_any_script_is_left_alone(words: str) -> None:
    """Chinese, Greek and symbols are no danger."""
    assert untrusted.block(words) == words


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b[1;31ma\x1b[0m\x1b]0;t\x07b\x1bPq\x1b\\c", "abc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("admin\u202etxt.exe", "admintxt.exe"),
        ("tab\tstays", "tab\tstays"),
        ("\ud83d", "\ufffd"),
    ],
)
def test_known_tricks_leave_nothing_behind(words: str, shown: str) -> None:
    """Colours, window titles, links, turned text, halves of characters."""
    assert untrusted.block(words) == shown


def test_a_cut_is_marked() -> None:
    """An ellipsis says that something is missing."""
    assert untrusted.line("x" * 400, limit=5) == "xxxx…"
    assert untrusted.line("xxxxx", limit=5) == "xxxxx"


def test_outputs_keep_their_colours() -> None:
    """Renderers turn them into styles; a turned direction goes all the same."""
    assert untrusted.output("\x1b[31mred\r\x00\u202e") == "\x1b[31mred\r"


def test_the_place_of_the_installation_is_left_out() -> None:
    """A student has no use for the grader's folders."""
    message = "cannot import name 'x' from 'torch' (/home/teacher/.venv/lib/python3.11/site-packages/torch/__init__.py)"

    assert untrusted.without_installation(message) == (
        "cannot import name 'x' from 'torch' (…/site-packages/torch/__init__.py)"
    )


def test_a_path_without_end_is_read_in_one_pass() -> None:
    """A hand-in may print megabytes of slashes; what takes the square of their number never comes to an end."""
    path = "/a" * 200_000

    assert untrusted.without_installation(path) == path
    assert untrusted.without_installation(f"in {path}/lib/python3/site-packages/x.py)") == "in …/site-packages/x.py)"


def test_a_snapshot_is_bounded_once_more() -> None:
    """Values, axes and texts have limits whoever made the snapshot."""
    huge = Snapshot(
        kind="tensor",
        type_name="T" * 999,
        shape=tuple(range(99)),
        dtype="d" * 999,
        values=("v" * 999,) * 999,
        text="t" * 9999,
    )
    shown = untrusted.snapshot(huge)

    assert len(shown.type_name) == len(shown.dtype or "") == untrusted.NAME_CHARACTERS
    assert len(shown.shape or ()) == untrusted.MOST_AXES
    assert len(shown.values or ()) == untrusted.MOST_VALUES
    assert len(shown.text or "") == untrusted.LINE_CHARACTERS


def test_values_of_a_sentence_are_cleaned_lines() -> None:
    """Numbers stay numbers."""
    assert untrusted.values({"n": 3, "x": 0.5, "s": "a\nb\x00"}) == {"n": 3, "x": 0.5, "s": "a b"}
