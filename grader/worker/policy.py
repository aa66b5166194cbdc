"""The single home of which system calls student code may make: groups of names, each with its reason.

What is *allowed* runs; what is *checked*, only with the arguments that are named; what is *answered* does not run and
says something that honest code can go on with; what is *refused* gives EPERM, so that whoever reads the error knows
that it was meant. Everything that stands nowhere gives ENOSYS, as on a kernel that does not have it, which the C
library and Python have fallbacks for: a call that is invented tomorrow is closed before anybody has heard of it.

A pointer cannot be looked at, so nothing here decides by a path: that is Landlock's part.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass

OWN_PID = 0x7FFF_0BED
"""Stands for the process's own id, which is known only after the fork; far above any real one."""
_INT = 0xFFFF_FFFF
_WORD = 0xFFFF_FFFF_FFFF_FFFF

RAN_NOT = 0
"""Answer with success and do nothing."""


@dataclass(frozen=True)
class Group:
    """Calls that get the same answer whatever their arguments are; ``answer`` None lets them run."""

    reason: str
    names: str
    answer: int | None = None


@dataclass(frozen=True)
class Argument:
    """What one argument must be: the bits of ``mask`` must equal one of ``values``.

    The default mask is a C ``int``'s: the kernel ignores the upper half of such an argument's register, so a comparison
    of the whole register could be passed by with rubbish in there.
    """

    position: int
    values: tuple[int, ...]
    mask: int = _INT


@dataclass(frozen=True)
class Checked:
    """Calls that run if all the arguments of one of ``allowed`` are as they must be; otherwise ``answer``.

    With those of one of ``pretended`` they do not run, but answer that they did.
    """

    reason: str
    names: str
    allowed: tuple[tuple[Argument, ...], ...]
    answer: int = errno.EPERM
    pretended: tuple[tuple[Argument, ...], ...] = ()


_NULL = (0,)
_MYSELF = (0, OWN_PID)

# -- include/uapi/linux/sched.h
_THREAD = 0x0001_0000 | 0x0000_0100 | 0x0000_0200 | 0x0000_0400 | 0x0000_0800 | 0x0004_0000
"""CLONE_THREAD, VM, FS, FILES, SIGHAND, SYSVSEM: what makes a thread; it shares everything, descriptors included."""
_THREAD_OPTIONS = 0x0008_0000 | 0x0010_0000 | 0x0020_0000 | 0x0100_0000 | 0x0040_0000
"""CLONE_SETTLS, PARENT_SETTID, CHILD_CLEARTID, CHILD_SETTID, DETACHED: where its variables and its id are kept."""

# -- include/uapi/asm-generic/ioctls.h: TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
_IOCTLS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)

# -- include/uapi/asm-generic/fcntl.h, include/uapi/linux/fcntl.h: F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_GETLK,
#    F_OFD_GETLK, F_DUPFD_QUERY, F_DUPFD_CLOEXEC, F_GETPIPE_SZ, F_GET_SEALS; then F_SETLK, F_SETLKW
_FCNTLS = (0, 1, 2, 3, 5, 36, 1027, 1030, 1032, 1034)
_FCNTL_LOCKS = (6, 7)
_F_SETFL, _O_ASYNC = 4, 0x2000

# -- include/uapi/linux/prctl.h: PR_GET_PDEATHSIG, PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_GET_SECCOMP,
#    PR_CAPBSET_READ, PR_GET_CHILD_SUBREAPER, PR_GET_NO_NEW_PRIVS, PR_GET_THP_DISABLE, PR_SVE_GET_VL, PR_SME_GET_VL
_PRCTLS = (2, 3, 15, 16, 21, 23, 37, 39, 42, 51, 64)

# -- arch/x86/include/uapi/asm/prctl.h: ARCH_GET_XCOMP_SUPP, ARCH_GET_XCOMP_PERM, ARCH_REQ_XCOMP_PERM
_ARCH_PRCTLS = (0x1021, 0x1022, 0x1023)

