"""The single home of keeping the judge's pytest run apart from the user's configuration, and the user's from it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SILENCED_PLUGINS = (
    "cacheprovider",
    "debugging",
    "doctest",
    "faulthandler",
    "junitxml",
    "logging",
    "pastebin",
    "setuponly",
    "setupplan",
    "stepwise",
    "threadexception",
    "unraisableexception",
)
_PROFILE = "grader"


def arguments(suites: Sequence[Path], *, root: Path) -> list[str]:
    """Arguments for pytest for a run that reads no configuration file, writes nothing and prints nothing."""
    options = [
        *("-c", os.devnull),
        f"--rootdir={root}",
        f"--confcutdir={root}",
        "--import-mode=importlib",
        "--strict-markers",
        "--tb=native",
        "--capture=sys",
        *("-W", "ignore"),
    ]
    for plugin in _SILENCED_PLUGINS:
        options += ["-p", f"no:{plugin}"]
    return [*options, *(str(suite) for suite in suites)]


@contextlib.contextmanager
def isolated(folders: Sequence[Path]) -> Iterator[None]:
    """Time in which nothing of the user's reaches pytest, and after which no module of the suite is left."""
    environment = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    _forget_modules_below(folders)
    known_paths = list(sys.path)
    try:
        with warnings.catch_warnings(), repeatable_hypothesis():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.path[:] = known_paths
        _forget_modules_below(folders)
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            del os.environ[name]
        os.environ.update({name: value for name, value in environment.items() if name.startswith("PYTEST_")})


@contextlib.contextmanager
def repeatable_hypothesis() -> Iterator[None]:
    """Hypothesis, where it is installed, with the same examples every time, no deadline and nothing on disk."""
    if importlib.util.find_spec("hypothesis") is None:
        yield
        return
    settings = load_repeatable_profile()
    previous = settings.get_current_profile_name()
    settings.load_profile(_PROFILE)
    try:
        yield
    finally:
        settings.load_profile(previous)


def load_repeatable_profile() -> Any:
    """Register the profile; gives Hypothesis's ``settings``.

    A student process that is slow on its first call must not fail a deadline, and `student` is a function-scoped
    fixture on purpose: its process is told about each case, not about each example.
    """
    from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - not installed everywhere

    settings.register_profile(
        _PROFILE,
        derandomize=True,
        deadline=None,
        database=None,
        print_blob=False,
        report_multiple_bugs=False,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    return settings


def _forget_modules_below(folders: Sequence[Path]) -> None:
    """Drop the suite's modules, so that the next course's ``solutions.x.test_y`` is not taken for this one's."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and any(Path(file).is_relative_to(folder) for folder in folders):
            del sys.modules[name]
