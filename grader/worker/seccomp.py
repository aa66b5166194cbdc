"""The single home of the system call filter: from `policy` to the kernel's little machine, and into this process.

The program is assembled once, in the zygote, for the machine that it runs on. Each student process puts its own id into
its copy and installs it, which costs the kernel's check and no more.

Why not libseccomp: its rules have no order, so "these values, and for all others that error" cannot be said for a mask
or for two values, and it is one more library that must be there. What is needed of it is a page of code.

Source: Documentation/userspace-api/seccomp_filter.rst and include/uapi/linux/bpf_common.h of the Linux kernel.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
from typing import TYPE_CHECKING, NamedTuple

from grader.worker import linux, policy
from grader.worker.syscalls import MACHINES, Machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.worker.policy import Argument, Checked

# -- instructions
_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_JUMP = 0x05  # BPF_JMP | BPF_JA
_JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_IF_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

# -- struct seccomp_data
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16

# -- answers
_ALLOW = 0x7FFF_0000
_ERRNO = 0x0005_0000
_KILL_PROCESS = 0x8000_0000

_SET_MODE_FILTER = 1
_SPEC_ALLOW = 1 << 2
"""Without it, kernels before 5.16 slow every branch of the process down against Spectre."""
_NO_MORE_NUMBERS = 0x4000_0000
"""From here on, the numbers are those of x32, another table of the same machine."""

_INSTRUCTION = struct.Struct("=HBBI")
_VALUE = struct.Struct("=I")


class Instruction(NamedTuple):
    """One instruction; the jumps count from the next one on."""

    code: int
    value: int
    if_true: int = 0
    if_false: int = 0

    def packed(self) -> bytes:
        """``struct sock_filter``."""
        return _INSTRUCTION.pack(self.code, self.if_true, self.if_false, self.value)


_Block = list[Instruction]


class NoFilterError(Exception):
    """There can be no filter on this machine; the message says why."""


class Program:
    """A filter for one machine, as the kernel reads it, with places where a process's id belongs."""

    def __init__(self, instructions: Sequence[Instruction], *, call: int) -> None:
        self._call = call
        """The number of ``seccomp`` itself."""
        self._bytes = b"".join(instruction.packed() for instruction in instructions)
        self._places = [
            place * _INSTRUCTION.size + _INSTRUCTION.size - _VALUE.size
            for place, instruction in enumerate(instructions)
            if instruction.value == policy.OWN_PID
        ]
        if not self._places:
            raise AssertionError("the policy never asks for the own process id")

    def install(self, pid: int) -> None:
        """Filter every system call of this process, which has that id; ``no_new_privs`` must be set.

        Raises:
            NoFilterError: if the kernel has no filters.
        """
        program = self.for_pid(pid)
        instructions = (ctypes.c_char * len(program)).from_buffer(program)
        passed = _Filter(len(program) // _INSTRUCTION.size, ctypes.addressof(instructions))
        try:
            linux.system_call(self._call, _SET_MODE_FILTER, _SPEC_ALLOW, ctypes.addressof(passed))
        except OSError as error:
            raise NoFilterError(f"the kernel takes no filter for system calls ({error.strerror})") from error

    def for_pid(self, pid: int) -> bytearray:
        """The program for one process."""
        program = bytearray(self._bytes)
        for place in self._places:
            _VALUE.pack_into(program, place, pid)
        return program


class _Filter(ctypes.Structure):
    """``struct sock_fprog``."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def assemble(machine: str = os.uname().machine) -> Program:
    """The policy as a program for a machine, by what ``uname -m`` says.

    Raises:
        NoFilterError: if the numbers of its system calls are not known.
    """
    if machine not in MACHINES:
        raise NoFilterError(f"system calls of this machine are not known: {machine} (known: {', '.join(MACHINES)})")
    target = MACHINES[machine]
    instructions = (
        Instruction(_LOAD, _ARCH),
        Instruction(_JUMP_IF_EQUAL, target.audit_arch, 1, 0),
        Instruction(_RETURN, _KILL_PROCESS),
        Instruction(_LOAD, _NUMBER),
        Instruction(_JUMP_IF_AT_LEAST, _NO_MORE_NUMBERS, 0, 1),
        Instruction(_RETURN, _KILL_PROCESS),
        *_search(_ranges(_answers(target))),
    )
    return Program(instructions, call=target.numbers["seccomp"])


# -- from names to numbers --------------------------------------------------------------------------------------------


class _Range(NamedTuple):
    """From ``first`` up to the next range, every number runs into ``block``."""

    first: int
    block: _Block


def _answers(machine: Machine) -> dict[int, _Block]:
    """What is done with each call of the machine that the policy names."""
    found: dict[int, _Block] = {}
    for names, block in [(group.names, [_answer(group.answer)]) for group in policy.groups()] + [
        (checked.names, _check(checked)) for checked in policy.CHECKED
    ]:
        for name in names.split():
            if name in machine.numbers:
                found[machine.numbers[name]] = block
    return found


def _ranges(answers: dict[int, _Block]) -> list[_Range]:
    """The whole line of numbers, neighbours with the same answer as one range, ENOSYS in the gaps."""
    ranges: list[_Range] = []
    for number in range(max(answers) + 2):
        block = answers.get(number, [_answer(errno.ENOSYS)])
        if not ranges or block != ranges[-1].block:
            ranges.append(_Range(number, block))
    return ranges


def _search(ranges: list[_Range]) -> _Block:
    """Find the number's range by halving: the kernel runs through this for every call of every student."""
    if len(ranges) == 1:
        return ranges[0].block
    middle = len(ranges) // 2
    below, above = _search(ranges[:middle]), _search(ranges[middle:])
    # a condition can jump over 255 instructions only, so it jumps to a jump, which has no such bound
    return [Instruction(_JUMP_IF_AT_LEAST, ranges[middle].first, 0, 1), Instruction(_JUMP, len(below)), *below, *above]


# -- looking at arguments ---------------------------------------------------------------------------------------------


def _answer(number: int | None) -> Instruction:
    return Instruction(_RETURN, _ALLOW if number is None else _ERRNO | number)


def _check(checked: Checked) -> _Block:
    """One alternative after the other; the first that fits decides."""
    block: _Block = []
    for alternative in checked.allowed:
        block += _all_of(alternative, then=_answer(None))
    for alternative in checked.pretended:
        block += _all_of(alternative, then=_answer(policy.RAN_NOT))
    return [*block, _answer(checked.answer)]


def _all_of(arguments: tuple[Argument, ...], *, then: Instruction) -> _Block:
    """Run into ``then`` if every argument fits, and fall out at the end if one does not."""
    block = [then]
    for argument in reversed(arguments):
        block = _one_of(argument, then=block)
    return block


def _one_of(argument: Argument, *, then: _Block) -> _Block:
    """Run into ``then`` if the argument has one of its values, over it if not."""
    place = _ARGUMENTS + 8 * argument.position
    low, high = argument.mask & 0xFFFF_FFFF, argument.mask >> 32
    block = _compare(place, low, [value & 0xFFFF_FFFF for value in argument.values], then=then)
    if high:
        (wanted,) = {value >> 32 for value in argument.values}
        block = _compare(place + 4, high, [wanted], then=block)
    return block


def _compare(place: int, mask: int, values: list[int], *, then: _Block) -> _Block:
    block = [Instruction(_LOAD, place)]
    if mask != 0xFFFF_FFFF:  # noqa: PLR2004 - every bit
        block.append(Instruction(_AND, mask))
    for left, value in zip(reversed(range(len(values))), values, strict=True):
        block.append(Instruction(_JUMP_IF_EQUAL, value, left, 0 if left else len(then)))
    return [*block, *then]
