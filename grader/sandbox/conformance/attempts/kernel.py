"""The single home of the probes of the wall ``system_calls`` that try interfaces of the kernel nobody learns with."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import platform
import struct
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import LIBC, Refused, call, knock

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here

_NEW_USER, _NEW_MOUNTS = 0x10000000, 0x00020000
_PROCESS_KEYRING = -2
_GET_KEYRING = 0
_SIZE_OF_PIPE = 1031
_NO_RANDOM_ADDRESSES = 0x0040000
_OTHER_TABLE = 0x40000000
"""The bit by which a 64-bit program asks for the x32 table of system calls."""
_ASK_FOR_OWN_NUMBER_AS_I386 = bytes.fromhex("b814000000cd80c3")  # mov eax, 20 (getpid); int 0x80; ret
_FAILED = 0xFFFFF000


# -- namespaces and mounts --------------------------------------------------------------------------------------------


def make_a_user_namespace(here: Here) -> str:
    """Become root in a world of its own: unshare.

    在自己的命名空间中成为 root：unshare。
    """
    del here
    call("unshare", _NEW_USER)
    return "a user namespace"


def clone_into_a_namespace(here: Here) -> str:
    """Start a process in a world of its own: clone.

    在新的命名空间中启动进程：clone。
    """
    del here
    pid = call("clone", _NEW_USER | 17, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "a process in a user namespace"


def mount_a_disk(here: Here) -> str:
    """Mount a disk.

    挂载磁盘。
    """
    call("unshare", _NEW_USER | _NEW_MOUNTS)
    call("mount", b"none", here.folder.encode(), b"tmpfs", 0, None)
    return "mounted, in a namespace"


def knock_at_mount(here: Here) -> str:
    """Have the kernel read the arguments of mount.

    让内核读取 mount 的参数。
    """
    del here
    return knock("mount", None, None, None, 0, None)


def enter_a_namespace(here: Here) -> str:
    """Enter another namespace: setns.

    进入另一个命名空间：setns。
    """
    del here
    return knock("setns", -1, 0)


def change_its_root(here: Here) -> str:
    """Change its root folder: chroot.

    更换根目录：chroot。
    """
    del here
    os.chroot(".")
    return "another root"


def swap_the_root(here: Here) -> str:
    """Swap the root folder: pivot_root.

    交换根目录：pivot_root。
    """
    del here
    return knock("pivot_root", b"/nowhere", b"/nowhere")


# -- interfaces with a history ----------------------------------------------------------------------------------------


def use_io_uring(here: Here) -> str:
    """Have the kernel make system calls for it: io_uring.

    让内核代为执行系统调用：io_uring。
    """
    del here
    return f"descriptor {call('io_uring_setup', 1, ctypes.create_string_buffer(120))}"


def use_bpf(here: Here) -> str:
    """Load programs into the kernel: bpf.

    向内核加载程序：bpf。
    """
    del here
    return f"descriptor {call('bpf', 0, ctypes.create_string_buffer(struct.pack('IIIII', 2, 4, 4, 1, 0), 48), 48)}"


def use_userfaultfd(here: Here) -> str:
    """Stop the kernel in the middle of a copy: userfaultfd.

    在内核复制数据途中将其暂停：userfaultfd。
    """
    del here
    return f"descriptor {call('userfaultfd', 1)}"


def measure_the_machine(here: Here) -> str:
    """Read the processor's counters: perf_event_open.

    读取处理器计数器：perf_event_open。
    """
    del here
    event = ctypes.create_string_buffer(struct.pack("IIQQQQQ", 1, 112, 0, 0, 0, 0, 0x61), 112)
    return f"descriptor {call('perf_event_open', event, 0, -1, -1, 0)}"


def add_a_key(here: Here) -> str:
    """Put a key on a keyring: add_key.

    向密钥环添加密钥：add_key。
    """
    return f"key {call('add_key', b'user', here.name.encode(), b'left', 4, _PROCESS_KEYRING)}"


def look_for_keys(here: Here) -> str:
    """Look for keys of the user: keyctl.

    查找用户的密钥：keyctl。
    """
    del here
    return f"keyring {call('keyctl', _GET_KEYRING, _PROCESS_KEYRING, 1, 0, 0)}"


def watch_a_folder(here: Here) -> str:
    """Watch what others do in a folder: inotify.

    监视他人在文件夹中的操作：inotify。
    """
    descriptor: int = LIBC.inotify_init1(0)
    if descriptor < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if LIBC.inotify_add_watch(descriptor, here.folder.encode(), 0xFFF) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return here.folder


def watch_the_disk(here: Here) -> str:
    """Watch what others do on the disk: fanotify.

    监视他人在磁盘上的操作：fanotify。
    """
    del here
    return f"descriptor {call('fanotify_init', 0x200, 0)}"


def name_a_file_without_its_path(here: Here) -> str:
    """Have the kernel name a file of another folder: name_to_handle_at.

    让内核给出别处文件的句柄：name_to_handle_at。
    """
    handle = ctypes.create_string_buffer(struct.pack("Ii", 128, 0), 136)
    mount = ctypes.create_string_buffer(8)
    call("name_to_handle_at", -100, here.secret.encode(), handle, mount, 0)
    return "a handle"


def open_a_file_without_its_path(here: Here) -> str:
    """Open a file by the kernel's name for it: open_by_handle_at.

    凭内核句柄打开文件：open_by_handle_at。
    """
    del here
    return knock("open_by_handle_at", -1, None, 0)


def use_fixed_addresses(here: Here) -> str:
    """Have programs loaded at fixed addresses: personality.

    让程序加载到固定地址：personality。
    """
    del here
    call("personality", _NO_RANDOM_ADDRESSES)
    return "set"


def widen_a_pipe(here: Here) -> str:
    """Keep much memory in pipes, which no limit counts.

    把大量内存放在不受限制的管道中。
    """
    del here
    reader, writer = os.pipe()
    try:
        return f"{fcntl.fcntl(writer, _SIZE_OF_PIPE, 1024**2) // 1024} KiB"
    finally:
        os.close(reader)
        os.close(writer)


# -- other tables of system calls -------------------------------------------------------------------------------------


def call_as_x32(here: Here) -> str:
    """Make system calls by the numbers of x32.

    用 x32 的编号进行系统调用。
    """
    del here
    if platform.machine() != "x86_64":
        raise Refused(f"there is no x32 on {platform.machine()}")
    ctypes.set_errno(0)
    number: int = LIBC.syscall(ctypes.c_long(_OTHER_TABLE | 39))
    if number < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return f"it is process {number}"


def call_as_i386(here: Here) -> str:
    """Make system calls by the numbers of 32-bit programs.

    用 32 位程序的编号进行系统调用。
    """
    del here
    if platform.machine() != "x86_64":
        raise Refused(f"there is no i386 on {platform.machine()}")
    with mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC) as code:
        code.write(_ASK_FOR_OWN_NUMBER_AS_I386)
        start = (ctypes.c_char * 1).from_buffer(code)
        number = ctypes.CFUNCTYPE(ctypes.c_uint32)(ctypes.addressof(start))()
        del start
    if number >= _FAILED:
        raise OSError(2**32 - number, os.strerror(2**32 - number))
    return f"it is process {number}"
