"""The single home of the probes of the wall ``system_calls`` that have to do with programs and processes."""

from __future__ import annotations

import array
import ctypes
import fcntl
import os
import resource
import signal
import socket
import struct
import sys
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import LIBC, Refused, call, knock

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_SET_DEATH_SIGNAL = 1
_SEIZE = 0x4206
_SET_OWNER_BY_IOCTL = 0x8901
_SET_SIGNAL = 10
_LAST = 19
"""The lowest priority."""
_NO_PROGRAM = b"/nowhere/program"


# -- programs and processes -------------------------------------------------------------------------------------------


def fork(here: Here) -> str:
    """Start a process: fork.

    启动进程：fork。
    """
    del here
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "a process"


def clone(here: Here) -> str:
    """Start a process past the C library: clone.

    绕过 C 库启动进程：clone。
    """
    del here
    return _child_of(call("clone", int(signal.SIGCHLD), 0, 0, 0, 0))


def clone3(here: Here) -> str:
    """Start a process past the C library: clone3.

    绕过 C 库启动进程：clone3。
    """
    del here
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, int(signal.SIGCHLD))
    return _child_of(call("clone3", arguments, ctypes.sizeof(arguments)))


def run_a_command(here: Here) -> str:
    """Run a command in a shell.

    在 shell 中运行命令。
    """
    del here
    if status := LIBC.system(b"exit 0"):
        raise Refused(f"the C library says that it could not start one (status {status})")
    return "a command"


def spawn_a_program(here: Here) -> str:
    """Run a program beside itself: posix_spawn.

    在自身之外运行程序：posix_spawn。
    """
    del here
    pid = os.posix_spawn(sys.executable, [sys.executable, "-I", "-S", "-c", ""], {})
    os.waitpid(pid, 0)
    return "a program"


def become_a_program(here: Here) -> str:
    """Become another program: execve.

    变成另一个程序：execve。
    """
    del here
    return knock("execve", _NO_PROGRAM, None, None)


def make_a_program_in_memory(here: Here) -> str:
    """Make a file that no disk has, to run it as a program: memfd_create.

    创建磁盘上不存在的文件并作为程序运行：memfd_create。
    """
    return f"descriptor {call('memfd_create', here.name.encode(), 0)}"


# -- signals and other processes --------------------------------------------------------------------------------------


def signal_another_process(here: Here) -> str:
    """Send a signal to another process of the user.

    向同一用户的另一进程发送信号。
    """
    os.kill(here.victim, 0)
    return f"process {here.victim}"


def signal_the_process_that_started_it(here: Here) -> str:
    """Send a signal to the process that started it.

    向启动它的进程发送信号。
    """
    del here
    os.kill(os.getppid(), 0)
    return f"process {os.getppid()}"


def signal_every_process(here: Here) -> str:
    """Send a signal to every process there is.

    向所有进程发送信号。
    """
    del here
    os.kill(-1, 0)
    return "every process"


def signal_a_thread(here: Here) -> str:
    """Send a signal to a thread of another process: tgkill.

    向另一进程的线程发送信号：tgkill。
    """
    call("tgkill", here.victim, here.victim, 0)
    return f"thread {here.victim}"


def queue_a_signal(here: Here) -> str:
    """Queue a signal for another process: rt_sigqueueinfo.

    给另一进程排队发送信号：rt_sigqueueinfo。
    """
    information = ctypes.create_string_buffer(struct.pack("iii", 0, 0, -1), 128)
    call("rt_sigqueueinfo", here.victim, 0, information)
    return f"process {here.victim}"


def have_the_kernel_signal(here: Here) -> str:
    """Have the kernel signal another process when data arrive: F_SETOWN.

    让内核在数据到达时向另一进程发信号：F_SETOWN。
    """
    one, other = socket.socketpair()
    with one, other:
        fcntl.fcntl(one, fcntl.F_SETOWN, here.victim)
        fcntl.fcntl(one, _SET_SIGNAL, signal.SIGUSR1)
        fcntl.fcntl(one, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        other.send(b"sent")
    return f"process {here.victim}"


def have_the_kernel_signal_by_ioctl(here: Here) -> str:
    """Have the kernel signal another process when data arrive: ioctl.

    让内核在数据到达时向另一进程发信号：ioctl。
    """
    one, other = socket.socketpair()
    with one, other:
        fcntl.ioctl(one, _SET_OWNER_BY_IOCTL, array.array("i", [here.victim]))
    return f"process {here.victim}"


def hold_another_process(here: Here) -> str:
    """Hold a descriptor of another process: pidfd_open.

    取得另一进程的描述符：pidfd_open。
    """
    return f"descriptor {call('pidfd_open', here.victim, 0)}"


def trace_another_process(here: Here) -> str:
    """Trace another process: ptrace.

    跟踪另一进程：ptrace。
    """
    call("ptrace", _SEIZE, here.victim, 0, 0)
    return f"process {here.victim}"


def read_another_processs_memory(here: Here) -> str:
    """Read the memory of another process: process_vm_readv.

    读取另一进程的内存：process_vm_readv。
    """
    buffer = ctypes.create_string_buffer(8)
    vector = (ctypes.c_uint64 * 2)(ctypes.addressof(buffer), 8)
    return knock("process_vm_readv", here.victim, vector, 1, vector, 1, 0)


def compare_with_another_process(here: Here) -> str:
    """Compare its memory with another process: kcmp.

    与另一进程比较内核对象：kcmp。
    """
    return f"order {call('kcmp', os.getpid(), here.victim, 1, 0, 0)}"


def limit_another_process(here: Here) -> str:
    """Change the limits of another process: prlimit.

    修改另一进程的限制：prlimit。
    """
    resource.prlimit(here.victim, resource.RLIMIT_CORE, (0, 0))
    return f"process {here.victim}"


def slow_down_another_process(here: Here) -> str:
    """Change the priority of another process.

    修改另一进程的优先级。
    """
    os.setpriority(os.PRIO_PROCESS, here.victim, _LAST)
    if os.getpriority(os.PRIO_PROCESS, here.victim) != _LAST:
        raise Refused("its priority is what it was")
    return f"process {here.victim}"


def move_another_process(here: Here) -> str:
    """Choose the processor of another process.

    指定另一进程使用的处理器。
    """
    os.sched_setaffinity(here.victim, {min(os.sched_getaffinity(here.victim))})
    return f"process {here.victim}"


def cancel_its_death_signal(here: Here) -> str:
    """Cancel the signal that ends it when its parent is gone.

    取消父进程结束时终止它的信号。
    """
    del here
    call("prctl", _SET_DEATH_SIGNAL, 0, 0, 0, 0)
    return "cancelled"


def _child_of(pid: int) -> str:
    """End the child at once, in the child; the parent waits for it."""
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "a process"
