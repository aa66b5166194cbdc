"""Tests of the list of what student code may read."""

from __future__ import annotations

import importlib.util
import os
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.errors import CourseError
from grader.sandbox import view

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The packages of a virtual environment that lies in a course's root, which is ``tmp_path``."""
    folder = tmp_path / ".venv" / "lib" / "site-packages"
    folder.mkdir(parents=True)
    own = sysconfig.get_paths() | {"purelib": str(folder), "platlib": str(folder)}
    monkeypatch.setattr(sysconfig, "get_paths", lambda **_: own)
    _forget()
    yield folder
    _forget()


def _forget() -> None:
    view.readable_paths.cache_clear()
    view.named_paths.cache_clear()


def test_the_paths_are_real_and_none_lies_in_another() -> None:
    """Both walls take them as they are."""
    paths = view.readable_paths()

    assert [path for path in paths if path != path.resolve() or not path.exists()] == []
    assert [path for path in paths if not set(paths).isdisjoint(path.parents)] == []


@pytest.mark.parametrize(
    "module", ["json", "_ctypes", "torch", "numpy", "matplotlib", "IPython", "msgspec", "grader.wire", "grader.worker"]
)
def test_what_student_code_imports_can_be_read(module: str) -> None:
    """Standard library, its extension modules, packages, and the worker's side of grader."""
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None

    assert view.in_sight(Path(spec.origin)) is not None


@pytest.mark.parametrize("name", ["/lib", "/usr/share/zoneinfo/Asia/Shanghai", "/usr/share/fonts", "/etc/ld.so.cache"])
def test_what_libraries_look_for_can_be_read_where_it_exists(name: str) -> None:
    """Shared libraries, time zones and fonts, also by a name that is a link."""
    assert view.in_sight(Path(name)) is not None or not Path(name).exists()


@pytest.mark.parametrize(
    "place",
    ["/", "/etc", "/etc/passwd", "/home", "/usr", "/usr/bin", "/usr/share", "/proc", "/tmp", "/dev/shm"],
)
def test_the_machine_is_out_of_sight(place: str) -> None:
    """Neither who has an account, nor what else is installed, nor what others keep in shared places."""
    assert view.in_sight(Path(place)) is None


def test_home_and_checkout_are_out_of_sight() -> None:
    """An editable install brings three parts of grader with it, and nothing beside them."""
    secrets = ["", "solutions", "assignments", "tests", "grader", "grader/judge", "grader/suite", "grader/feedback"]
    places = [CHECKOUT / name for name in secrets if not _is_installed(CHECKOUT / name)]

    assert [place for place in (Path.home(), *places) if view.in_sight(place) is not None] == []


def test_of_an_environment_within_a_course_only_the_packages_can_be_read(tmp_path: Path, packages: Path) -> None:
    """Not the course around it."""
    assert view.in_sight(packages / "torch") == packages.resolve()
    for name in (".", ".venv", ".venv/lib", "solutions", "assignments"):
        assert view.in_sight(tmp_path / name) is None, name


def test_a_course_among_the_packages_is_refused_with_its_place(packages: Path) -> None:
    """Whoever reads the message knows what to move."""
    course = packages / "course" / "solutions"
    course.mkdir(parents=True)

    with pytest.raises(CourseError) as failure:
        view.expect_out_of_sight([packages.parent, course], CourseError)
    assert failure.value.place == str(course)
    assert failure.value.finding == f"student code could read it: all of {packages} is readable for its libraries"
    assert failure.value.hint == "move it, for instance to a folder in your home"


def test_a_link_into_the_packages_is_followed(packages: Path, tmp_path: Path) -> None:
    """A course that looks as if it were elsewhere is refused, too."""
    (packages / "course").mkdir()
    (tmp_path / "course").symlink_to(packages / "course")

    with pytest.raises(CourseError, match="student code could read it"):
        view.expect_out_of_sight([tmp_path / "course"], CourseError)


def test_a_package_that_was_installed_elsewhere_is_listed_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an editable install of torch is; what lies beside it stays out of sight."""
    source = tmp_path / "checkout" / "odd_one"
    source.mkdir(parents=True)
    (source / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(source.parent))
    monkeypatch.setattr(view, "_LIBRARIES", ("odd_one", "not_installed_at_all"))
    _forget()
    try:
        assert view.in_sight(source / "data.bin") == source.resolve()
        assert view.in_sight(source.parent / "secret.txt") is None
    finally:
        _forget()


def _is_installed(place: Path) -> bool:
    """Whether the tests run on an installed copy, all of which is among the packages."""
    return any(os.path.commonpath([place, path]) == path for path in sysconfig.get_paths().values())
