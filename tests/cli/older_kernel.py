"""Runs a command on a kernel that lacks something: ``older_kernel.py landlock,seccomp command …``. Started by tests."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CALLS = {
    "landlock": {"x86_64": 444, "aarch64": 444},  # landlock_create_ruleset
    "seccomp": {"x86_64": 317, "aarch64": 277},
}
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ANSWER = 0x7FFF0000, 0x00050000
SET_NO_NEW_PRIVILEGES, SET_FILTER, FILTER_MODE = 38, 22, 2


def instruction(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction of classic BPF."""
    return struct.pack("HBBI", code, if_true, if_false, value)


def program(numbers: list[int]) -> bytes:
    """Answers ENOSYS to the system calls with these numbers, and lets everything else through."""
    missing = instruction(RETURN, ANSWER | errno.ENOSYS)
    lines = [instruction(LOAD, 4), instruction(JUMP_IF_EQUAL, ARCHITECTURES[platform.machine()], if_true=1)]
    lines += [instruction(RETURN, ALLOW), instruction(LOAD, 0)]
    for number in numbers:
        lines += [instruction(JUMP_IF_EQUAL, number, if_false=1), missing]
    return b"".join([*lines, instruction(RETURN, ALLOW)])


def lack(numbers: list[int]) -> None:
    """From here on, for this process and every one that it starts."""
    code = ctypes.create_string_buffer(program(numbers))
    filter_ = struct.pack("HxxxxxxP", (len(code) - 1) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    for option, first, second in ((SET_NO_NEW_PRIVILEGES, 1, None), (SET_FILTER, FILTER_MODE, filter_)):
        if libc.prctl(option, ctypes.c_ulong(first), second, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), f"prctl({option})")


if __name__ == "__main__":
    lack([CALLS[name][platform.machine()] for name in sys.argv[1].split(",")])
    os.execv(sys.argv[2], sys.argv[2:])
