"""The single home of the digest that tells one state of an assignment from another."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# These folders hold code that the suite is tried on; they decide no verdict.
_TRIED_ON = {"alternatives", "misconceptions", "submissions"}
_HANDOUT_FILES = ("assignment.toml", "test_visible.py")


def digest_of_suite(*, handout: Path, solutions: Path, files: Sequence[str] = ()) -> str:
    """``sha256:<hex>`` over names and bytes of everything that decides a verdict.

    That is the manifest, the visible suite, the data ``files`` that hand-ins may read, the reference, the hidden suites
    and every other file beside them (a ``conftest.py``, data that a suite reads), but neither notebooks nor samples. A
    byte changed, a file added or a file renamed gives another digest; where the course lies and when its files were
    written does not matter.
    """
    digest = hashlib.sha256()
    for name, path in _files(handout, solutions, files):
        data = path.read_bytes()
        for part in (name.encode(), data):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return f"sha256:{digest.hexdigest()}"


def _files(handout: Path, solutions: Path, files: Sequence[str]) -> Iterator[tuple[str, Path]]:
    for name in dict.fromkeys((*_HANDOUT_FILES, *sorted(files))):
        if (handout / name).is_file():
            yield f"handout/{name}", handout / name
    for path in sorted(solutions.rglob("*")):
        parts = path.relative_to(solutions).parts
        if parts[0] in _TRIED_ON or path.suffix == ".ipynb" or not path.is_file():
            continue
        if not any(part.startswith(".") or part == "__pycache__" for part in parts):
            yield f"solutions/{'/'.join(parts)}", path
