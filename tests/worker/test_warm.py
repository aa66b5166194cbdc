"""Tests of what is loaded before forking; that nothing big is left to be loaded is tested with a real zygote."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from grader.worker import warm

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "source",
    ["raise ValueError('numpy.dtype size changed')", "import no_such_package", "def broken(:"],
    ids=["raises", "lacks a package", "does not compile"],
)
def test_an_optional_package_that_is_broken_is_left_to_those_who_import_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Nobody can be graded by a zygote that ends over a package which no exercise may need."""
    (tmp_path / "broken_package.py").write_text(source, encoding="utf-8")
    (tmp_path / "whole_package.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(warm, "OPTIONAL_MODULES", ("broken_package", "not_installed", "whole_package"))

    warm.import_libraries()

    assert "whole_package" in sys.modules
    assert "broken_package" not in sys.modules
    del sys.modules["whole_package"]


def test_a_package_that_every_student_process_needs_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its absence is the machine's fault, and said at once."""
    monkeypatch.setattr(warm, "MODULES", ("not_installed",))

    with pytest.raises(ModuleNotFoundError, match="not_installed"):
        warm.import_libraries()
