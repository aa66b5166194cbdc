"""The single home of Landlock: the kernel's own list of files that a process may open, which needs no privilege.

Everything that the kernel can forbid is forbidden; then come the exceptions. `Places` opens those that are the same for
all students once. For each student the zygote makes a set of rules from them and its folder; the student process adds
its own ``/proc`` entry and enters. What it may open is settled from then on.

Landlock does not know of stat, chmod, chown, utime, access, chdir and readlink. What of that changes anything is
answered by the system call filter; that a file exists, and how large it is, can be asked of those whose name is known.

Source: Documentation/userspace-api/landlock.rst and include/uapi/linux/landlock.h of the Linux kernel.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.worker import linux

if TYPE_CHECKING:
    from collections.abc import Iterable

# The numbers are the same on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = (1 << bit for bit in range(4))
_REMOVE_DIR, _REMOVE_FILE, _MAKE_CHAR, _MAKE_DIR, _MAKE_REG = (1 << bit for bit in range(4, 9))
_MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM = (1 << bit for bit in range(9, 13))
_REFER, _TRUNCATE, _IOCTL_DEV = (1 << bit for bit in range(13, 16))

_FILES_FROM = {1: _REFER - 1, 2: _REFER, 3: _TRUNCATE, 5: _IOCTL_DEV}
"""Rights on files, by the version that brought them."""
_TCP_VERSION, _TCP = 4, 0b11
"""To bind and to connect."""
_SCOPE_VERSION, _SCOPE = 6, 0b11
"""Abstract Unix sockets and signals stay inside."""
_QUIET_VERSION, _QUIET = 7, 0b101
"""Nothing of it into the audit log, which student code could flood: LOG_SAME_EXEC_OFF, LOG_SUBDOMAINS_OFF."""

READ = _READ_FILE | _READ_DIR
OWN = READ | _WRITE_FILE | _TRUNCATE | _MAKE_REG | _MAKE_DIR | _MAKE_SYM | _REMOVE_FILE | _REMOVE_DIR | _REFER
WRITE = _READ_FILE | _WRITE_FILE | _TRUNCATE
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
"""The rest has a meaning for folders only, and the kernel refuses it for a file."""

READ_BY_ALL = (
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
    "/dev/zero",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/sys/devices/system/cpu",
)
WRITTEN_BY_ALL = ("/dev/null",)

_TELLING = ("cmdline", "environ", "io", "maps", "oom_score_adj", "smaps", "stat", "statm", "status")
_OWN_PROCESS = {
    "/proc/self": _READ_DIR,
    **{f"/proc/self/{name}": READ for name in _TELLING},
    "/proc/thread-self/stat": READ,
}
"""What a process may know of itself. The rest of that folder tells of the machine: its connections, its mounts."""


class NoLandlockError(Exception):
    """The kernel has no Landlock, or it is switched off; the message says which."""


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scope", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("parent", ctypes.c_int32))


@dataclass(frozen=True)
class Place:
    """A file or folder, held open by a descriptor that can be used for nothing else, and what is allowed there."""

    descriptor: int
    rights: int


class Places:
    """What every student process may open."""

    def __init__(self, readable: Iterable[str]) -> None:
        self.version = version()
        wanted = [(path, READ) for path in (*readable, *READ_BY_ALL)] + [(path, WRITE) for path in WRITTEN_BY_ALL]
        self._places = [place for path, rights in wanted if (place := _open_place(path, rights)) is not None]

    def ruleset(self, folder: str) -> int:
        """A descriptor of the rules for one student process, whose own folder this is; to be closed."""
        ruleset = _create(self.version)
        for place in self._places:
            _add(ruleset, place, self.version)
        allow(ruleset, folder, OWN, self.version)
        return ruleset


def version() -> int:
    """The version of Landlock that the kernel speaks.

    Raises:
        NoLandlockError: if it speaks none.
    """
    try:
        return linux.system_call(_CREATE_RULESET, 0, 0, _ASK_VERSION)
    except OSError as error:
        known = {
            errno.ENOSYS: "this kernel has no Landlock (it came with Linux 5.13)",
            errno.EOPNOTSUPP: "Landlock is switched off in this kernel (boot option lsm=landlock,…)",
        }
        raise NoLandlockError(known.get(error.errno or 0, f"Landlock is refused here ({error.strerror})")) from error


def enter(ruleset: int) -> int:
    """Hold this process to the rules and to what ``/proc`` says about itself; returns the version of Landlock."""
    speaks = version()
    for path, rights in _OWN_PROCESS.items():
        with contextlib.suppress(FileNotFoundError):  # there is no /proc in some containers
            allow(ruleset, path, rights, speaks)
    linux.system_call(_RESTRICT_SELF, ruleset, _QUIET if speaks >= _QUIET_VERSION else 0)
    return speaks


def allow(ruleset: int, path: str, rights: int, speaks: int) -> None:
    """Add one rule."""
    place = _open_place(path, rights)
    if place is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    try:
        _add(ruleset, place, speaks)
    finally:
        os.close(place.descriptor)


def _open_place(path: str, rights: int) -> Place | None:
    """None where there is no such thing on this machine."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    return Place(descriptor, rights if is_folder else rights & _ON_FILES)


def _create(speaks: int) -> int:
    attributes = _RulesetAttributes(
        files=_files(speaks), net=_TCP * (speaks >= _TCP_VERSION), scope=_SCOPE * (speaks >= _SCOPE_VERSION)
    )
    size = 8 * (1 + (speaks >= _TCP_VERSION) + (speaks >= _SCOPE_VERSION))  # an old kernel knows no later fields
    return linux.system_call(_CREATE_RULESET, ctypes.addressof(attributes), size, 0)


def _add(ruleset: int, place: Place, speaks: int) -> None:
    rule = _PathBeneath(place.rights & _files(speaks), place.descriptor)
    linux.system_call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.addressof(rule), 0)


def _files(speaks: int) -> int:
    """All rights on files that a version knows."""
    return sum(rights for since, rights in _FILES_FROM.items() if since <= speaks)
