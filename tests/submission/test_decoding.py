"""How bytes become text."""

from __future__ import annotations

import codecs

import pytest

from grader.errors import SubmissionError
from grader.submission.decoding import decode

SOURCE = "# 平方损失\nx = 'é'\n"


@pytest.mark.parametrize(
    "data",
    [
        SOURCE.encode(),
        codecs.BOM_UTF8 + SOURCE.encode(),
        SOURCE.encode("utf-16"),
        codecs.BOM_UTF16_BE + SOURCE.encode("utf-16-be"),
        SOURCE.encode("utf-32"),
        SOURCE.encode("gb18030"),
    ],
    ids=["utf-8", "utf-8 mark", "utf-16", "utf-16-be", "utf-32", "gb18030"],
)
def test_every_usual_encoding_gives_the_same_text(data: bytes) -> None:
    """Students do not choose their editor's encoding."""
    assert decode(data) == SOURCE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_recognised(encoding: str) -> None:
    """Every second byte of such a module is zero."""
    assert decode("def sgd(): pass".encode(encoding)) == "def sgd(): pass"


def test_the_coding_cookie_is_believed() -> None:
    """What the module says of itself goes before any guess."""
    assert decode("# -*- coding: big5 -*-\nx = '線性'\n".encode("big5")).endswith("x = '線性'\n")


@pytest.mark.parametrize("cookie", ["klingon", "hex", "undefined", "punycode", "IDNA", "Unicode_Escape"])
def test_a_cookie_that_names_no_text_encoding_is_passed_over(cookie: str) -> None:
    """The module is read all the same."""
    assert decode(f"# coding: {cookie}\nx = 1\n".encode()) == f"# coding: {cookie}\nx = 1\n"


def test_no_cookie_makes_reading_take_the_square_of_the_length() -> None:
    """Reading goes on in the process that grades everybody: here it would take hours."""
    letters = ("# coding: punycode\n" + "a" * 10 + "\u4e00" * 10).encode("punycode")

    assert decode(letters + b"a" * 4_000_000).startswith("# coding: punycode")


def test_a_wrong_cookie_is_passed_over() -> None:
    """Bytes that do not fit what the cookie says are read as what they are."""
    assert decode("# coding: ascii\nx = '好'\n".encode()).endswith("'好'\n")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_line_ends_are_one_kind(end: str) -> None:
    """Windows, old Mac and Unix."""
    assert decode(f"a{end}b{end}".encode()) == "a\nb\n"


@pytest.mark.parametrize("data", [b"", b" \n\t", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_nothing_is_empty(data: bytes) -> None:
    """No bytes, blanks only, or only a mark."""
    with pytest.raises(SubmissionError, match="empty"):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"PK\x03\x04\x14\0", b"\x7fELF\x02\x01\x01" + bytes(range(256)), b"\0" * 64],
    ids=["png", "zip", "elf", "zeros"],
)
def test_binary_junk_is_not_text(data: bytes) -> None:
    """Control characters give it away where the encoding does not."""
    with pytest.raises(SubmissionError, match="not_text"):
        decode(data)


def test_bytes_that_fit_no_marked_encoding_are_not_text() -> None:
    """A UTF-16 mark before an odd number of bytes."""
    with pytest.raises(SubmissionError, match="not_text"):
        decode(codecs.BOM_UTF16_LE + b"a")
