"""The single home of giving up root's rights: `no_new_privs`, and every capability of every kind.

A process of root's without capabilities still owns root's files, which is Landlock's part, but it is held by limits,
cannot mount, trace or configure, and cannot get anything back: not by starting a program, not by changing its user.

Source: capabilities(7), and include/uapi/linux/{capability,securebits}.h of the Linux kernel.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
from resource import RLIMIT_MSGQUEUE, setrlimit  # by name: students may find another one under `resource`

from grader.worker import linux

_VERSION_3 = 0x2008_0522
_AMBIENT, _CLEAR_ALL = 47, 4
_DROP_FROM_BOUND = 24
_SET_SECUREBITS = 28

_LOCKED_SECUREBITS = 0x1 | 0x2 | 0x4 | 0x8 | 0x20 | 0x40 | 0x80
"""NOROOT, NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE with their locks, and KEEP_CAPS's lock: root is nobody special."""

_HIGHEST = 63


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Words(ctypes.Structure):
    """``struct __user_cap_data_struct``, twice: the lower and the upper 32 capabilities."""

    _fields_ = (("words", ctypes.c_uint32 * 6),)


def lower_bounds() -> None:
    """Have no program that is started from here on get a capability, not for being root's either.

    Once, in the zygote, which starts no programs: each of these costs as much as all of `drop_all`. Who has no right to
    do it has nothing that could be handed on.
    """
    with contextlib.suppress(PermissionError):
        linux.prctl(_SET_SECUREBITS, _LOCKED_SECUREBITS)
    for capability in range(_HIGHEST + 1):
        if not _is_dropped_from_bound(capability):
            break


def drop_all() -> None:
    """Forbid new privileges, then give up what there is.

    Raises:
        OSError: if the kernel keeps a capability.
    """
    linux.forbid_new_privileges()
    with contextlib.suppress(OSError):  # EINVAL before Linux 4.3, which has no ambient ones
        linux.prctl(_AMBIENT, _CLEAR_ALL)
    header, nothing = _Header(_VERSION_3, 0), _Words()
    linux.call("capset", ctypes.addressof(header), ctypes.addressof(nothing))


def held() -> int:
    """The capabilities of this process, effective, permitted and inheritable ones together, as bits."""
    header, found = _Header(_VERSION_3, 0), _Words()
    linux.call("capget", ctypes.addressof(header), ctypes.addressof(found))
    words: list[int] = list(found.words)
    return words[0] | words[1] | words[2] | (words[3] | words[4] | words[5]) << 32


def can_lift_limits() -> bool:
    """Whether a hard limit can be raised, tried with the one for message queues, of which there is none afterwards."""
    setrlimit(RLIMIT_MSGQUEUE, (0, 0))
    try:
        setrlimit(RLIMIT_MSGQUEUE, (0, 1))
    except ValueError:  # that is how Python tells EPERM here
        return False
    setrlimit(RLIMIT_MSGQUEUE, (0, 0))
    return True


def _is_dropped_from_bound(capability: int) -> bool:
    """Whether there is such a capability and it could be dropped; the bound is what a started program may get."""
    try:
        linux.prctl(_DROP_FROM_BOUND, capability)
    except OSError as error:
        if error.errno in {errno.EINVAL, errno.EPERM}:
            return False
        raise
    return True
