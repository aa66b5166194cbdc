"""The single home of running one statement in the hand-in's namespace."""

from __future__ import annotations
import __future__

import ast
import inspect
from typing import TYPE_CHECKING, Any

from IPython.core.async_helpers import _asyncio_runner

from grader.worker import standins
from grader.worker.statements import import_pieces

if TYPE_CHECKING:
    from types import CodeType


class ImportsMissing(Exception):  # noqa: N818  # it is not the hand-in's error, it carries that
    """Some names of one import statement could not be had; the others are there."""

    def __init__(self, first: ImportError, names: list[ast.stmt]) -> None:
        super().__init__(str(first))
        self.first = first
        self.nodes = names


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
        failed: list[ast.stmt] = []
        first: ImportError | None = None
        for piece in import_pieces(node):
            try:
                self._run_piece(piece, file_name=file_name, displays=displays)
            except ImportError as error:
                first = first or _explained(error, piece)
                failed.append(piece)
        if first is not None and isinstance(node, (ast.Import, ast.ImportFrom)):
            raise ImportsMissing(first, failed)
        if first is not None:
            raise first

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
