"""The single home of the probes of the wall ``capabilities``: most have something to hold only where root grades."""

from __future__ import annotations

import os
import resource
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import Refused, set_limit

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_NOBODY = 65534


def keep_a_capability(here: Here) -> str:
    """Keep a right of root's.

    保留 root 的某项特权。
    """
    del here
    status = _own_status()
    held = {name: status[name] for name in ("CapEff", "CapPrm", "CapInh", "CapAmb") if int(status[name], 16)}
    if not held:
        raise Refused("every set of capabilities is empty")
    return ", ".join(f"{name} {value}" for name, value in held.items())


def gain_rights_from_a_program(here: Here) -> str:
    """Be allowed to gain rights by running a set-uid program.

    获准通过运行 set-uid 程序取得更多权限。
    """
    del here
    if _own_status().get("NoNewPrivs", "0") == "1":
        raise Refused("no program gives it new rights")
    return "set-uid programs would work"


def become_another_user(here: Here) -> str:
    """Become another user.

    变成另一个用户。
    """
    del here
    other = _NOBODY if os.getuid() != _NOBODY else _NOBODY - 1
    os.setresuid(other, other, other)
    if other not in os.getresuid():
        raise Refused("it is who it was")
    return f"user {os.getuid()}"


def join_another_group(here: Here) -> str:
    """Join another group.

    加入另一个用户组。
    """
    del here
    other = _NOBODY if os.getgid() != _NOBODY else _NOBODY - 1
    os.setresgid(other, other, other)
    if other not in os.getresgid():
        raise Refused("its group is what it was")
    return f"group {os.getgid()}"


def lift_a_hard_limit(here: Here) -> str:
    """Lift a hard limit, as only root may.

    提高只有 root 才能提高的硬限制。
    """
    del here
    set_limit(resource.RLIMIT_CORE, 0, 0)
    set_limit(resource.RLIMIT_CORE, 0, 4096)
    return "from 0 to 4096"


def come_before_others(here: Here) -> str:
    """Take precedence over every other process, as only root may.

    像 root 一样取得高于其他进程的优先级。
    """
    del here
    os.setpriority(os.PRIO_PROCESS, 0, -5)
    if (now := os.getpriority(os.PRIO_PROCESS, 0)) >= 0:
        raise Refused(f"its priority is {now}")
    return "priority -5"


def _own_status() -> dict[str, str]:
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
