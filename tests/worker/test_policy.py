"""Tests of which system calls are allowed: the filters of both machines, run by a small machine of our own."""

from __future__ import annotations

import errno
import itertools
import signal
import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from grader.worker import policy, seccomp, syscalls
from grader.worker.policy import OWN_PID, Argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

InChild = Callable[[Callable[[], Any]], Any]

PID = 4242
ALLOW = "allow"
KILL = "kill"
EVERY_BIT = 2**64 - 1
MACHINES = sorted(syscalls.MACHINES)
OPENAT2 = 437
RUBBISH = 0xDEAD_BEEF << 32
"""In the upper half of a register where the kernel takes an int."""


class BpfMachine:
    """Runs a filter as the kernel would; the four kinds of instruction that one may have, and no others."""

    def __init__(self, program: bytes) -> None:
        assert len(program) % 8 == 0
        self.instructions = list(struct.iter_unpack("=HBBI", program))

    def answer(self, arch: int, number: int, arguments: Sequence[int] = ()) -> str | int:
        """`ALLOW`, `KILL`, or the error number."""
        given = [argument & EVERY_BIT for argument in (*arguments, *(0,) * 6)][:6]
        data = struct.pack("=II8x6Q", number, arch, *given)
        accumulator = place = 0
        for _ in range(4096):
            code, if_true, if_false, value = self.instructions[place]
            place += 1
            if code == 0x20:
                (accumulator,) = struct.unpack_from("=I", data, value)
            elif code == 0x54:
                accumulator &= value
            elif code == 0x05:
                place += value
            elif code in {0x15, 0x35}:
                place += if_true if (accumulator == value if code == 0x15 else accumulator >= value) else if_false
            elif code == 0x06:
                return {0x7FFF0000: ALLOW, 0x80000000: KILL}.get(value) or self._error(value)
            else:
                pytest.fail(f"instruction {code:#x} at {place - 1}")
        pytest.fail("the program does not end")

    @staticmethod
    def _error(value: int) -> int:
        assert value & 0xFFFF0000 == 0x00050000, hex(value)
        return value & 0xFFFF


@pytest.fixture(scope="module", params=MACHINES)
def asked(request: pytest.FixtureRequest) -> Callable[..., str | int | None]:
    """Ask the program of each machine what it answers to a call by name; None where the machine has no such call."""
    machine = syscalls.MACHINES[request.param]
    runner = BpfMachine(bytes(seccomp.assemble(request.param).for_pid(PID)))

    def ask(name: str | int, *arguments: int, arch: int = machine.audit_arch) -> str | int | None:
        number = machine.numbers.get(name) if isinstance(name, str) else name
        return None if number is None else runner.answer(arch, number, arguments)

    return ask


Ask = Callable[..., str | int | None]


def fitting(argument: Argument) -> Iterator[int]:
    """What satisfies an argument: each of its values, also with all the bits set that nobody looks at."""
    for value in argument.values:
        real = PID if value == OWN_PID else value
        yield real
        yield real | (EVERY_BIT & ~argument.mask)


def unfitting(argument: Argument) -> Iterator[int]:
    """What does not: one bit of the mask changed in each of its values."""
    values = {PID if value == OWN_PID else value for value in argument.values}
    for value, bit in itertools.product(values, range(64)):
        if argument.mask >> bit & 1 and (value ^ 1 << bit) & argument.mask not in values:
            yield value ^ 1 << bit


def almost(alternative: Sequence[Argument]) -> Iterator[list[int]]:
    """The arguments of calls that satisfy an alternative but for one bit of one argument."""
    right = [next(fitting(argument)) for argument in alternative]
    for position, argument in enumerate(alternative):
        for wrong in unfitting(argument):
            yield laid_out(alternative, [*right[:position], wrong, *right[position + 1 :]])


def laid_out(alternative: Sequence[Argument], values: Sequence[int]) -> list[int]:
    """The six arguments of a call with ``values`` where ``alternative`` wants them."""
    arguments = [0] * 6
    for argument, value in zip(alternative, values, strict=True):
        arguments[argument.position] = value
    return arguments


@pytest.mark.parametrize("group", policy.groups(), ids=lambda group: group.reason[:30])
def test_each_call_of_a_group_gets_the_answer_of_the_group(asked: Ask, group: policy.Group) -> None:
    """Whatever its arguments are."""
    wanted = ALLOW if group.answer is None else group.answer
    for name in group.names.split():
        for arguments in ((), (EVERY_BIT,) * 6):
            assert asked(name, *arguments) in {wanted, None}, name


