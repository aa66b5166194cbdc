"""The single home of reading off an exception which limit it tells of; libraries say so in words more than in types."""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from grader.wire.evidence import RemoteError

OUT_OF_MEMORY: Final = "out_of_memory"
DISK: Final = "disk"
"""The disk, or the part of it that may be used, is full."""
FILE_SIZE: Final = "file_size"
"""One file grew beyond what one file may hold."""

_ERRNO: Final = re.compile(r"\[Errno (\d+)\]")
_ERRNOS: Final = {
    str(errno.ENOMEM): OUT_OF_MEMORY,
    str(errno.EFBIG): FILE_SIZE,
    str(errno.ENOSPC): DISK,
    str(errno.EDQUOT): DISK,
}
_NO_MEMORY: Final = re.compile(
    "can't allocate memory|cannot allocate memory|not enough memory|bad_alloc|out of memory", re.IGNORECASE
)
_WORDS: Final = (
    ("RuntimeError", _NO_MEMORY, OUT_OF_MEMORY),  # torch and the C++ library
    # torch.save, in its new and in its old format
    ("RuntimeError", re.compile(r"inline_container\.cc.*(?:unexpected pos|failed writing)"), FILE_SIZE),
    ("RuntimeError", re.compile(r"write\(\): .*File too large"), FILE_SIZE),
    ("RuntimeError", re.compile(r"write\(\): .*(?:No space left|quota exceeded)"), DISK),
    # numpy's `tofile` and `save`
    ("OSError", re.compile(r"\d+ requested and \d+ written"), FILE_SIZE),
)


def exceeded_limit(error: RemoteError) -> str:
    """`OUT_OF_MEMORY`, `DISK` or `FILE_SIZE`; empty where the exception tells of no limit."""
    kinds = {error.type_name, *error.bases}
    if kinds & {"MemoryError", "OutOfMemoryError"}:
        return OUT_OF_MEMORY
    if "OSError" in kinds and (numbered := _ERRNO.match(error.message)):
        return _ERRNOS.get(numbered[1], "")
    return next((limit for kind, words, limit in _WORDS if kind in kinds and words.search(error.message)), "")
