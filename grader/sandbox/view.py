"""The single home of what student code may read beside its own folder: interpreter, libraries, fonts, time zones.

The same list serves both walls, the read-only binds of the outer one and the Landlock rules of the inner one, so that a
hand-in finds the same world whichever of them stands. It names the parts of an installation and never its root: a
virtual environment may be the course's own folder, and an editable install puts a whole checkout within reach.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import site
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from grader.errors import GraderError

_OWN = Path(__file__).absolute().parents[1]
_OWN_PARTS = ("__init__.py", "wire", "worker")
"""All of grader that the student process runs; messages, suites and the judge stay out of sight."""

_SCHEME_PATHS = ("stdlib", "purelib", "platlib")
_LIBRARIES = ("IPython", "matplotlib", "msgspec", "numpy", "pandas", "torch")
"""Where one of these lies outside the usual places (a link farm, an editable install of torch), it is named itself."""

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/usr/local/lib64",
    "/usr/local/cuda/lib64",
    "/nix/store",
    "/gnu/store",
    "/etc/alternatives",
    "/etc/ld.so.cache",
    f"/etc/python{sys.version_info.major}.{sys.version_info.minor}",
)
_DATA = (
    "/etc/fonts",
    "/etc/locale.alias",
    "/etc/localtime",
    "/etc/matplotlibrc",
    "/etc/mime.types",
    "/etc/timezone",
    "/usr/local/share/fonts",
    "/usr/share/fontconfig",
    "/usr/share/fonts",
    "/usr/share/i18n",
    "/usr/share/icu",
    "/usr/share/locale",
    "/usr/share/matplotlib",
    "/usr/share/mime",
    "/usr/share/zoneinfo",
)


@functools.cache
def readable_paths() -> tuple[Path, ...]:
    """Files and folders that student code may read: real paths that exist, none inside another, sorted."""
    found = sorted({path.resolve() for path in named_paths() if path.exists()})
    return tuple(path for path in found if not any(parent in found for parent in path.parents))


@functools.cache
def named_paths() -> tuple[Path, ...]:
    """The same places by the names under which programs look for them, which may lead through links."""
    return tuple(dict.fromkeys((*_interpreter(), *_own_parts(), *map(Path, (*_SYSTEM, *_DATA)), *_strays())))


def in_sight(path: Path) -> Path | None:
    """The readable path that ``path`` is or lies below; None where student code cannot read it."""
    real = path.resolve()
    return next((readable for readable in readable_paths() if real.is_relative_to(readable)), None)


def expect_out_of_sight(places: Iterable[Path], error: Callable[..., GraderError]) -> None:
    """Accept places that student code cannot read; for the first that it can, raise ``error``."""
    for place in places:
        if (readable := in_sight(place)) is not None:
            finding = f"student code could read it: all of {readable} is readable for its libraries"
            raise error(finding, place=str(place), hint="move it, for instance to a folder in your home")


def _interpreter() -> Iterator[Path]:
    """Standard library and packages of this interpreter, and of the one that a virtual environment is made from."""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    for scheme in (sysconfig.get_paths(), sysconfig.get_paths(vars=base)):
        yield from (Path(scheme[name]) for name in _SCHEME_PATHS)
    yield Path(sys.base_exec_prefix) / sys.platlibdir
    yield from (Path(folder) for folder in site.getsitepackages())
    for name in ("LIBDIR", "DESTSHARED", "TZPATH"):
        yield from (Path(folder) for folder in (sysconfig.get_config_var(name) or "").split(os.pathsep) if folder)


def _own_parts() -> Iterable[Path]:
    return (_OWN / part for part in _OWN_PARTS)


def _strays() -> Iterator[Path]:
    """The packages themselves, for those that were installed somewhere else."""
    for name in _LIBRARIES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations:
            yield from (Path(folder) for folder in spec.submodule_search_locations)
