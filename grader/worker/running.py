"""The single home of running one statement in the hand-in's namespace."""

from __future__ import annotations
import __future__

import ast
import inspect
from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.core.async_helpers import _asyncio_runner

from grader.worker import standins
from grader.worker.statements import import_pieces

if TYPE_CHECKING:
    from types import CodeType


class MissingImport(NamedTuple):
    """One name of an import statement that could not be had."""

    node: ast.stmt
    error: ImportError


class ImportsMissing(Exception):  # noqa: N818  # it is not the hand-in's error, it carries those
    """Some names of one import statement could not be had; the others are there."""

    def __init__(self, missing: list[MissingImport]) -> None:
        super().__init__(", ".join(str(part.error) for part in missing))
        self.missing = missing


class Runner:
    """Compiles and runs statements of one hand-in; remembers its ``from __future__`` imports."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT

    def run(self, node: ast.stmt, *, file_name: str, displays: bool) -> None:
        """Run ``node``; show its value if it ``displays``.

        Raises:
            ImportsMissing: for an import statement of which some names could not be imported.
            SyntaxError: what only the compiler finds, such as ``return`` outside a function.
            BaseException: what the statement raises.
        """
        if not isinstance(node, (ast.Import, ast.ImportFrom)):
            self._run_piece(node, file_name=file_name, displays=displays)
            return
        missing = []
        for piece in import_pieces(node):
            try:
                self._run_piece(piece, file_name=file_name, displays=False)
            except ImportError as error:
                missing.append(MissingImport(piece, _explained(error, piece)))
        if missing:
            raise ImportsMissing(missing)

    def _run_piece(self, node: ast.stmt, *, file_name: str, displays: bool) -> None:
        tree: ast.Module | ast.Interactive = (
            ast.Interactive([node]) if displays else ast.Module([node], type_ignores=[])
        )
        code: CodeType = compile(
            tree, file_name, "single" if displays else "exec", flags=self._flags, dont_inherit=True
        )
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                self._flags |= getattr(__future__, alias.name).compiler_flag
        if code.co_flags & inspect.CO_COROUTINE:
            _asyncio_runner(eval(code, self._namespace))  # noqa: S307  # running the hand-in is the purpose
        else:
            exec(code, self._namespace)  # noqa: S102  # as above


def _explained(error: ImportError, node: ast.stmt) -> ImportError:
    """``error``, or what a stand-in says about the name that it lacks."""
    if isinstance(node, ast.ImportFrom) and node.module and not isinstance(error, ModuleNotFoundError):
        sentence = standins.lacks(node.module, node.names[0].name)
        if sentence:
            return ImportError(sentence, name=node.module).with_traceback(error.__traceback__)
    return error
