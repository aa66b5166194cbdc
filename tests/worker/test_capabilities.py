"""Tests of giving up root's rights; as an ordinary user, that there is nothing to give up and no harm done."""

from __future__ import annotations

import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.worker import capabilities, linux

InChild = Callable[[Callable[[], Any]], Any]
ErrorOf = Callable[..., str]

SYS_RESOURCE = 24
"""The right to lift limits, which a container may keep from its root."""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to lose")


def status() -> dict[str, str]:
    """What the kernel says of this process's rights."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    fields = dict(line.split(":\t") for line in lines if ":\t" in line)
    return {name: fields[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs")}


def test_nothing_is_left_and_nothing_comes_back(in_child: InChild) -> None:
    """Effective, permitted, inheritable, ambient; dropping twice does no harm."""

    def work() -> tuple[dict[str, str], int, bool]:
        capabilities.drop_all()
        capabilities.drop_all()
        return status(), capabilities.held(), linux.forbids_new_privileges()

    found, held, forbids = in_child(work)
    assert forbids is True
    assert {int(found[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {held} == {0}
    assert found["NoNewPrivs"] == "1"


@as_root
def test_roots_bounds_are_empty(in_child: InChild) -> None:
    """No program would get a right by being root's."""

    def work() -> dict[str, str]:
        capabilities.lower_bounds()
        return status()

    after = in_child(work)
    assert int(after["CapEff"], 16) != 0
    assert int(after["CapBnd"], 16) == 0


@as_root
def test_what_is_held_is_what_the_kernel_says(in_child: InChild) -> None:
    """In all 64 bits."""
    held, found = in_child(lambda: (capabilities.held(), status()))

    assert held == int(found["CapPrm"], 16) | int(found["CapEff"], 16) | int(found["CapInh"], 16)


@as_root
def test_root_is_held_by_limits_and_by_the_rights_of_files(
    in_child: InChild, tmp_path: Path, error_of: ErrorOf
) -> None:
    """Afterwards, as an ordinary account would be."""
    others = tmp_path / "others"
    others.write_text("secret", encoding="utf-8")
    others.chmod(0o600)
    os.chown(others, 65534, 65534)

    def work() -> list[Any]:
        free = capabilities.can_lift_limits()
        capabilities.drop_all()
        return [
            free,
            capabilities.can_lift_limits(),
            error_of(others.read_text),
            error_of(os.chown, tmp_path, 1, 1),
            error_of(os.setuid, 12345),
            error_of(os.chroot, tmp_path),
            error_of(socket.socket, socket.AF_PACKET, socket.SOCK_RAW),
        ]

    before, after, *refused = in_child(work)
    assert (before, after) == (bool(capabilities.held() & 1 << SYS_RESOURCE), False)
    assert set(refused) <= {"EACCES", "EPERM"}


def test_trying_the_limits_leaves_nothing_lifted(in_child: InChild) -> None:
    """The limit that it is tried with is zero afterwards."""
    limit = resource.RLIMIT_MSGQUEUE

    assert in_child(lambda: (capabilities.can_lift_limits(), resource.getrlimit(limit))[1]) == (0, 0)
