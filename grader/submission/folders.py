"""The single home of reading folders and files of the machine: no link is followed, no file is read past its limit."""

from __future__ import annotations

import functools
import os
import stat
from pathlib import Path

from grader.errors import SubmissionError
from grader.submission.entries import Entry, Found, Listing, is_listed, refusal, too_large
from grader.submission.naming import decode_name, is_ignored
from grader.submission.zips import is_zip, open_zip


def read_file(path: Path, *, max_bytes: int) -> bytes:
    """The bytes of a regular file.

    Raises:
        SubmissionError: ``too_large``, ``not_a_file`` or ``file_unreadable``.
    """
    try:
        # Without O_NONBLOCK a named pipe would wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode):
                raise SubmissionError("not_a_file", name=name_of(path))
            if status.st_size > max_bytes:
                raise too_large(status.st_size, max_bytes)
            return file.read(max_bytes)
    except OSError as error:
        raise SubmissionError("file_unreadable", name=name_of(path), reason=error.strerror or "") from error


def folder_listing(root: Path, *, max_bytes: int) -> Listing:
    """Every file below ``root``, with the contents of zips in place; in a fixed order."""
    found = Found()
    _walk(root, (), found, max_bytes=max_bytes)
    return found.listing(name_of(root))


def name_of(path: Path) -> str:
    """A file's own name as text, whatever bytes the file system keeps for it."""
    return decode_name(os.fsencode(path.name))


def _walk(folder: Path, parts: tuple[str, ...], found: Found, *, max_bytes: int) -> None:
    """Add what is below ``folder``, which is ``parts`` away from the root."""
    try:
        children = sorted(os.scandir(folder), key=lambda child: child.name)
    except OSError as error:
        place = parts or (name_of(folder),)
        unreadable = SubmissionError("file_unreadable", name=place[-1], reason=error.strerror or "")
        found.entries.append(refusal(place, unreadable))
        return
    for child in children:
        path = Path(child.path)
        inner = (*parts, name_of(path))
        if is_ignored(inner[-1]):
            continue
        if child.is_symlink():
            if is_listed(inner):
                found.entries.append(refusal(inner, SubmissionError("link_refused", name=inner[-1])))
        elif child.is_dir(follow_symlinks=False):
            found.folders.add(inner)
            _walk(path, inner, found, max_bytes=max_bytes)
        elif is_zip(inner[-1]):
            _unpack(path, inner, found, max_bytes=max_bytes)
        else:
            found.entries.append(Entry(parts=inner, read=functools.partial(read_file, path, max_bytes=max_bytes)))


def _unpack(path: Path, parts: tuple[str, ...], found: Found, *, max_bytes: int) -> None:
    """Add the contents of a zip that stands among the files, as if it were a folder of its own."""
    try:
        found.add_below(parts, open_zip(path, max_bytes=max_bytes))
    except SubmissionError as error:
        found.entries.append(refusal(parts, error))
