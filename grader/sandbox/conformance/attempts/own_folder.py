"""The single home of the probes of the wall ``own_folder``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import Refused

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here


def find_something_where_it_starts(here: Here) -> str:
    """Find files of somebody else's where it starts.

    在启动目录中找到别人的文件。
    """
    del here
    if not (found := sorted(entry.name for entry in Path().iterdir())):
        raise Refused("the folder is empty")
    return ", ".join(found[:5])


def leave_files_behind(here: Here) -> str:
    """Leave files behind that are hard to remove.

    留下难以删除的文件。
    """
    deep = Path(here.name, *["deep"] * 50)
    deep.mkdir(parents=True)
    (deep / "left").write_text("left", encoding="utf-8")
    deep.chmod(0o000)
    return f"left folder {os.path.realpath(here.name)}"