# -- include/uapi/asm-generic/mman-common.h: NORMAL … DONTNEED, FREE, REMOVE, DONTFORK, DOFORK, HUGEPAGE, NOHUGEPAGE,
#    DONTDUMP, DODUMP, WIPEONFORK, KEEPONFORK, POPULATE_READ, POPULATE_WRITE, COLLAPSE
_ADVICE = (0, 1, 2, 3, 4, 8, 9, 10, 11, 14, 15, 16, 17, 18, 19, 22, 23, 25)
_MAP_HUGETLB = 0x40000
_RENAME_WHITEOUT = 4

# -- include/uapi/asm-generic/fcntl.h: O_ACCMODE, O_WRONLY and O_RDWR, O_TRUNC
_ACCESS_BITS, _WRITES, _O_TRUNC = 0x3, (1, 2), 0x200

# -- include/uapi/linux/fadvise.h: NORMAL, RANDOM, SEQUENTIAL, WILLNEED, NOREUSE
_READ_ADVICE = (0, 1, 2, 3, 5)

# -- include/uapi/asm-generic/socket.h: SO_TYPE, SO_ERROR, SO_SNDBUF, SO_RCVBUF, SO_ACCEPTCONN, SO_PROTOCOL, SO_DOMAIN
_SOL_SOCKET, _SOCKET_OPTIONS = 1, (3, 4, 7, 8, 30, 38, 39)
_AF_UNIX, _SOCK_STREAM, _SOCK_TYPE_BITS = 1, 1, 0xF
_MSG_OOB = 0x1

ALLOWED = (
    Group(
        "Memory of its own, which RLIMIT_AS and RLIMIT_DATA bound.",
        "brk munmap mprotect mremap msync munlock munlockall get_mempolicy",
    ),
    Group(
        "Files by path: which ones, Landlock decides.",
        """creat stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat
        getcwd chdir mkdir mkdirat rmdir unlink unlinkat rename renameat link linkat symlink symlinkat statfs umask""",
    ),
    Group(
        "Files that are open: their number, size and rights were settled when they were opened.",
        """read write readv writev pread64 pwrite64 preadv pwritev lseek close fstat fstatfs fchdir
        getdents getdents64 ftruncate readahead fsync fdatasync flock dup dup2 dup3
        copy_file_range sendfile""",
    ),
    Group(
        "Waiting for descriptors, and descriptors to wait for.",
        """pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
        epoll_pwait2 eventfd eventfd2 signalfd signalfd4 timerfd_create timerfd_settime timerfd_gettime""",
    ),
    Group("The socket to the judge, and pairs as asyncio makes them.", "shutdown getsockname getpeername"),
    Group(
        "Signals that it gets, and timers: `signal.alarm` and the clocks of loading.",
        """rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack pause alarm
        getitimer setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete restart_syscall""",
    ),
    Group(
        "Threads and what keeps them in step; how many, the zygote's watch counts.",
        "futex futex_waitv set_robust_list set_tid_address rseq membarrier exit exit_group wait4 waitid",
    ),
    Group(
        "Which processor, and for how long; only looked at.",
        """sched_yield sched_getaffinity sched_getscheduler sched_getparam sched_getattr sched_get_priority_max
        sched_get_priority_min getcpu getpriority""",
    ),
    Group(
        "Time and chance.",
        "time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep getrandom times getrusage",
    ),
    Group(
        "Who and where it is.",
        """getpid getppid gettid getpgrp getuid geteuid getgid getegid getresuid getresgid getgroups uname sysinfo
        getrlimit""",
    ),
)

