"""Run the hostile corpus in every setting that this machine allows, and say which it does not allow, and why.

    python tests/hostile/everywhere.py [options of pytest]

The settings are the two kinds of user (root and an ordinary one) with and without the right to make namespaces. In each
of them the corpus itself runs with and without bubblewrap. The imitated container refuses what Docker's own filter
refuses, new namespaces and mounts, and leaves root the capabilities that Docker leaves it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import pwd
import struct
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import click

ROOT = Path(__file__).parents[2]
ORDINARY = "nobody"
NEEDED = "import sys; sys.path.insert(0, '.'); import grader.judge, grader.batch.running, pytest, torch"
"""What an ordinary user must be able to read before it can run anything."""

CALLS = {
    "x86_64": {"clone": 56, "clone3": 435, "mount": 165, "pivot_root": 155, "setns": 308, "unshare": 272},
    "aarch64": {"clone": 220, "clone3": 435, "mount": 40, "pivot_root": 41, "setns": 268, "unshare": 97},
}
NEW_NAMESPACES = 0x7E02_0000
"""CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWPID and CLONE_NEWNET."""
LOAD, JUMP_IF_EQUAL, JUMP_IF_ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16
ALLOW, REFUSE = 0x7FFF_0000, 0x0005_0000
NO_NEW_PRIVS, SET_SECCOMP, FILTER_MODE, DROP_FROM_BOUNDING_SET = 38, 22, 2, 24
ROOTS_CAPABILITIES = 0xA804_25FB
"""A bit for each capability that root keeps in a container of Docker's."""


class Setting(NamedTuple):
    """Who runs the corpus, and where."""

    name: str
    user: str | None = None
    """Another user than this one, whom only root can become."""
    contained: bool = False


SETTINGS = (
    Setting("this user"),
    Setting("this user, in a container", contained=True),
    Setting("an ordinary user", user=ORDINARY),
    Setting("an ordinary user, in a container", user=ORDINARY, contained=True),
)


def main(options: list[str]) -> int:
    """Run all settings; 0 if none failed."""
    said = {setting.name: _said(setting, options) for setting in SETTINGS}
    click.echo()
    for name, words in said.items():
        click.echo(f"{name:35} {words}")
    return int(any(words.startswith("failed") for words in said.values()))


def _said(setting: Setting, options: list[str]) -> str:
    """What came of one setting, in few words."""
    click.secho(f"\n== {setting.name}", bold=True)
    if reason := _refusal(setting):
        return f"skipped: {reason}"
    code = _run(setting, ["-m", "pytest", "-p", "no:cacheprovider", "tests/hostile", *options]).returncode
    return "passed" if code == 0 else f"failed: pytest ended with {code}"


def _refusal(setting: Setting) -> str:
    """Why this machine does not allow a setting; nothing if it does."""
    if setting.user and os.geteuid() != 0:
        return f"this user is an ordinary one already (uid {os.geteuid()}), and only root can become another"
    if setting.contained and platform.machine() not in CALLS:
        return f"the numbers of the system calls of {platform.machine()} are not known here"
    if setting.user and not _can_start(setting):
        return (
            f"{setting.user} may not read {sys.executable} or {ROOT}; copy the checkout and its interpreter to where "
            "everybody may read, and run this there"
        )
    return ""


def _can_start(setting: Setting) -> bool:
    """Whether this interpreter and this checkout are open to the setting's user."""
    try:
        return _run(setting, ["-c", NEEDED], quiet=True).returncode == 0
    except PermissionError:
        return False


def _run(setting: Setting, arguments: list[str], *, quiet: bool = False) -> subprocess.CompletedProcess[bytes]:
    """Run this interpreter in the setting, with a folder of its own for what it writes."""
    with tempfile.TemporaryDirectory() as home:
        if setting.user:
            entry = pwd.getpwnam(setting.user)
            os.chown(home, entry.pw_uid, entry.pw_gid)
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, "HOME": home, "TMPDIR": home, "PYTHONDONTWRITEBYTECODE": "1"},
            user=setting.user,
            group=None if setting.user is None else pwd.getpwnam(setting.user).pw_gid,
            extra_groups=None if setting.user is None else [],
            preexec_fn=contain if setting.contained else None,
            stdout=subprocess.DEVNULL if quiet else None,
            stderr=subprocess.DEVNULL if quiet else None,
            check=False,
        )


def contain() -> None:
    """Take from this process, and from all that it starts, what Docker takes."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        for capability in range(64):  # more than any kernel has; it refuses those that it does not know
            if not ROOTS_CAPABILITIES >> capability & 1:
                libc.prctl(DROP_FROM_BOUNDING_SET, capability)
    refuse_namespaces(libc)


def refuse_namespaces(libc: ctypes.CDLL) -> None:
    """Have the kernel refuse new namespaces and mounts."""
    calls = CALLS[platform.machine()]
    program = [(LOAD, 0, 0, NUMBER_AT)]
    for name in ("mount", "pivot_root", "setns", "unshare"):
        program += [(JUMP_IF_EQUAL, 0, 1, calls[name]), (RETURN, 0, 0, REFUSE | errno.EPERM)]
    # The flags of clone3 are out of a filter's reach; the C library then falls back to clone.
    program += [(JUMP_IF_EQUAL, 0, 1, calls["clone3"]), (RETURN, 0, 0, REFUSE | errno.ENOSYS)]
    program += [(JUMP_IF_EQUAL, 1, 0, calls["clone"]), (RETURN, 0, 0, ALLOW), (LOAD, 0, 0, FIRST_ARGUMENT_AT)]
    program += [(JUMP_IF_ANY_BIT, 0, 1, NEW_NAMESPACES), (RETURN, 0, 0, REFUSE | errno.EPERM), (RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *instruction) for instruction in program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    for option, *given in ((NO_NEW_PRIVS, 1, 0), (SET_SECCOMP, FILTER_MODE, ctypes.addressof(header))):
        if libc.prctl(option, *map(ctypes.c_ulong, given), 0, 0) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"prctl({option}): {os.strerror(number)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