@pytest.mark.parametrize("checked", policy.CHECKED, ids=lambda checked: checked.names)
def test_a_checked_call_is_allowed_exactly_with_the_arguments_that_are_named(
    asked: Ask, checked: policy.Checked
) -> None:
    """Each alternative allows it, rubbish in bits that the kernel ignores does not matter, and one wrong bit does."""
    for name, alternative in itertools.product(checked.names.split(), checked.allowed):
        for values in itertools.product(*map(fitting, alternative)):
            assert asked(name, *laid_out(alternative, values)) in {ALLOW, None}, (name, values)
        ways = checked.allowed + checked.pretended
        for arguments in almost(alternative):
            if not any(all(fits(argument, arguments) for argument in way) for way in ways):
                assert asked(name, *arguments) in {checked.answer, None}, (name, arguments)


def fits(argument: Argument, arguments: Sequence[int]) -> bool:
    """Whether a call's arguments satisfy one condition."""
    values = {PID if value == OWN_PID else value for value in argument.values}
    return arguments[argument.position] & argument.mask in values


THREAD = 0x3D0F00  # what pthread_create passes in glibc; musl adds CLONE_DETACHED


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("clone", (THREAD,), ALLOW),
        ("clone", (THREAD | 0x400000,), ALLOW),
        ("clone", (signal.SIGCHLD,), errno.EPERM),
        ("clone", (signal.SIGCHLD | 0x01200000,), errno.EPERM),  # fork() of glibc
        ("clone", (0x4111,), errno.EPERM),  # CLONE_VM | CLONE_VFORK: posix_spawn
        *(("clone", (THREAD | 1 << bit,), errno.EPERM) for bit in (7, 12, 13, 14, 15, 17, 25, 26, 27, 28, 29, 30, 31)),
        ("clone", (THREAD | 1 << 33,), errno.EPERM),  # CLONE_INTO_CGROUP
        ("clone", (THREAD & ~0x400,), errno.EPERM),  # a table of descriptors of its own
        ("clone3", (), errno.ENOSYS),
        ("kill", (PID, 9), ALLOW),
        ("kill", (0, 9), ALLOW),
        ("kill", (-1, 9), errno.EPERM),
        ("kill", (1, 9), errno.EPERM),
        ("kill", (-PID, 9), errno.EPERM),
        ("kill", (RUBBISH | 1, 9), errno.EPERM),
        ("tgkill", (PID, PID + 1, 10), ALLOW),
        ("tgkill", (-1, PID + 1, 10), errno.EPERM),
        ("rt_sigqueueinfo", (1, 9), errno.EPERM),
        ("tkill", (PID, 9), errno.EPERM),
        ("fcntl", (3, 4, 0x800), ALLOW),  # O_NONBLOCK
        ("fcntl", (3, 4, 0x2800), errno.EPERM),  # with O_ASYNC
        ("fcntl", (3, 5, 0x7FFF0000), ALLOW),  # F_GETLK
        ("fcntl", (3, 6, 0x7FFF0000), 0),  # F_SETLK
        ("fcntl", (3, RUBBISH | 7, 0x7FFF0000), 0),  # F_SETLKW
        ("fcntl", (3, 37, 0x7FFF0000), errno.EPERM),  # F_OFD_SETLK
        ("fcntl", (3, 8, 1), errno.EPERM),  # F_SETOWN
        ("fcntl", (3, RUBBISH | 8, 1), errno.EPERM),
        ("fcntl", (3, 10, 9), errno.EPERM),  # F_SETSIG
        ("fcntl", (3, 15, 9), errno.EPERM),  # F_SETOWN_EX
        ("fcntl", (3, 1024, 0), errno.EPERM),  # F_SETLEASE
        ("fcntl", (3, 1026, 0), errno.EPERM),  # F_NOTIFY
        ("fcntl", (3, 1031, 2**20), errno.EPERM),  # F_SETPIPE_SZ
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), errno.ENOTTY),  # TIOCSTI types into a terminal
        ("ioctl", (0, RUBBISH | 0x5412), errno.ENOTTY),
        ("ioctl", (3, 0x8901), errno.ENOTTY),  # FIOSETOWN
        ("ioctl", (3, 0x5452), errno.ENOTTY),  # FIOASYNC
        ("prctl", (15,), ALLOW),
        *(("prctl", (option,), errno.EPERM) for option in (1, 4, 8, 22, 24, 28, 35, 36, 38, 47, 59, 0x59616D61)),
        ("prlimit64", (0, 7, 0, 0x7FFF0000), ALLOW),
        ("prlimit64", (PID, 7, 0, 0x7FFF0000), ALLOW),
        ("prlimit64", (0, 7, 0x7FFF0000, 0), errno.EPERM),
        ("prlimit64", (0, 7, 1 << 40, 0), errno.EPERM),
        ("prlimit64", (1, 7, 0, 0x7FFF0000), errno.EPERM),
        ("setpriority", (0, 0, 5), ALLOW),
        ("setpriority", (2, 0, 19), errno.EPERM),  # PRIO_USER
        ("setpriority", (0, 1, 19), errno.EPERM),
        ("sched_setaffinity", (1, 8, 0), errno.EPERM),
        ("sched_setscheduler", (0, 1, 0), errno.EPERM),
        ("ioprio_set", (1, 1, 0), errno.EPERM),
        ("socket", (socket.AF_UNIX, socket.SOCK_STREAM), errno.EPERM),
        ("socketpair", (1, 1 | 0x80800, 0), ALLOW),
        ("socketpair", (1, 2, 0), errno.EPERM),
        ("socketpair", (2, 1, 0), errno.EPERM),
        ("sendto", (3, 0x7FFF0000, 1, 0, 0, 0), ALLOW),
        ("sendto", (3, 0x7FFF0000, 1, 0, 0x7FFF0000, 16), errno.EPERM),
        ("sendto", (3, 0x7FFF0000, 1, 0, 1 << 32, 16), errno.EPERM),
        ("sendto", (3, 0x7FFF0000, 1, 0x4001, 0, 0), errno.EPERM),  # MSG_OOB
        ("recvfrom", (3, 0x7FFF0000, 1, 0x2, 0x7FFF0000, 0x7FFF0000), ALLOW),  # MSG_PEEK, and from whom
        ("recvfrom", (3, 0x7FFF0000, 1, 0x1, 0, 0), errno.EPERM),
        ("preadv2", (3, 0x7FFF0000, 1, 0, 0, 0), ALLOW),
        ("preadv2", (3, 0x7FFF0000, 1, 0, 0, 0x8), errno.EOPNOTSUPP),  # RWF_NOWAIT
        ("sendmsg", (3,), errno.EPERM),
        ("getsockopt", (3, 1, 3), ALLOW),
        ("getsockopt", (3, 1, 77), errno.EPERM),  # SO_PEERPIDFD
        ("openat", (-100, 0x7FFF0000, 0), ALLOW),
        ("openat", (-100, 0x7FFF0000, 0x241, 0o666), ALLOW),  # open(…, "w")
        ("openat", (-100, 0x7FFF0000, 0x200), errno.EPERM),  # O_RDONLY | O_TRUNC
        ("open", (0x7FFF0000, 0x200), errno.EPERM),
        (OPENAT2, (), errno.ENOSYS),
        ("close_range", (3, 2**32 - 1, 4), ALLOW),
        ("close_range", (3, 2**32 - 1, 2), errno.EINVAL),  # CLOSE_RANGE_UNSHARE
        ("mmap", (0, 4096, 3, 0x22), ALLOW),
        ("mmap", (0, 2**21, 3, 0x40022), errno.ENOMEM),
        ("madvise", (0, 4096, 12), errno.EINVAL),  # MADV_MERGEABLE
        ("personality", (0xFFFFFFFF,), ALLOW),
        ("personality", (0x0040000,), errno.EPERM),  # ADDR_NO_RANDOMIZE
        ("arch_prctl", (0x1023, 18), ALLOW),
        ("arch_prctl", (0x1002, 0), errno.EPERM),
        ("truncate", (), errno.EPERM),
        ("fallocate", (3, 1, 0, 2**40), errno.EOPNOTSUPP),
        ("chmod", (), 0),
        ("utimensat", (), 0),
        ("getxattr", (), errno.ENOTSUP),
        *((name, (), errno.EPERM) for name in ("execve", "ptrace", "memfd_create", "bpf", "io_uring_setup", "unshare")),
    ],
)
def test_what_matters_is_answered_as_it_must(asked: Ask, name: Any, arguments: Any, answer: Any) -> None:
    """Written down a second time, by the numbers that attacks use."""
    assert asked(name, *arguments) in {answer, None}


