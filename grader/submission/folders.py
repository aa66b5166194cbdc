"""The single home of reading folders and files of the machine: no link is followed, no file is read past its limit."""

from __future__ import annotations

import contextlib
import functools
import os
import stat
from pathlib import Path

from grader.errors import SubmissionError
from grader.submission.entries import Entry, Found, Listing, is_listed, refusal, too_large
from grader.submission.naming import OVERVIEWS, RESULTS, decode_name, is_hand_in, is_ignored
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


def folder_listing(root: Path, *, max_bytes: int, results: Path | None = None) -> Listing:
    """Every file below ``root``, with the contents of zips in place; in a fixed order.

    What earlier runs wrote is left out: in ``results``, where this run writes, and wherever their overviews are.
    """
    found = Found()
    _walk(root, (), found, max_bytes=max_bytes, results=results.resolve() if results else None)
    return found.listing(name_of(root))


def name_of(path: Path) -> str:
    """A file's own name as text, whatever bytes the file system keeps for it."""
    return decode_name(os.fsencode(path.name))


def _walk(folder: Path, parts: tuple[str, ...], found: Found, *, max_bytes: int, results: Path | None) -> None:
    """Add what is below ``folder``, which is ``parts`` away from the root."""
    try:
        children = sorted(os.scandir(folder), key=lambda child: child.name)
    except OSError as error:
        place = parts or (name_of(folder),)
        unreadable = SubmissionError("file_unreadable", name=place[-1], reason=error.strerror or "")
        found.entries.append(refusal(place, unreadable))
        return
    has_results = folder.resolve() == results or {child.name for child in children} >= OVERVIEWS
    before = len(found.entries), len(found.folders)
    for child in children:
        path = Path(child.path)
        inner = (*parts, name_of(path))
        if is_ignored(inner[-1]) or (has_results and _is_result(child)):
            continue
        if child.is_symlink():
            if is_listed(inner):
                found.entries.append(refusal(inner, SubmissionError("link_refused", name=inner[-1])))
        elif child.is_dir(follow_symlinks=False):
            found.folders.add(inner)
            _walk(path, inner, found, max_bytes=max_bytes, results=results)
        elif is_zip(inner[-1]):
            _unpack(path, inner, found, max_bytes=max_bytes)
        else:
            found.entries.append(Entry(parts=inner, read=functools.partial(read_file, path, max_bytes=max_bytes)))
    if has_results and before == (len(found.entries), len(found.folders)):
        found.folders.discard(parts)


def _is_result(child: os.DirEntry[str]) -> bool:
    """Whether something in a folder of results is one of them; a hand-in is never taken for a result."""
    if child.is_dir(follow_symlinks=False):
        with contextlib.suppress(OSError):
            return {inner.name for inner in Path(child).iterdir()} == RESULTS
    return not (is_hand_in(child.name) or is_zip(child.name) or child.is_dir())


def _unpack(path: Path, parts: tuple[str, ...], found: Found, *, max_bytes: int) -> None:
    """Add the contents of a zip that stands among the files, as if it were a folder of its own."""
    try:
        found.add_below(parts, open_zip(path, max_bytes=max_bytes))
    except SubmissionError as error:
        found.entries.append(refusal(parts, error))
