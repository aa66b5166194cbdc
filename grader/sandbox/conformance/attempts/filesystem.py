"""The single home of the probes of the wall ``filesystem``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.conformance.attempts.here import Refused

if TYPE_CHECKING:
    from grader.sandbox.conformance.attempts.here import Here


# -- reading ----------------------------------------------------------------------------------------------------------


def read_a_file(here: Here) -> str:
    """Read a file of another folder.

    读取别的文件夹中的文件。
    """
    return here.quote(Path(here.secret).read_bytes())


def read_by_a_relative_path(here: Here) -> str:
    """Read it by a path that begins where it is.

    用相对路径读取该文件。
    """
    return here.quote(Path(os.path.relpath(here.secret)).read_bytes())


def read_through_a_link(here: Here) -> str:
    """Read it through a symbolic link of its own.

    通过自己创建的符号链接读取该文件。
    """
    Path("link").symlink_to(here.secret)
    return here.quote(Path("link").read_bytes())


def read_through_a_hard_link(here: Here) -> str:
    """Link it into its own folder and read it there.

    把该文件硬链接到自己的文件夹中再读取。
    """
    Path("hard").hardlink_to(here.secret)
    return here.quote(Path("hard").read_bytes())


def read_through_its_root(here: Here) -> str:
    """Read it by way of the kernel's link to its root folder.

    经由 /proc/self/root 读取该文件。
    """
    return here.quote(Path(f"/proc/self/root{here.secret}").read_bytes())


def list_a_folder(here: Here) -> str:
    """List another folder.

    列出别的文件夹。
    """
    return here.quote(" ".join(entry.name for entry in Path(here.folder).iterdir()))


def list_the_home_folder(here: Here) -> str:
    """List the home folder of who grades.

    列出评分者的主目录。
    """
    return f"{sum(1 for _ in Path(here.home).iterdir())} entries"


def read_the_list_of_users(here: Here) -> str:
    """Read the machine's list of users.

    读取机器的用户列表。
    """
    del here
    return f"{len(Path('/etc/passwd').read_bytes())} bytes"


def read_the_grader(here: Here) -> str:
    """Read a part of the grader that does not concern it.

    读取评分程序中与它无关的部分。
    """
    return f"{len(Path(here.source).read_bytes())} bytes"


# -- reading about others ---------------------------------------------------------------------------------------------


def list_processes(here: Here) -> str:
    """See which other processes run.

    查看还有哪些进程在运行。
    """
    if Path("/proc", str(here.victim)) not in Path("/proc").iterdir():
        raise Refused("the other process is not listed")
    return f"process {here.victim}"


def read_a_processs_environment(here: Here) -> str:
    """Read the environment of another process.

    读取另一个进程的环境变量。
    """
    return here.quote(Path(f"/proc/{here.victim}/environ").read_bytes())


def read_a_processs_command_line(here: Here) -> str:
    """Read the command line of another process.

    读取另一个进程的命令行。
    """
    return here.quote(Path(f"/proc/{here.victim}/cmdline").read_bytes())


def open_a_processs_memory(here: Here) -> str:
    """Open the memory of another process.

    打开另一个进程的内存。
    """
    os.close(os.open(f"/proc/{here.victim}/mem", os.O_RDWR))
    return f"memory of process {here.victim}"


def open_a_processs_file(here: Here) -> str:
    """Open a file that another process has open.

    打开另一个进程已打开的文件。
    """
    return here.quote(Path(f"/proc/{here.victim}/fd/0").read_bytes())


def see_what_is_mounted(here: Here) -> str:
    """See which disks and folders are mounted where.

    查看磁盘和目录的挂载位置。
    """
    del here
    return f"{len(Path('/proc/self/mountinfo').read_text(encoding='utf-8').splitlines())} mounts"


def see_the_machines_connections(here: Here) -> str:
    """See who is connected with whom on this machine.

    查看本机有哪些网络连接。
    """
    if f":{here.ports['tcp']:04X} " not in Path("/proc/self/net/tcp").read_text(encoding="ascii"):
        raise Refused("the listener is not listed")
    return f"port {here.ports['tcp']}"


# -- writing ----------------------------------------------------------------------------------------------------------


def write_to_a_file(here: Here) -> str:
    """Write to a file of another folder.

    写入别的文件夹中的文件。
    """
    with Path(here.secret).open("a", encoding="utf-8") as file:
        file.write("written")
    return "written"


def cut_a_file(here: Here) -> str:
    """Cut off a file of another folder.

    截断别的文件夹中的文件。
    """
    os.truncate(here.secret, 0)
    return "nothing is left of it"


def remove_a_file(here: Here) -> str:
    """Remove a file of another folder.

    删除别的文件夹中的文件。
    """
    Path(here.spare).unlink()
    return "removed"


def make_a_file(here: Here) -> str:
    """Make a file in another folder.

    在别的文件夹中创建文件。
    """
    Path(here.folder, "made").write_bytes(b"")
    return "made"


def make_a_folder(here: Here) -> str:
    """Make a folder in another folder.

    在别的文件夹中创建文件夹。
    """
    Path(here.folder, "made").mkdir()
    return "made"


def make_a_named_pipe(here: Here) -> str:
    """Make a pipe in another folder.

    在别的文件夹中创建命名管道。
    """
    os.mkfifo(Path(here.folder, "made"))
    return "made"


def make_a_link(here: Here) -> str:
    """Make a symbolic link in another folder.

    在别的文件夹中创建符号链接。
    """
    Path(here.folder, "made").symlink_to("secret")
    return "made"


def move_a_file_out(here: Here) -> str:
    """Move a file of its own to another folder.

    把自己的文件移到别的文件夹。
    """
    Path("mine").write_bytes(b"")
    Path("mine").rename(Path(here.folder, "made"))
    return "moved"


def link_a_file_out(here: Here) -> str:
    """Link a file of its own to another folder.

    把自己的文件硬链接到别的文件夹。
    """
    Path("mine").write_bytes(b"")
    Path(here.folder, "made").hardlink_to("mine")
    return "linked"


def write_to_the_common_temporary_folder(here: Here) -> str:
    """Write to the temporary folder that everybody shares.

    写入公用的临时文件夹。
    """
    place = Path("/tmp", here.name)  # noqa: S108 - the aim of the attempt
    place.write_bytes(b"")
    place.unlink()
    return str(place)


def write_to_common_shared_memory(here: Here) -> str:
    """Write to the shared memory that everybody shares.

    写入公用的共享内存。
    """
    place = Path("/dev/shm", here.name)  # noqa: S108 - the aim of the attempt
    place.write_bytes(b"")
    place.unlink()
    return str(place)


def leave_a_file_in_shared_memory(here: Here) -> str:
    """Leave a file behind that lives in memory.

    在内存文件系统中留下文件。
    """
    place = Path("/dev/shm", here.name)  # noqa: S108 - the aim of the attempt
    place.write_text("left", encoding="utf-8")
    return f"left file {place}"


# -- devices and the kernel's own files -------------------------------------------------------------------------------


def open_a_terminal(here: Here) -> str:
    """Open a terminal.

    打开一个终端。
    """
    del here
    os.close(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
    return "/dev/ptmx"


def open_the_kernels_log(here: Here) -> str:
    """Open the kernel's log.

    打开内核日志。
    """
    del here
    os.close(os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK))
    return "/dev/kmsg"


def step_back_when_memory_runs_out(here: Here) -> str:
    """Change whom the kernel ends first when memory runs out.

    修改内存耗尽时内核首先结束哪个进程。
    """
    del here
    place = Path("/proc/self/oom_score_adj")
    place.write_bytes(place.read_bytes())
    return str(place)
