"""Zips: nothing extracted, nothing believed."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

import pytest

from grader.errors import SubmissionError
from grader.submission import zips
from grader.submission.zips import open_zip

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.submission.entries import Found

    Zipped = Callable[[Mapping[str, bytes]], bytes]

LIMIT = 8 * 1024**2


def _open(data: bytes, *, max_bytes: int = LIMIT) -> Found:
    return open_zip(io.BytesIO(data), max_bytes=max_bytes)


def _with_entry(info: zipfile.ZipInfo, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(info, data)
    return packed.getvalue()


def _kinds(found: Found) -> dict[str, str]:
    """What reading each entry ends in."""
    kinds = {}
    for entry in found.entries:
        try:
            entry.read()
            kinds[entry.path] = "read"
        except SubmissionError as error:
            kinds[entry.path] = error.kind
    return kinds


def test_entries_and_folders_are_listed(zipped: Zipped) -> None:
    """Empty folders, too: a student who handed in nothing."""
    found = _open(zipped({"ana/hw1/a.py": b"x = 1", "ben/": b"", "__MACOSX/ana/._a.py": b"", "ana/.DS_Store": b""}))

    assert _kinds(found) == {"ana/hw1/a.py": "read"}
    assert found.folders == {("ana",), ("ana", "hw1"), ("ben",)}


@pytest.mark.parametrize(
    "name", ["../eve.py", "a/../../eve.py", "/etc/eve.py", "C:/eve.py", "C:\\eve.py", "..\\eve.py", "../../etc/passwd"]
)
def test_an_entry_that_points_outside_is_refused_and_named(zipped: Zipped, name: str) -> None:
    """Nothing is written anywhere, but a zip like that is worth knowing of."""
    found = _open(zipped({name: b"x = 1", "ana.py": b"x = 1"}))

    assert sorted(_kinds(found).values()) == ["read", "zip_path_refused"]
    (refused,) = (entry for entry in found.entries if entry.refused)
    with pytest.raises(SubmissionError) as caught:
        refused.read()
    assert caught.value.values == {"name": name.replace("\\", "/")}


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_an_entry_that_is_no_plain_file_is_refused(kind: int) -> None:
    """A link's text is not the student's code, and what it points to is not the student's."""
    info = zipfile.ZipInfo("ana/a.py")
    info.external_attr = (kind | 0o777) << 16

    assert _kinds(_open(_with_entry(info, b"/etc/passwd"))) == {"ana/a.py": "link_refused"}


@pytest.mark.parametrize(
    ("raw", "flags"),
    [("张三/作业.py".encode("gb18030"), 0), ("张三/作业.py".encode(), 0), ("张三/作业.py".encode(), 0x800)],
)
def test_chinese_names_are_read_with_and_without_the_flag(raw: bytes, flags: int) -> None:
    """As Chinese Windows, macOS and everybody else write them."""
    placeholder = "n" * len(raw)
    info = zipfile.ZipInfo(placeholder)
    info.flag_bits = flags
    data = bytearray(_with_entry(info, b"x = 1").replace(placeholder.encode(), raw))
    if flags:
        for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            at = data.index(signature) + offset
            data[at : at + 2] = struct.pack("<H", flags)

    assert _kinds(_open(bytes(data))) == {"张三/作业.py": "read"}


def test_the_unicode_path_field_goes_first() -> None:
    """WinRAR keeps the real name there."""
    name = "李四.py".encode()
    info = zipfile.ZipInfo("____.py")
    field = b"\x01" + struct.pack("<L", zlib.crc32(b"____.py")) + name
    info.extra = struct.pack("<HH", 0x7075, len(field)) + field

    assert _kinds(_open(_with_entry(info, b"x = 1"))) == {"李四.py": "read"}


def test_a_bomb_is_refused_by_its_ratio(zipped: Zipped) -> None:
    """Eight megabytes of zeros in eight kilobytes."""
    assert _kinds(_open(zipped({"ana.py": bytes(LIMIT)}))) == {"ana.py": "zip_bomb"}


def test_an_entry_over_the_limit_is_refused_by_its_declared_size(zipped: Zipped) -> None:
    """As a file of that size would be."""
    assert _kinds(_open(zipped({"ana.py": bytes(2000)}), max_bytes=1999)) == {"ana.py": "too_large"}


def test_an_entry_that_lies_about_its_size_is_not_read_past_it(zipped: Zipped) -> None:
    """The declared size is small, what would come out is not; the check sum does not fit what was read."""
    data = bytearray(zipped({"ana.py": bytes(LIMIT)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = struct.pack("<L", 100)

    assert _kinds(_open(bytes(data))) == {"ana.py": "zip_broken"}


def test_all_entries_together_are_bounded(zipped: Zipped, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many entries of an allowed size are a bomb, too."""
    monkeypatch.setattr(zips, "TOTAL_BYTES", 2500)

    kinds = _kinds(_open(zipped({f"{name}.py": b"x" * 1000 for name in "abcd"})))

    assert list(kinds.values()) == ["read", "read", "zip_bomb", "zip_bomb"]


def test_too_many_entries_are_a_bomb(zipped: Zipped, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list itself is bounded."""
    monkeypatch.setattr(zips, "ENTRY_LIMIT", 2)

    with pytest.raises(SubmissionError, match="zip_bomb"):
        _open(zipped({"a.py": b"", "b.py": b"", "c.py": b""}))


def test_an_encrypted_entry_is_named(zipped: Zipped) -> None:
    """Nobody has told us the password."""
    data = bytearray(zipped({"ana.py": b"x = 1"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature) + offset
        data[at] |= 1

    assert _kinds(_open(bytes(data))) == {"ana.py": "zip_encrypted"}


@pytest.mark.parametrize("cut", [0, 10, -30])
def test_a_broken_zip_is_named(zipped: Zipped, cut: int) -> None:
    """Empty, or cut off somewhere."""
    with pytest.raises(SubmissionError, match="zip_broken"):
        _open(zipped({"ana.py": b"x = 1"})[:cut])


def test_a_damaged_entry_costs_only_itself(zipped: Zipped) -> None:
    """The others are read."""
    data = bytearray(zipped({"ana.py": b"import torch" * 9, "ben.py": b"x = 1"}))
    at = data.index(b"ana.py") + len("ana.py") + 2
    data[at : at + 4] = b"\xff\xff\xff\xff"

    assert _kinds(_open(bytes(data))) == {"ana.py": "zip_broken", "ben.py": "read"}


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_whatever_a_decompressor_says_of_damage_costs_the_entry(method: int) -> None:
    """Each has errors of its own; one that came through would end the grading of everybody."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        archive.writestr("ana.py", b"x = 1\n" * 50)
        size = archive.getinfo("ana.py").compress_size
    begins = 30 + len("ana.py")
    for place in range(begins, begins + size):
        data = bytearray(whole.getvalue())
        data[place] ^= 0xFF
        assert set(_kinds(_open(bytes(data)))) == {"ana.py"}


def test_a_students_zip_in_the_class_zip_is_opened_once(zipped: Zipped) -> None:
    """Deeper ones are named: that is how endless zips are built."""
    innermost = zipped({"a.py": b"x = 1"})
    inner = zipped({"a.py": b"x = 1", "more.zip": innermost})

    kinds = _kinds(_open(zipped({"ana.zip": inner, "ben.zip": b"junk"})))

    assert kinds == {"ana.zip/a.py": "read", "ana.zip/more.zip": "zip_in_zip", "ben.zip": "zip_broken"}