def test_what_nobody_has_named_does_not_exist(asked: Ask, request: pytest.FixtureRequest) -> None:
    """Also calls that are invented later."""
    machine = syscalls.MACHINES[request.node.callspec.params["asked"]]
    unnamed = set(range(1200)) - set(machine.numbers.values())
    assert len(unnamed) > 800

    assert {asked(number, 1, 2, 3) for number in unnamed | {0x3FFFFFFF}} == {errno.ENOSYS}


def test_other_tables_of_numbers_are_deadly(asked: Ask) -> None:
    """The same number means something else there: i386 and x32 on x86-64, arm on aarch64."""
    assert {asked(number | 0x40000000) for number in (0, 1, 59, 520)} == {KILL}
    assert asked(0xFFFFFFFF) == KILL
    for arch in (0x40000003, 0x40000028, 0):
        assert asked(20, arch=arch) == KILL


def test_every_name_of_the_policy_stands_once_and_in_the_table() -> None:
    """A name that were misspelt would be refused silently; one in two groups would depend on their order."""
    texts = [group.names for group in policy.groups()] + [checked.names for checked in policy.CHECKED]
    named = " ".join(texts).split()
    known = set().union(*(machine.numbers for machine in syscalls.MACHINES.values()))

    assert len(named) == len(set(named))
    assert set(named) <= known
    for machine in syscalls.MACHINES.values():
        assert len(set(machine.numbers.values())) == len(machine.numbers)
