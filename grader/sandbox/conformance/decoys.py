"""The single home of what the probes attack, and of seeing from outside whether one of them got there."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import secrets
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from grader.sandbox.conformance.attempts.here import call
from grader.sandbox.folders import make_private_folder, remove_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

_MODE: Final = 0o600
_WRITTEN: Final = 1_700_000_000
"""When the decoys claim to have been written."""
_LIFE: Final = "import time; time.sleep(600)"
_KINDS: Final = ("user", "pid", "net", "ipc", "uts", "mnt")
_REMOVE: Final = 0  # IPC_RMID
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class Decoys:
    """A folder with a secret, somebody who listens, and a process that sleeps; all of them ours."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(16)
        self._name = f"grader-decoy-{self.token[:12]}"
        self._key = secrets.randbits(30)
        self._folder = make_private_folder(prefix="grader-decoys-")
        self._secret, self._spare = self._folder / "secret", self._folder / "spare"
        self._listing = self._folder / f"list-{self.token}"
        self._victim: subprocess.Popen[bytes] | None = None
        self._sockets: dict[str, socket.socket] = {}
        try:
            self._restore()
            self._listen()
        except BaseException:
            self.close()
            raise

    def given(self) -> dict[str, Any]:
        """What a probe is told of them."""
        assert self._victim is not None
        return {
            "token": self.token,
            "folder": str(self._folder),
            "secret": str(self._secret),
            "spare": str(self._spare),
            "source": str(Path(__file__).parents[2] / "errors.py"),
            "home": os.path.expanduser("~"),  # noqa: PTH111 - Path.home raises where there is none
            "name": self._name,
            "key": self._key,
            "victim": self._victim.pid,
            "ports": {
                name: self._sockets[name].getsockname()[1] for name in ("tcp", "tcp6", "udp") if name in self._sockets
            },
            "sockets": {
                "stream": str(self._folder / "stream"),
                "datagram": str(self._folder / "datagram"),
                "abstract_stream": f"{self._name}-stream",
                "abstract_datagram": f"{self._name}-datagram",
            },
            "namespaces": dict(_namespaces()),
        }

    def touched(self) -> str:
        """What has happened to them since the last time; empty if nothing has. They are as new afterwards."""
        seen = ", ".join([*self._visits(), *self._changes(), *self._leftovers(), *self._wounds()])
        if seen:
            self._restore()
        return seen

    def close(self) -> None:
        """Remove them all."""
        for listener in self._sockets.values():
            listener.close()
        if self._victim is not None:
            self._victim.kill()
            self._victim.wait()
        for _ in self._leftovers():
            pass
        remove_folder(self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- putting them up ----------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        """Put up, or put right, what can be changed."""
        for path in self._folder.iterdir():
            if not path.is_socket() and path not in (self._secret, self._spare, self._listing):
                remove_folder(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for path in (self._secret, self._spare, self._listing):
            path.unlink(missing_ok=True)
            path.write_text(self.token, encoding="ascii")
            path.chmod(_MODE)
            os.utime(path, (_WRITTEN, _WRITTEN))
        if self._victim is not None:
            self._victim.kill()
            self._victim.wait()
        with self._secret.open("rb") as secret:
            self._victim = subprocess.Popen(  # noqa: S603 - our own interpreter
                [sys.executable, "-I", "-S", "-c", _LIFE, self.token],
                stdin=secret,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={"TOKEN": self.token},
            )
        self._healthy = self._condition()

    def _listen(self) -> None:
        """At every kind of address."""
        addresses: dict[str, tuple[int, int, Any]] = {
            "tcp": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "tcp6": (socket.AF_INET6, socket.SOCK_STREAM, ("::1", 0)),
            "udp": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "stream": (socket.AF_UNIX, socket.SOCK_STREAM, str(self._folder / "stream")),
            "datagram": (socket.AF_UNIX, socket.SOCK_DGRAM, str(self._folder / "datagram")),
            "abstract_stream": (socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self._name}-stream"),
            "abstract_datagram": (socket.AF_UNIX, socket.SOCK_DGRAM, f"\0{self._name}-datagram"),
        }
        for name, (family, kind, address) in addresses.items():
            try:
                listener = socket.socket(family, kind)
                self._sockets[name] = listener
                listener.bind(address)
            except OSError:
                if name != "tcp6":  # not every machine has IPv6
                    raise
                self._sockets.pop(name).close() if name in self._sockets else None
                continue
            listener.setblocking(False)
            if kind == socket.SOCK_STREAM:
                listener.listen()

    # -- looking after them -------------------------------------------------------------------------------------------

    def _visits(self) -> Iterator[str]:
        """Who came to the sockets."""
        for name, listener in self._sockets.items():
            with contextlib.suppress(BlockingIOError):
                if listener.type == socket.SOCK_STREAM:
                    listener.accept()[0].close()
                else:
                    listener.recv(100)
                yield f"somebody came to {name}"

    def _changes(self) -> Iterator[str]:
        """What was done to files and folder."""
        for path in (self._secret, self._spare, self._listing):
            yield from (f"{path.name} {change}" for change in _changes(path, self.token))
        known = {self._secret.name, self._spare.name, self._listing.name, "stream", "datagram"}
        yield from (f"{name} was made" for name in sorted({entry.name for entry in self._folder.iterdir()} - known))

    def _leftovers(self) -> Iterator[str]:
        """What lies under their name in common places; it is removed."""
        for folder in ("/tmp", "/dev/shm"):  # noqa: S108 - where probes try to leave something
            place = Path(folder, self._name)
            if place.exists():
                place.unlink()
                yield f"{place} was made"
        with contextlib.suppress(OSError):
            call("mq_unlink", self._name.encode())
            yield "a queue was made"
        yield from self._numbered()

    def _numbered(self) -> Iterator[str]:
        """Objects of the kernel that have numbers for names."""
        if (memory := _LIBC.shmget(self._key, 0, 0)) >= 0:
            _LIBC.shmctl(memory, _REMOVE, None)
            yield "shared memory was made"
        if (queue := _LIBC.msgget(self._key, 0)) >= 0:
            _LIBC.msgctl(queue, _REMOVE, None)
            yield "a message queue was made"
        if (semaphore := _LIBC.semget(self._key, 0, 0)) >= 0:
            _LIBC.semctl(semaphore, 0, _REMOVE)
            yield "a semaphore was made"

    def _wounds(self) -> Iterator[str]:
        """What was done to the process."""
        assert self._victim is not None
        if (code := self._victim.poll()) is not None:
            yield f"the process was ended by signal {signal.Signals(-code).name}" if code < 0 else "the process ended"
        elif self._condition() != self._healthy:
            yield "the process was changed"

    def _condition(self) -> tuple[Any, ...]:
        """What others could change of a process that sleeps."""
        assert self._victim is not None
        pid = self._victim.pid
        return (
            os.getpriority(os.PRIO_PROCESS, pid),
            os.sched_getaffinity(pid),
            resource.prlimit(pid, resource.RLIMIT_CORE),
        )


def _namespaces() -> Iterator[tuple[str, str]]:
    """Our own, as far as this kernel has them."""
    for kind in _KINDS:
        with contextlib.suppress(FileNotFoundError):
            yield kind, str(Path(f"/proc/self/ns/{kind}").readlink())


def _changes(path: Path, token: str) -> Iterator[str]:
    """How a decoy differs from what it was."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        yield "is gone"
        return
    was = {"mode": _MODE, "owner": os.geteuid(), "number of links": 1, "time": _WRITTEN}
    now = {
        "mode": stat.S_IMODE(status.st_mode),
        "owner": status.st_uid,
        "number of links": status.st_nlink,
        "time": int(status.st_mtime),
    }
    yield from (f"has another {name}" for name in was if was[name] != now[name])
    if path.read_text(encoding="ascii", errors="replace") != token:
        yield "has other contents"
    if os.listxattr(path):
        yield "has attributes"
