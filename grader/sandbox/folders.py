"""The single home of working folders: made private, and removed whatever student code made of them.

Removing goes by descriptors and never follows a link. A folder within a folder is first moved to the top and emptied
there, so that neither the kernel's longest path, nor Python's recursion, nor the number of open files bounds the depth.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_PREFIX = "grader-"
LOCK = "held"
"""The file that marks a folder as in use."""
_FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def make_private_folder(*, parent: Path | None = None, prefix: str = _PREFIX) -> Path:
    """An empty folder that only this user can enter, by its real path."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=parent)).resolve()


def copy_into(folder: Path, files: Mapping[str, Path]) -> None:
    """Make a folder with copies of files, each where its relative path says.

    Raises:
        OSError: if one cannot be read or does not fit.
    """
    folder.mkdir(mode=0o700)
    for name, source in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def hold(folder: Path) -> int:
    """Mark a folder as in use until the descriptor that this returns is closed, or this process dies."""
    new = folder / f"{LOCK}.new"
    descriptor = os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    new.rename(folder / LOCK)  # now it is seen, and locked already
    return descriptor


def remove_abandoned_folders() -> None:
    """Remove what processes of ours left behind that were killed before they could."""
    for lock in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{LOCK}"):
        with contextlib.suppress(OSError):  # held, somebody else's, or being removed by another process right now
            descriptor = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                remove_folder(lock.parent)
            finally:
                os.close(descriptor)


def remove_folder(folder: Path) -> bool:
    """Remove a folder and all that is in it; says whether it is gone.

    What even its owner cannot remove (an immutable file or a mount, which only root's programs can leave) stays.
    """
    sweep(folder)
    with contextlib.suppress(OSError):
        folder.rmdir()
    return not os.path.lexists(folder)


def sweep(folder: Path, *, keep: Collection[str] = ()) -> None:
    """Remove what is in a folder, except what ``keep`` names."""
    with contextlib.suppress(OSError):  # it was removed or locked against its owner; what cannot be removed stays
        top = _enter(None, str(folder))
        try:
            _empty(top, keep)
        finally:
            os.close(top)


def _empty(top: int, keep: Collection[str] = ()) -> None:
    """Empty the folder that is open as ``top``."""
    names = (f"{uuid.uuid4().hex}-{number}" for number in itertools.count())
    waiting = _clear(top, keep)
    while waiting:
        name = waiting.pop()
        with contextlib.suppress(OSError):  # what cannot be removed stays, and so does the folder around it
            folder = _enter(top, name)
            try:
                waiting += _move_up(_clear(folder), source=folder, top=top, names=names)
            finally:
                os.close(folder)
            os.rmdir(name, dir_fd=top)


def _clear(folder: int, keep: Collection[str] = ()) -> list[str]:
    """Remove everything but folders; returns the names of the folders."""
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries if entry.name not in keep]
    for name, is_folder in found:
        if not is_folder:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=folder)
    return [name for name, is_folder in found if is_folder]


def _move_up(folders: list[str], *, source: int, top: int, names: Iterator[str]) -> list[str]:
    """Move folders to the top; returns their names there."""
    moved = []
    for folder, name in zip(folders, names, strict=False):
        with contextlib.suppress(OSError):
            os.close(_enter(source, folder))  # a folder that may not be written cannot be moved
            os.rename(folder, name, src_dir_fd=source, dst_dir_fd=top)
            moved.append(name)
    return moved


def _enter(parent: int | None, name: str) -> int:
    """Open a folder, after its owner has got back the right to read and change it."""
    handle = os.open(name, os.O_PATH | _FOLDER, dir_fd=parent)
    try:
        itself = Path(f"/proc/self/fd/{handle}")
        itself.chmod(0o700)
        return os.open(itself, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    finally:
        os.close(handle)