CHECKED = (
    *(
        Checked(
            "Files by path, as above; but O_TRUNC empties a file that is opened to be read, which Landlock knows of "
            "since Linux 6.2 only. openat2 keeps its flags behind a pointer; nobody misses it.",
            name,
            ((Argument(flags, _NULL, mask=_O_TRUNC),), (Argument(flags, _WRITES, mask=_ACCESS_BITS),)),
        )
        for name, flags in (("open", 1), ("openat", 2))
    ),
    Checked(
        "Threads, not processes: those could outlive it, and in new namespaces they would have new rights.",
        "clone",
        ((Argument(0, (_THREAD,), mask=_WORD & ~_THREAD_OPTIONS),),),
    ),
    Checked(
        "Signals to itself; 0 is its own group, which is itself alone.",
        "kill",
        ((Argument(0, _MYSELF),),),
    ),
    Checked(
        "Signals to its own threads.",
        "tgkill rt_sigqueueinfo rt_tgsigqueueinfo",
        ((Argument(0, (OWN_PID,)),),),
    ),
    Checked(
        "Its own session and group; of others it would say that they exist.",
        "getpgid getsid",
        ((Argument(0, _MYSELF),),),
    ),
    Checked(
        "Its own limits, and only to look at them.",
        "prlimit64",
        ((Argument(0, _MYSELF), Argument(2, _NULL, mask=_WORD)),),
    ),
    Checked(
        "To be nicer, itself; PRIO_USER would reach the neighbours.",
        "setpriority",
        ((Argument(0, _NULL), Argument(1, _MYSELF)),),
    ),
    Checked("Its own processors.", "sched_setaffinity", ((Argument(0, _MYSELF),),)),
    Checked(
        "On which node new memory is to lie, for OpenBLAS; nothing is moved.",
        "mbind",
        ((Argument(5, _NULL),),),
    ),
    Checked(
        "Moving files; RENAME_WHITEOUT would leave a device node behind.",
        "renameat2",
        ((Argument(4, _NULL, mask=_RENAME_WHITEOUT),),),
        errno.EINVAL,
    ),
    Checked(
        "Huge pages come out of the machine's pool, which no limit counts.",
        "mmap",
        ((Argument(3, _NULL, mask=_MAP_HUGETLB),),),
        errno.ENOMEM,
    ),
    Checked(
        "Advice on its own memory; to merge pages would show what others hold.",
        "madvise",
        ((Argument(2, _ADVICE),),),
        errno.EINVAL,
    ),
    Checked(
        "How files will be read; to drop them from the machine's memory would slow the neighbours.",
        "fadvise64",
        ((Argument(3, _READ_ADVICE),),),
        RAN_NOT,
    ),
    Checked(
        "Closing; CLOSE_RANGE_UNSHARE would be a second table of descriptors.",
        "close_range",
        ((Argument(2, (0, 4)),),),
        errno.EINVAL,
    ),
    Checked(
        "Is it a terminal, how much is there to read. What else devices can do is out of reach.",
        "ioctl",
        ((Argument(1, _IOCTLS),),),
        errno.ENOTTY,
    ),
    Checked(
        "Flags of descriptors; F_SETOWN and F_SETSIG would have the kernel send signals to others, F_SETPIPE_SZ takes "
        "kernel memory, leases make others wait. A lock of a part of a file takes kernel memory, too, which no limit "
        "counts; who is alone always gets it, and is told so.",
        "fcntl",
        ((Argument(1, _FCNTLS),), (Argument(1, (_F_SETFL,)), Argument(2, _NULL, mask=_O_ASYNC))),
        pretended=((Argument(1, _FCNTL_LOCKS),),),
    ),
    Checked(
        "Names of threads, and looking; PR_SET_PDEATHSIG would let it outlive the zygote.",
        "prctl",
        ((Argument(0, _PRCTLS),),),
    ),
    Checked("Matrix registers of the processor, which torch asks for.", "arch_prctl", ((Argument(0, _ARCH_PRCTLS),),)),
    Checked(
        "To ask for the personality; any other turns off protections of its memory.",
        "personality",
        ((Argument(0, (_INT,)),),),
    ),
    Checked(
        "A pair to itself, as asyncio needs one.",
        "socketpair",
        ((Argument(0, (_AF_UNIX,)), Argument(1, (_SOCK_STREAM,), mask=_SOCK_TYPE_BITS), Argument(2, _NULL)),),
    ),
    Checked(
        "To the far side of what is connected already; data that overtakes other data (MSG_OOB) was a way into the "
        "kernel (CVE-2025-38236).",
        "sendto",
        ((Argument(3, _NULL, mask=_MSG_OOB), Argument(4, _NULL, mask=_WORD)),),
    ),
    Checked("The same on its way in.", "recvfrom", ((Argument(3, _NULL, mask=_MSG_OOB),),)),
    Checked(
        "Files that are open, as with read and write; RWF_NOWAIT would tell which pages of a library others have used.",
        "preadv2 pwritev2",
        ((Argument(5, _NULL),),),
        errno.EOPNOTSUPP,
    ),
    Checked(
        "What kind of socket it is; SO_PEERPIDFD would be a handle on the judge.",
        "getsockopt",
        ((Argument(1, (_SOL_SOCKET,)), Argument(2, _SOCKET_OPTIONS)),),
    ),
)

