"""The single home of the probes of the wall ``system_calls`` that change what is known of a file, past Landlock."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import Refused

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_LONG_AGO = 1_000_000_000
_OTHER_MODE = 0o640


def change_a_files_mode(here: Here) -> str:
    """Change who may read a file.

    修改文件的访问权限。
    """
    Path(here.secret).chmod(_OTHER_MODE)
    if stat.S_IMODE(Path(here.secret).stat().st_mode) != _OTHER_MODE:
        raise Refused("the kernel said yes and changed nothing")
    return "changed"


def change_a_files_times(here: Here) -> str:
    """Change when a file was written.

    修改文件的时间戳。
    """
    os.utime(here.secret, (_LONG_AGO, _LONG_AGO))
    if int(Path(here.secret).stat().st_mtime) != _LONG_AGO:
        raise Refused("the kernel said yes and changed nothing")
    return "changed"


def change_a_files_owner(here: Here) -> str:
    """Give a file to somebody else.

    更改文件的所有者。
    """
    other = os.getuid() + 1
    os.chown(here.secret, other, -1)
    if Path(here.secret).stat().st_uid != other:
        raise Refused("the kernel said yes and changed nothing")
    return "changed"


def add_an_attribute_to_a_file(here: Here) -> str:
    """Hang an attribute on a file.

    给文件添加扩展属性。
    """
    os.setxattr(here.secret, "user.grader", b"written")
    return "added"
