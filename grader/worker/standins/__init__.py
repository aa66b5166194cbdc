"""The single home of packages that students import by habit and that are not installed: small stand-ins for them.

They offer the helpers that notebooks use for plotting, timing and counting, and never what an exercise asks for. A real
package of the same name wins, because the finder stands behind all others. They are made before
forking: a confined process need not be able to read them.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from grader.worker.standins import withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from types import CodeType

_EDITION = ("drawing.py", "counting.py", "classes.py")
_FILES: dict[str, tuple[str, ...]] = {
    "d2l": ("package.py",),
    "d2l.torch": (*_EDITION, "book.py"),
    "d2l.mxnet": ("other_framework.py",),
    "d2l.tensorflow": ("other_framework.py",),
    "d2l.paddle": ("other_framework.py",),
    "d2l.jax": ("other_framework.py",),
    "d2lzh": (*_EDITION, "book.py"),
    "d2lzh_pytorch": (*_EDITION, "book.py"),
    "d2lzh_pytorch.utils": (*_EDITION, "book.py"),
    "tqdm": ("progress.py",),
    "tqdm.auto": ("progress.py",),
    "tqdm.notebook": ("progress.py",),
}
"""Each module that is answered, and the files here that fill it, one after the other in one namespace."""

_EXPLAINED_ONLY = frozenset(name for name, files in _FILES.items() if files == ("other_framework.py",))

PACKAGES = frozenset(name.partition(".")[0] for name in _FILES)


def lacks(module: str, name: str) -> str:
    """Why the stand-in ``module`` does not offer ``name``; empty where ``module`` is none."""
    if module not in _FILES or not isinstance(_loader_of(module), StandInLoader):
        return ""
    explain: Callable[[str], str] | None = getattr(sys.modules[module], "_why_not", None)
    return explain(name) if explain is not None else ""


def refused_by(error: BaseException) -> str:
    """The stand-in package that ``error`` says lacks a name; empty for any other error."""
    module: object = None
    if type(error) is AttributeError and type(error.obj) is ModuleType:
        module = vars(error.obj).get("__name__")
    elif type(error) is ImportError:
        module = error.name
    if type(module) is not str or module not in _FILES or not isinstance(_loader_of(module), StandInLoader):
        return ""
    return module.partition(".")[0]


class StandInLoader(Loader):
    """Gives a stand-in's module, which is ready already, or runs the code of one that only explains itself."""

    def __init__(self, ready: ModuleType | None, parts: Sequence[CodeType], on_use: Callable[[str], None]) -> None:
        self._ready = ready
        self._parts = parts
        self._on_use = on_use

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:  # noqa: ARG002
        """The module, if it is ready."""
        return self._ready

    def exec_module(self, module: ModuleType) -> None:
        """Fill ``module`` if it is not."""
        self._on_use(module.__name__.partition(".")[0])
        if self._ready is None:
            _run(self._parts, module)


class StandInFinder(MetaPathFinder):
    """Answers for the stand-ins where nothing real does; reports each package that is used."""

    def __init__(self) -> None:
        here = Path(__file__).parent
        compiled = {
            file: compile((here / file).read_bytes(), f"<stand-in {file}>", "exec", dont_inherit=True)
            for file in {file for files in _FILES.values() for file in files}
        }
        self._parts = {name: [compiled[file] for file in files] for name, files in _FILES.items()}
        self._ready = {name: _prepared(name, self._parts[name]) for name in _FILES if name not in _EXPLAINED_ONLY}
        self._on_use: Callable[[str], None] = lambda _package: None

    def install(self, on_use: Callable[[str], None], *, asked: Collection[str]) -> None:
        """Stand behind every other finder; tell ``on_use`` the name of a package when it is first imported.

        ``asked`` are the names that the assignment asks for: of those, the stand-ins say why they do not offer them.
        """
        self._on_use = on_use
        withheld.ASKED.update(asked)
        if self not in sys.meta_path:
            sys.meta_path.append(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None  # noqa: ARG002
    ) -> ModuleSpec | None:  # fmt: skip
        """The stand-in called ``fullname``, if there is one and its package is a stand-in, too."""
        package = fullname.partition(".")[0]
        if fullname not in _FILES or (package != fullname and not isinstance(_loader_of(package), StandInLoader)):
            return None
        loader = StandInLoader(self._ready.get(fullname), self._parts[fullname], self._on_use)
        return ModuleSpec(fullname, loader, origin="stand-in", is_package=package == fullname)


def _prepared(name: str, parts: Sequence[CodeType]) -> ModuleType:
    """The stand-in ``name``, made before anybody imports it; ``sys.modules`` is left as it was."""
    module = ModuleType(name)
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        _run(parts, module)
    finally:
        if before is None:
            del sys.modules[name]
        else:
            sys.modules[name] = before
    return module


def _run(parts: Sequence[CodeType], module: ModuleType) -> None:
    for code in parts:
        exec(code, vars(module))  # noqa: S102  # our own files, under another name


def _loader_of(module: str) -> object:
    """What loaded ``module``; None if it is not loaded."""
    spec = getattr(sys.modules.get(module), "__spec__", None)
    return getattr(spec, "loader", None)
