"""The single home of how the bytes of a hand-in become text."""

from __future__ import annotations

import codecs
import io
import re
import tokenize

from grader.errors import SubmissionError

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte-order marks; UTF-32 before UTF-16, whose mark is the beginning of the other's."""
LEFT_OVER = ("utf-8", "gb18030", "cp1252")
"""What is tried without a mark or cookie: the rule, then what Chinese and Western Windows write."""
NO_CHARACTER_SETS = frozenset(("idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"))
"""Python's encodings for purposes of its own. One fails in a way of its own, one takes the square of the length."""
NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
SAMPLE_BYTES = 4096


def decode(data: bytes) -> str:
    """The text of a hand-in, with every line end as a line feed.

    Raises:
        SubmissionError: ``empty`` or ``not_text``.
    """
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise SubmissionError("empty")
    if NOT_TEXT.search(text):
        raise SubmissionError("not_text")
    return text


def _decode(data: bytes) -> str:
    for encoding in _candidates(data):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise SubmissionError("not_text")


def _candidates(data: bytes) -> tuple[str, ...]:
    """The encodings to try, in order; a byte-order mark settles it."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return (encoding,)
    sample = data[:SAMPLE_BYTES]
    if sample[1::2].count(0) > len(sample) // 4:
        return ("utf-16-le",)
    if sample[::2].count(0) > len(sample) // 4:
        return ("utf-16-be",)
    return (*_cookie(data), *LEFT_OVER)


def _cookie(data: bytes) -> tuple[str, ...]:
    """What the module itself says (``# -*- coding: gbk -*-``), if Python knows that as a character set."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except (SyntaxError, UnicodeDecodeError):
        return ()
    return () if codecs.lookup(encoding).name in NO_CHARACTER_SETS else (encoding,)
