"""The single home of zips: read in memory, never extracted, with every entry that is not a plain file refused by name.

A zip is untrusted: its names may point outside, its sizes may lie, its entries may overlap. Sizes are therefore checked
as declared, as a ratio and as they come out, for one entry and for the whole zip.
"""

from __future__ import annotations

import functools
import io
import re
import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.submission.entries import Entry, Found, is_listed, refusal, too_large
from grader.submission.naming import decode_name, is_ignored

if TYPE_CHECKING:
    from pathlib import Path

RATIO_LIMIT = 200
RATIO_FREE_BYTES = 4 * 1024**2
"""Below this size no ratio is suspicious: a notebook of a blank picture shrinks a thousandfold."""
TOTAL_BYTES = 1024**3
ENTRY_LIMIT = 100_000
NESTED_ZIPS = 1
"""How deep a zip may stand in a zip: the class's download of zips that students handed in."""
UNICODE_PATH = 0x7075
UTF8_FLAG = 0x800
ENCRYPTED_FLAG = 0x1
DRIVE = re.compile(r"[A-Za-z]:")


def is_zip(name: str) -> bool:
    """Whether a file has the name of a zip."""
    return name.lower().endswith(".zip")


def open_zip(source: Path | io.BytesIO, *, max_bytes: int) -> Found:
    """What a zip holds.

    Raises:
        SubmissionError: ``zip_broken`` or ``zip_bomb``, where not even the list of entries can be trusted.
    """
    return _Reader(max_bytes=max_bytes).open(source, depth=0)


class _Reader:
    """Reads one zip and the zips in it; ``max_bytes`` holds for each entry, the total for all together."""

    def __init__(self, *, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.left_bytes = TOTAL_BYTES

    def open(self, source: Path | io.BytesIO, *, depth: int) -> Found:
        """The entries and folders of one zip."""
        try:
            archive = zipfile.ZipFile(source)
        except Exception as error:  # the border: a stranger made these bytes
            raise SubmissionError("zip_broken", reason=str(error)) from error
        infos = archive.infolist()
        if len(infos) > ENTRY_LIMIT:
            raise SubmissionError("zip_bomb")
        found = Found()
        for info in infos:
            self._add(archive, info, found, depth=depth)
        return found

    def _add(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: Found, *, depth: int) -> None:
        """Add one entry where it belongs, or say why it is refused."""
        name = _name(info)
        is_folder = name.endswith("/")
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        if not parts or any(is_ignored(part) for part in parts if part != ".."):
            return
        if _points_outside(name):
            if not is_folder:
                # Listed under its full name, so that it meets no honest student's hand-in.
                found.entries.append(refusal((name,), SubmissionError("zip_path_refused", name=name)))
            return
        found.folders |= {parts[:length] for length in range(1, len(parts) + is_folder)}
        if is_folder:
            return
        if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            if is_listed(parts):
                found.entries.append(refusal(parts, SubmissionError("link_refused", name=name)))
        elif is_zip(name):
            self._add_zip(archive, info, parts, found, depth=depth)
        else:
            found.entries.append(Entry(parts=parts, read=functools.partial(self._read, archive, info)))

    def _add_zip(
        self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, parts: tuple[str, ...], found: Found, *, depth: int
    ) -> None:
        """Add the contents of a zip in the zip, as if it were a folder."""
        if depth >= NESTED_ZIPS:
            found.entries.append(refusal(parts, SubmissionError("zip_in_zip", name="/".join(parts))))
            return
        try:
            found.add_below(parts, self.open(io.BytesIO(self._read(archive, info)), depth=depth + 1))
        except SubmissionError as error:
            found.entries.append(refusal(parts, error))

    def _read(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        """The bytes of one entry, never more than allowed, whatever the zip declares."""
        if info.flag_bits & ENCRYPTED_FLAG:
            raise SubmissionError("zip_encrypted")
        if info.file_size > RATIO_FREE_BYTES and info.file_size > RATIO_LIMIT * max(info.compress_size, 1):
            raise SubmissionError("zip_bomb")
        if info.file_size > self.max_bytes:
            raise too_large(info.file_size, self.max_bytes)
        try:
            # What comes out beyond the declared size is never read; that it is missing shows in the check sum.
            with archive.open(info) as file:
                data = file.read()
        except Exception as error:  # the border: each decompressor has errors of its own for bad bytes
            raise SubmissionError("zip_broken", reason=str(error)) from error
        self.left_bytes -= len(data)
        if self.left_bytes < 0:
            raise SubmissionError("zip_bomb")
        return data


def _name(info: zipfile.ZipInfo) -> str:
    """The entry's name as its writer meant it, with ``/`` between the parts.

    Without the UTF-8 flag the standard calls for code page 437, but Chinese Windows writes GBK and macOS writes UTF-8;
    a name in the Unicode Path field (Info-ZIP, WinRAR) is believed first.
    """
    if info.flag_bits & UTF8_FLAG:
        name = info.orig_filename
    else:
        raw = info.orig_filename.encode("cp437", "replace")
        name = _unicode_path(info.extra, raw) or decode_name(raw)
    return name.replace("\\", "/")


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in the extra field 0x7075, if there is one and it belongs to just this name."""
    while len(extra) >= 4:  # noqa: PLR2004 - the head of a field: its number and its length
        number, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if number == UNICODE_PATH and field[:1] == b"\x01" and field[1:5] == struct.pack("<L", zlib.crc32(raw)):
            return field[5:].decode("utf-8", "replace")
    return None


def _points_outside(name: str) -> bool:
    return name.startswith("/") or DRIVE.match(name) is not None or ".." in name.split("/") or "\0" in name
