"""The single home of `multiprocessing` inside the walls: its processes are threads of this one.

Helper processes are forbidden, and so are the semaphores in shared memory that keep them in step. But code that uses
them is about dividing work, and threads divide it as well; what processes would share is simply there. So the library
stays as it is, and only what it asks of the operating system is answered here: semaphores, processes, memory.
"""

from __future__ import annotations

import concurrent.futures
import concurrent.futures.process
import ctypes
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import context, dummy, heap, managers, pool, synchronize
from multiprocessing.reduction import ForkingPickler
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable

_RECURSIVE = 0
"""The kind of semaphore that its holder may take again (`RLock`)."""
_OF_THREADS = ("_wrap_exception", "Process", "_setup_queues", "_get_sentinels", "_help_stuff_finish")
"""What a `ThreadPool` does differently from a `Pool`."""
_TERMINATED = -15

_on_use: list[Callable[[], None]] = []


def run_as_threads(on_use: Callable[[], None]) -> None:
    """Change the library for good; call ``on_use`` whenever it would start a process."""
    _on_use[:] = [on_use]
    synchronize._multiprocessing = SimpleNamespace(SemLock=Semaphore)  # type: ignore[attr-defined]  # noqa: SLF001
    heap.Arena._dir_candidates = []  # type: ignore[attr-defined]  # noqa: SLF001  # not /dev/shm: the temporary folder
    for name in _OF_THREADS:
        setattr(pool.Pool, name, vars(pool.ThreadPool)[name])
    pool.Pool.Process = staticmethod(_pool_process)  # type: ignore[method-assign, assignment]
    for kind in (context.Process, context.ForkProcess, context.SpawnProcess, context.ForkServerProcess):
        kind._Popen = Running  # type: ignore[assignment]  # noqa: SLF001  # where the library itself branches
    managers.SyncManager = Manager  # type: ignore[misc,assignment]
    concurrent.futures.ProcessPoolExecutor = Executor  # type: ignore[misc, assignment]
    concurrent.futures.process.ProcessPoolExecutor = Executor  # type: ignore[misc, assignment]
    reducers: dict[type, Any] = ForkingPickler._extra_reducers  # type: ignore[attr-defined]  # noqa: SLF001
    for kind_of_value in [kind for kind in reducers if kind.__module__.partition(".")[0] == "torch"]:
        del reducers[kind_of_value]  # they would move a tensor into shared memory; now it is copied
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"  # joblib, and so scikit-learn, then works in this process by itself


class Semaphore:
    """What `multiprocessing.synchronize` builds everything else from, with the interface of its C class."""

    SEM_VALUE_MAX = 2**31 - 1
    name = None
    handle = 0

    def __init__(self, kind: int, value: int, maxvalue: int, _name: str, _unlink: bool) -> None:  # noqa: FBT001  # C's
        self.kind = kind
        self.maxvalue = maxvalue
        self._value = value
        self._changed = threading.Condition()
        self._owner = 0
        self._taken = 0

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:  # noqa: FBT001, FBT002  # C's
        """Take one; whether there was one in time."""
        with self._changed:
            if not (self.kind == _RECURSIVE and self._is_mine()):
                if not self._changed.wait_for(lambda: self._value > 0, timeout if block else 0):
                    return False
                self._value -= 1
            self._owner = threading.get_ident()
            self._taken += 1
            return True

    def release(self) -> None:
        """Give one back.

        Raises:
            AssertionError: if it is recursive and somebody else's.
            ValueError: if more are given back than there were.
        """
        with self._changed:
            if self.kind == _RECURSIVE and not self._is_mine():
                raise AssertionError("attempt to release recursive lock not owned by thread")
            if self.kind != _RECURSIVE and self._value >= self.maxvalue:
                raise ValueError("semaphore or lock released too many times")
            self._taken -= 1
            if self.kind != _RECURSIVE or not self._taken:
                self._value += 1
                self._changed.notify()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()

    def _count(self) -> int:
        return self._taken

    def _is_mine(self) -> bool:
        return self._taken > 0 and self._owner == threading.get_ident()

    def _get_value(self) -> int:
        return self._value

    def _is_zero(self) -> bool:
        return self._value == 0


class Running:
    """A process that has been started, as `multiprocessing.Process` sees it: a thread."""

    method = "fork"

    def __init__(self, process: Any) -> None:
        _tell()
        self.pid = os.getpid()
        self.returncode: int | None = None
        self.sentinel, self._end = os.pipe()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(process,), name=process.name, daemon=True)
        self._thread.start()

    def poll(self, _flag: int = 0) -> int | None:
        """The exit code, once there is one."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, or None if there is none in time."""
        self._over.wait(timeout)
        return self.returncode

    def terminate(self) -> None:
        """Take it for ended; its thread ends when it next runs a line of Python."""
        if self.returncode is None:
            self._finish(_TERMINATED)
            exception = ctypes.py_object(SystemExit)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread.ident or 0), exception)

    kill = terminate

    def close(self) -> None:
        """Let go of the descriptor that tells of the end."""
        if self.sentinel >= 0:
            os.close(self.sentinel)
            self.sentinel = -1

    __del__ = close

    def _run(self, process: Any) -> None:
        code = 1
        try:
            process.run()
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else int(error.code is not None)
        finally:
            self._finish(code)

    def _finish(self, code: int) -> None:
        if self.returncode is None:
            self.returncode = code
            os.close(self._end)
            self._over.set()


class Manager:
    """`multiprocessing.Manager()`: plain objects, because nobody else needs to reach them."""

    def __init__(self, *_arguments: Any, **_options: Any) -> None:
        pass

    def __getattr__(self, name: str) -> Any:
        return getattr(dummy, name)

    def start(self, *_arguments: Any) -> None:
        """Start nothing."""

    shutdown = join = start

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """End nothing."""


class Executor(ThreadPoolExecutor):
    """`ProcessPoolExecutor` with threads."""

    def __init__(
        self,
        max_workers: int | None = None,
        mp_context: Any = None,  # noqa: ARG002  # the library's signature
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
        *,
        max_tasks_per_child: int | None = None,  # noqa: ARG002  # as above
    ) -> None:
        _tell()
        super().__init__(max_workers, "", initializer, initargs)

    def map(self, function: Any, *iterables: Any, timeout: float | None = None, chunksize: int = 1) -> Any:
        """As the library's, which would divide the work into chunks."""
        return super().map(function, *iterables, timeout=timeout, chunksize=chunksize)


def _pool_process(_context: Any, *, target: Any, args: tuple[Any, ...]) -> Any:
    """A worker that is never relieved: nobody would notice the end of a thread, and threads need no renewing."""
    _tell()
    tasks, results, initializer, initial_arguments, _most_tasks, wrap = args
    return dummy.Process(target=target, args=(tasks, results, initializer, initial_arguments, None, wrap))


def _tell() -> None:
    for on_use in _on_use:
        on_use()
