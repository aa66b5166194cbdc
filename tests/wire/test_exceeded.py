"""Which limit an exception tells of, by what Python and its libraries really say."""

from __future__ import annotations

import errno
import os

import pytest

from grader.wire.exceeded import DISK, FILE_SIZE, OUT_OF_MEMORY, exceeded_limit
from grader.wire.raising import describe_error


class OwnMemoryError(MemoryError):
    """As numpy has one."""


@pytest.mark.parametrize(
    ("error", "limit"),
    [
        (MemoryError(), OUT_OF_MEMORY),
        (OwnMemoryError("Unable to allocate 4.00 GiB for an array"), OUT_OF_MEMORY),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:127] err == 0. can't allocate memory: you tried"), OUT_OF_MEMORY),
        (RuntimeError("std::bad_alloc"), OUT_OF_MEMORY),
        (OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)), OUT_OF_MEMORY),
        (OSError(errno.EFBIG, os.strerror(errno.EFBIG), "model.pt"), FILE_SIZE),
        (OSError("1048576 requested and 131072 written"), FILE_SIZE),
        (RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 576 vs 534"), FILE_SIZE),
        (RuntimeError("write(): fd 3 failed with File too large"), FILE_SIZE),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), DISK),
        (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), DISK),
        (RuntimeError("write(): fd 3 failed with No space left on device"), DISK),
        (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), ""),
        (FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "data.csv"), ""),
        (RuntimeError("can't start new thread"), ""),
        (ValueError("out of memory"), ""),
        (ValueError("[Errno 27] File too large"), ""),
    ],
    ids=repr,
)
def test_an_exception_tells_of_its_limit(error: BaseException, limit: str) -> None:
    """Neither threads nor open files that ran out are anything but an error of the code's own."""
    assert exceeded_limit(describe_error(error)) == limit
