"""The single home of what works differently inside the walls, so that honest code need not notice them.

Everything is put in place once, before forking; only whom to tell changes with each hand-in. None of it is a wall: what
student code undoes here it only loses. And nothing here may change a function that the walls are built with, because
they are put up after this. What needs helper processes is in `processes`.
"""

from __future__ import annotations

import errno
import functools
import os
import subprocess
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.utils.data import DataLoader
from torch.utils.data.dataloader import _SingleProcessDataLoaderIter

from grader.worker import processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.worker.notices import Notices

NO_PROGRAMS = "no programs can be started while grading"
_COMMAND_NOT_FOUND = 127 << 8
"""What a shell says of a program that is not there, as `os.system` returns it."""
_MOST_CORES = 8

_told: list[Notices] = []
"""Whom to tell: the notices of the hand-in that is running."""


@functools.cache
def put_in_place() -> None:
    """Change this process, for all that is loaded in it and forked from it."""
    _load_data_here()
    _compile_nothing()
    _share_tensors_with_nobody()
    _start_no_programs()
    _look_before_touching()
    _seem_small()
    processes.run_as_threads(functools.partial(_note, "processes_as_threads"))


def tell(notices: Notices) -> None:
    """Report to ``notices`` from now on; forget the places that libraries found before there was a hand-in."""
    put_in_place()
    os.environ.pop("TORCHINDUCTOR_CACHE_DIR", None)  # torch sets it when it is loaded, to the zygote's folder
    _told[:] = [notices]


def _note(kind: str, **values: Any) -> None:
    for notices in _told:
        notices.note(kind, **values)


# -- torch ------------------------------------------------------------------------------------------------------------


class _WithoutWorkers:
    """A loader as one of its iterators sees it."""

    num_workers = 0
    timeout = 0

    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


class _LoadingHere(_SingleProcessDataLoaderIter):
    """Gives the batches of a loader that asked for helper processes."""

    def __init__(self, loader: Any) -> None:
        super().__init__(_WithoutWorkers(loader))

    def _reset(self, loader: Any, first_iter: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002  # torch's signature
        """Begin again, where the loader keeps its iterator for the next pass."""
        self.__init__(loader)  # type: ignore[misc]


def _load_data_here() -> None:
    """`DataLoader` keeps what it was asked for, checks included, and loads in this process."""
    with_helpers: Callable[[Any], Any] = DataLoader._get_iterator  # noqa: SLF001  # torch has no public way

    def get_iterator(loader: Any) -> Any:
        if not loader.num_workers:
            return with_helpers(loader)
        _note("workers_zero")
        return _LoadingHere(loader)

    def accept_any_number(_loader: Any) -> None:
        """Warn of nothing: how many are too many would depend on the machine, and there are none."""

    DataLoader.check_worker_number_rationality = accept_any_number  # type: ignore[method-assign, assignment]
    DataLoader._get_iterator = get_iterator  # type: ignore[method-assign, assignment]  # noqa: SLF001


def _compile_nothing() -> None:
    """`torch.compile` starts processes and a compiler for minutes; what it is given does the same without."""

    def compile(model: Any = None, **_options: Any) -> Any:  # noqa: A001  # torch's name
        _note("compile_skipped")
        return (lambda given: given) if model is None else model

    def compile_module(_module: nn.Module, *_arguments: Any, **_options: Any) -> None:
        _note("compile_skipped")

    torch.compile = compile
    nn.Module.compile = compile_module  # type: ignore[method-assign, assignment]


def _share_tensors_with_nobody() -> None:
    """Shared memory is closed; in one process a tensor is shared as it is."""

    def share(storage: Any) -> Any:
        storage.shared_here = True
        return storage

    def is_shared(storage: Any) -> bool:
        return getattr(storage, "shared_here", False)

    torch.UntypedStorage.share_memory_ = share  # type: ignore[method-assign]
    torch.UntypedStorage.is_shared = is_shared  # type: ignore[method-assign, assignment]


# -- the operating system ---------------------------------------------------------------------------------------------


def _start_no_programs() -> None:
    """No program is within reach: that is how honest code knows a machine without ``nvidia-smi``, and goes on."""

    def refuse(popen: Any, arguments: Any, *_options: Any) -> None:  # noqa: ARG001  # a method
        program = arguments if isinstance(arguments, (str, bytes, os.PathLike)) else next(iter(arguments), "")
        raise FileNotFoundError(errno.ENOENT, NO_PROGRAMS, os.fsdecode(program))

    def system(command: Any) -> int:
        _note("shell_skipped", command=os.fsdecode(command))
        return _COMMAND_NOT_FOUND

    subprocess.Popen._execute_child = refuse  # type: ignore[attr-defined]  # noqa: SLF001  # there is no public way
    os.system = system


def _look_before_touching() -> None:
    """The walls answer these calls without doing anything, even for what is not there.

    `Path.touch` would take that for a file that exists, and not make one.
    """
    for name in ("chmod", "chown", "utime"):
        setattr(os, name, _looking_first(getattr(os, name)))


def _seem_small() -> None:
    """A thread for each core of a large machine would be more threads than a hand-in may have."""
    cores = min(os.cpu_count() or 1, _MOST_CORES)
    set_threads = torch.set_num_threads

    def cpu_count() -> int:
        return cores

    def set_num_threads(nthreads: int) -> None:
        set_threads(min(nthreads, _MOST_CORES))

    os.cpu_count = cpu_count
    torch.set_num_threads = set_num_threads


def _looking_first(call: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(call)
    def look_and_call(path: Any, *arguments: Any, **options: Any) -> None:
        where = {name: options[name] for name in ("dir_fd", "follow_symlinks") if name in options}
        os.stat(path, **where)  # noqa: PTH116  # for its error, and a descriptor is allowed, too
        call(path, *arguments, **options)

    return look_and_call
