"""The single home of the data files that an assignment ships: what may be listed, and where each comes from."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from grader.course.nearest import nearest
from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_BYTES = 64 * 1024**2
"""Of all files together: each student process gets a copy."""


def check_files(names: Sequence[str], *, folder: Path, place: str) -> None:
    """Accept names of regular files that lie in ``folder``.

    Raises:
        CourseError: for the first that is not, and for too many bytes.
    """
    total = 0
    for index, name in enumerate(names):
        complaint = _complaint_about_name(name, names[:index]) or _complaint_about_file(name, folder)
        if complaint:
            finding, hint = complaint
            raise CourseError(f'$.files[{index}]: {finding} ("{name}")', place=place, hint=hint)
        total += (folder / name).stat().st_size
    if total > MOST_BYTES:
        finding = f"$.files: expected at most {_megabytes(MOST_BYTES)} in all, got {_megabytes(total)}"
        raise CourseError(finding, place=place, hint="ship a smaller sample: every student process gets a copy")


def _complaint_about_name(name: str, before: Sequence[str]) -> tuple[str, str] | None:
    """Finding and hint, where the name itself is wrong."""
    path = PurePosixPath(name)
    if path.is_absolute():
        return "expected a path relative to this folder, got an absolute one", 'write files = ["data/tiny.csv"]'
    if ".." in path.parts or "\\" in name or not name.isprintable() or str(path) != name or name == ".":
        return "expected a plain relative path", 'write files = ["data/tiny.csv"], with / and without . and ..'
    if name in before:
        return "expected each file once, got one again", "remove one of them"
    return None


def _complaint_about_file(name: str, folder: Path) -> tuple[str, str] | None:
    """Finding and hint, where there is no such file in the folder."""
    path = folder / name
    if not path.exists():
        near = nearest(name, (str(found.relative_to(folder)) for found in folder.rglob("*") if found.is_file()))
        return "expected a file, found nothing", f"did you mean `{near}`?" if near else f"put it into {folder}"
    if not path.resolve().is_relative_to(folder.resolve()):
        return "expected a file of this folder, found a link that leads out of it", "put a copy in its place"
    if path.is_dir():
        return "expected a file, found a folder", "name each of its files"
    if not path.is_file():
        return "expected a regular file, found something else", "put a regular file in its place"
    return None


def _megabytes(count: int) -> str:
    return f"{count / 1024**2:.1f} MiB"
