"""Tests of the filter for system calls: how it is made, and what the kernel answers with it."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import mmap
import os
import platform
import re
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grader.worker import linux, seccomp, syscalls
from grader.worker.policy import OWN_PID

InChild = Callable[[Callable[[], Any]], Any]
ErrorOf = Callable[..., str]

PID = 4242
MACHINES = sorted(syscalls.MACHINES)


def test_the_numbers_agree_with_libseccomp() -> None:
    """An independent table of the same."""
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        pytest.skip("libseccomp is not installed, and there is nothing to compare with")
    for machine in syscalls.MACHINES.values():
        for name, number in machine.numbers.items():
            theirs = library.seccomp_syscall_resolve_name_arch(ctypes.c_uint32(machine.audit_arch), name.encode())
            assert theirs in {number, -1}, name  # -1: this libseccomp is too old for it


def test_a_machine_that_is_not_known_is_named() -> None:
    """It has no filter; the message says for which there is one."""
    with pytest.raises(seccomp.NoFilterError, match=re.escape("riscv64 (known: x86_64, aarch64)")):
        seccomp.assemble("riscv64")


def test_each_process_has_its_own_id_in_its_program() -> None:
    """The placeholder is in every copy replaced, and the original stays."""
    program = seccomp.assemble("aarch64")
    placeholder = OWN_PID.to_bytes(4, "little")

    assert placeholder not in program.for_pid(7)
    assert program.for_pid(7) != program.for_pid(8)
    assert program.for_pid(OWN_PID).count(placeholder) >= 6


# -- the kernel ------------------------------------------------------------------------------------------------------


@pytest.fixture
def filtered(in_child: InChild) -> InChild:
    """Run a function in a child with the filter on it."""
    if platform.machine() not in MACHINES:
        pytest.skip(f"there is no filter for {platform.machine()}")

    def run(work: Callable[[], Any]) -> Any:
        def with_filter() -> Any:
            linux.forbid_new_privileges()
            seccomp.assemble().install(os.getpid())
            return work()

        return in_child(with_filter)

    return run


def test_the_kernel_refuses_what_the_policy_refuses(filtered: InChild, error_of: ErrorOf) -> None:
    """Processes, programs, signals, sockets, memory that outlives it, another table of descriptors."""
    parent = os.getpid()
    found = filtered(
        lambda: {
            "fork": error_of(os.fork),
            "program": error_of(os.posix_spawn, "/bin/true", ["true"], {}),
            "kill": error_of(os.kill, parent, 0),
            "kill all": error_of(os.kill, -1, 0),
            "socket": error_of(socket.socket, socket.AF_INET, socket.SOCK_STREAM),
            "unix": error_of(socket.socket, socket.AF_UNIX, socket.SOCK_STREAM),
            "memfd": error_of(os.memfd_create, "x"),
            "handle on a process": error_of(os.pidfd_open, parent),
            "nice": error_of(os.setpriority, os.PRIO_USER, 0, 19),
            "session": error_of(os.setsid),
        }
    )

    assert found == dict.fromkeys(found, "EPERM")


def test_the_kernel_allows_what_the_policy_allows(filtered: InChild) -> None:
    """Threads, pipes, a pair of sockets, signals to itself, looking at limits."""

    def work() -> list[Any]:
        worker = threading.Thread(target=lambda: None)
        worker.start()
        worker.join()
        left, right = socket.socketpair()
        left.send(b"x")
        os.kill(os.getpid(), 0)
        signal.raise_signal(signal.SIGCHLD)
        return [right.recv(1), os.isatty(0), os.sched_getaffinity(0) != set(), os.nice(0) >= 0]

    received, *_, has_processors, has_priority = filtered(work)
    assert (received, has_processors, has_priority) == (b"x", True, True)


def test_rights_and_times_of_files_are_answered_and_not_changed(filtered: InChild, tmp_path: Any) -> None:
    """Nobody notices, and nothing happens."""
    decoy = tmp_path / "decoy"
    decoy.write_text("course", encoding="utf-8")
    decoy.chmod(0o640)
    before = decoy.stat()

    def work() -> None:
        os.chmod(decoy, 0)  # noqa: PTH101 - the call itself
        os.chown(decoy, 1, 1)
        os.utime(decoy, (0, 0))

    filtered(work)
    after = decoy.stat()
    assert (after.st_mode, after.st_uid, after.st_mtime) == (before.st_mode, before.st_uid, before.st_mtime)


def test_a_lock_of_a_part_of_a_file_is_answered_and_not_taken(filtered: InChild, tmp_path: Any) -> None:
    """Each would take kernel memory; nobody is there from whom it keeps anything."""
    file = os.open(tmp_path / "locked", os.O_RDWR | os.O_CREAT)

    taken = filtered(lambda: [fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1), count_locks(file)][-1])

    os.close(file)
    assert taken == 0


def count_locks(descriptor: int) -> int:
    """How many locks the kernel holds for what is open there."""
    told = Path(f"/proc/self/fdinfo/{descriptor}").read_text(encoding="ascii")
    return sum(line.startswith("lock:") for line in told.splitlines())


def test_moving_a_file_leaves_no_device_behind(filtered: InChild, tmp_path: Any, error_of: ErrorOf) -> None:
    """RENAME_WHITEOUT makes a device node in the old place, which needs no privilege; exchanging two files is fine."""
    first, second = tmp_path / "first", tmp_path / "second"
    first.touch()
    second.touch()
    number = syscalls.MACHINES[platform.machine()].numbers["renameat2"] if platform.machine() in MACHINES else 0

    def move(flags: int) -> str:
        old, new = (ctypes.create_string_buffer(os.fsencode(path)) for path in (first, second))
        return error_of(linux.system_call, number, -100, ctypes.addressof(old), -100, ctypes.addressof(new), flags)

    whiteout, exchange = 1 << 2, 1 << 1
    assert filtered(lambda: (move(whiteout), move(exchange))) == ("EINVAL", "")
    assert first.is_file()


def test_a_filter_cannot_be_followed_by_a_weaker_one(filtered: InChild, error_of: ErrorOf) -> None:
    """Neither by installing another one, nor by the way of prctl."""
    number = syscalls.MACHINES[platform.machine()].numbers["seccomp"]

    assert filtered(lambda: (error_of(linux.system_call, number, 0, 0, 0), error_of(linux.prctl, 22, 1))) == (
        "EPERM",
        "EPERM",
    )


def killed_by(code: Callable[[], object]) -> int:
    """The signal that ends a filtered child which runs ``code``; 0 if it lives."""
    child = os.fork()
    if child == 0:
        try:
            linux.forbid_new_privileges()
            seccomp.assemble().install(os.getpid())
            code()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


@pytest.mark.skipif(platform.machine() != "x86_64", reason="only x86-64 has a second table under the same name")
def test_the_x32_table_is_deadly_in_the_kernel_too() -> None:
    """`getpid` by its x32 number."""
    assert killed_by(lambda: ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))) == signal.SIGSYS


@pytest.mark.skipif(platform.machine() != "x86_64", reason="int 0x80 is an instruction of x86")
def test_the_i386_table_is_deadly_in_the_kernel_too() -> None:
    """`getpid` by ``int 0x80``; a kernel without that table ends the process in another way."""
    machine_code = bytes.fromhex("b814000000 cd80 c3")  # mov eax, 20; int 0x80; ret

    def call() -> None:
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        page.write(machine_code)
        ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()

    assert killed_by(call) in {signal.SIGSYS, signal.SIGSEGV}


def test_a_kernel_without_filters_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what the kernel said."""

    def refuse(*_: int) -> int:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(linux, "system_call", refuse)
    with pytest.raises(seccomp.NoFilterError, match=r"takes no filter for system calls \(Function not"):
        seccomp.assemble(MACHINES[0]).install(PID)
