"""Which files are hand-ins, and under which file name a student is stored."""

from __future__ import annotations

import pytest

from grader.submission.naming import (
    FOLDER_NAME_BYTES,
    clean_text,
    decode_name,
    folder_name,
    folder_names,
    is_hand_in,
    is_ignored,
    stem_of,
)


@pytest.mark.parametrize("name", ["a.ipynb", "A.IPYNB", "a.py", "作业.py", "a.ipynb.txt", "a.ipynb.json", "a b.Py"])
def test_a_notebook_or_module_is_a_hand_in(name: str) -> None:
    """The suffix decides, in any case, also with what browsers append."""
    assert is_hand_in(name)


@pytest.mark.parametrize("name", ["a.txt", "a.pyc", ".ipynb", "a.ipynb.zip", "a", "test_visible.py", "conftest.py"])
def test_other_files_are_no_hand_ins(name: str) -> None:
    """Neither other formats nor the tests that students were given."""
    assert not is_hand_in(name)


@pytest.mark.parametrize(
    "name", [".ipynb_checkpoints", "__MACOSX", ".DS_Store", "~$a.py", "a.py~", "expected.toml", "._ana.ipynb"]
)
def test_what_systems_leave_behind_is_ignored(name: str) -> None:
    """Nobody hands these in on purpose."""
    assert is_ignored(name)


@pytest.mark.parametrize("name", ["ana.ipynb", "ana.py.txt", "ana.zip", "ana.PDF", "ana"])
def test_a_student_has_the_name_without_the_format(name: str) -> None:
    """All these belong to the same student."""
    assert stem_of(name) == "ana"


@pytest.mark.parametrize("student_id", ["ana", "张三", "Müller-2", "a.b_c", "Ålesund", "07"])
def test_a_plain_name_is_kept(student_id: str) -> None:
    """Letters and digits of every script need no change."""
    assert folder_name(student_id) == student_id


@pytest.mark.parametrize(
    "student_id",
    [
        *("", ".", "..", "...", "../eve", "/etc/passwd", "a/b", "a\\b", "a b", 'a"b', "a'b", "a\nb", "a\0b", "=cmd()"),
        *("CON", "nul.txt", "index.html", "GRADES.csv", ".hidden", "x" * 300, "字" * 60, "a\u202eb", "a:b", "a."),
    ],
)
def test_any_other_name_becomes_a_safe_one(student_id: str) -> None:
    """Nothing that a shell, a file system or a web address takes for more than letters is left."""
    name = folder_name(student_id)

    assert name
    assert name not in {".", ".."}
    assert name.split(".")[0].lower() not in {"con", "nul"}
    assert name.lower() not in {"index.html", "grades.csv"}
    assert len(name.encode()) <= FOLDER_NAME_BYTES
    assert not name.startswith(".")
    assert all(letter.isalnum() or letter in "._-" for letter in name)


def test_names_that_were_changed_do_not_meet() -> None:
    """Two ids that look alike when cleaned keep folders of their own."""
    assert len({folder_name(student_id) for student_id in ("a b", "a_b", "a/b", "a\nb", "a  b")}) == 5


def test_names_that_differ_in_case_or_composition_only_are_told_apart() -> None:
    """On Windows and macOS they would be one folder."""
    ids = ["Ana", "ana", "josé", "jose\u0301", "ben"]

    names = folder_names(ids)

    assert len({name.casefold() for name in names.values()}) == 5
    assert names["ben"] == "ben"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese_names_are_read_in_both_encodings(encoding: str) -> None:
    """What Windows packed in China arrives as GBK."""
    assert decode_name("张三.ipynb".encode(encoding)) == "张三.ipynb"


def test_a_name_in_no_encoding_is_still_a_name() -> None:
    """Something readable comes out of any bytes."""
    assert decode_name(b"\xff\xff.py").endswith(".py")


def test_lone_surrogates_are_replaced() -> None:
    """They could be written to no file."""
    assert clean_text("a\ud800b") == "a�b"