ANSWERED = (
    Group(
        "Rights and times of files: Landlock does not cover them, so the course could be made unreadable. In the own "
        "folder nothing depends on them, and `shutil.copy` must work.",
        "chmod fchmod fchmodat chown lchown fchown fchownat utime utimes futimesat utimensat",
        RAN_NOT,
    ),
    Group("All file systems of the machine would have to write; nothing here is kept.", "sync syncfs", RAN_NOT),
    Group(
        "Extended attributes of any path that it can name: as on a file system that has none.",
        """setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr
        lremovexattr fremovexattr""",
        errno.ENOTSUP,
    ),
    Group(
        "Gigabytes in a moment, before the zygote's watch can look; the C library then writes them one by one.",
        "fallocate",
        errno.EOPNOTSUPP,
    ),
    Group("The flags of clone3 are behind a pointer; the C library then uses clone.", "clone3", errno.ENOSYS),
)

REFUSED = (
    Group(
        "No new processes, no other programs, no way out of the own session.",
        "fork vfork execve execveat setsid setpgid",
    ),
    Group(
        "No look into other processes, no hold on them.",
        """ptrace process_vm_readv process_vm_writev process_madvise process_mrelease kcmp pidfd_open pidfd_getfd
        pidfd_send_signal tkill perf_event_open move_pages migrate_pages""",
    ),
    Group(
        "No network, and no socket that reaches anybody; messages could carry descriptors.",
        "socket connect bind listen accept accept4 sendmsg sendmmsg recvmsg recvmmsg setsockopt",
    ),
    Group(
        "No memory or message that outlives the process or that no limit counts.",
        """memfd_create memfd_secret shmget shmat shmctl shmdt semget semop semtimedop semctl msgget msgsnd msgrcv
        msgctl mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr mlock mlock2 mlockall
        remap_file_pages""",
    ),
    Group(
        "No namespaces and mounts.",
        """unshare setns mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig fsmount fspick
        mount_setattr""",
    ),
    Group(
        "No other user, no rights, no further walls to play with.",
        """setuid setgid setreuid setregid setresuid setresgid setfsuid setfsgid setgroups capset seccomp
        landlock_create_ruleset landlock_add_rule landlock_restrict_self setrlimit""",
    ),
    Group(
        "No interfaces of the kernel that nobody needs here and that most ways out went through.",
        """bpf userfaultfd io_uring_setup io_uring_enter io_uring_register io_setup io_destroy io_submit io_cancel
        io_getevents io_pgetevents add_key request_key keyctl modify_ldt splice tee vmsplice""",
    ),
    Group(
        "No watching what others do with files, no files beyond paths, no device nodes.",
        """inotify_init inotify_init1 inotify_add_watch inotify_rm_watch fanotify_init fanotify_mark name_to_handle_at
        open_by_handle_at mknod mknodat truncate""",
    ),
    Group("No better place than the others.", "sched_setscheduler sched_setparam sched_setattr ioprio_set"),
    Group(
        "The machine belongs to others.",
        """reboot kexec_load kexec_file_load init_module finit_module delete_module swapon swapoff sethostname
        setdomainname settimeofday clock_settime adjtimex clock_adjtime syslog acct quotactl quotactl_fd iopl ioperm
        vhangup""",
    ),
)


def groups() -> tuple[Group, ...]:
    """Every group that gets one answer, the refused ones with theirs."""
    refused = tuple(Group(group.reason, group.names, errno.EPERM) for group in REFUSED)
    return ALLOWED + ANSWERED + refused
