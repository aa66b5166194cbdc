"""The single home of importing the reference solution into the judge, afresh for every use."""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

_imports = itertools.count(1)


@contextlib.contextmanager
def imported(path: Path) -> Iterator[ModuleType]:
    """The module at ``path``, imported for the length of the block and shared with nobody.

    Raises:
        CourseError: if it cannot be imported, at the line that failed.
    """
    name = f"grader_reference_{next(_imports)}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CourseError("the reference is no Python module", place=str(path), hint="name it <assignment>.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:
            # The reference is the course's code: whatever it raises is the author's to mend.
            raise course_error(error, folders=(path.parent,), fallback=path) from error
        yield module
    finally:
        sys.modules.pop(name, None)


def course_error(error: BaseException, *, folders: Sequence[Path], fallback: Path) -> CourseError:
    """A `CourseError` at the innermost line of the course that ``error`` went through."""
    place = str(fallback)
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        place = f"{error.filename}:{error.lineno}"
    else:
        for frame in traceback.extract_tb(error.__traceback__):
            if any(Path(frame.filename).is_relative_to(folder) for folder in folders):
                place = f"{frame.filename}:{frame.lineno}"
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    return CourseError(f"{type(error).__name__}: {message}".rstrip(": "), place=place)
