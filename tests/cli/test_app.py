"""The command itself: help, version, and how errors become messages and exit codes."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from grader.cli import app, main
from grader.errors import CourseError, GraderError, MachineError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """As ``grader, version 0.1.0``."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("grader, version ")


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    """Those of the command that grades."""
    assert main(["grade", "--help"]) == 0
    out = capsys.readouterr().out
    for option in ("--out", "--jobs", "--lang", "--course", "--json", "--junit", "--fail-under"):
        assert option in out


@pytest.mark.parametrize(
    "arguments",
    [["grade"], ["grade", "a"], ["nothing"], ["grade", "a", "b", "--jobs", "0"], ["grade", "a", "b", "--lang", "fr"]],
)
def test_a_wrong_command_line_is_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and a hint at the help."""
    assert main(arguments) == 2
    assert "Usage: grader" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("found", place="place", hint="do"), 2),
        (CourseError("found", place="place", hint="do"), 3),
        (MachineError("found", place="place", hint="do"), 4),
    ],
)
def test_an_error_is_told_in_three_parts(
    error: GraderError, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Place, finding and hint on standard error; the kind decides the exit code."""

    @click.command()
    def fail() -> None:
        raise error

    monkeypatch.setattr(app, "grader", fail)

    assert main([]) == code
    assert capsys.readouterr() == ("", "grader: place: found\n  hint: do\n")


@pytest.mark.parametrize(("package", "arguments"), [("click", ["--version"]), ("rich", ["grade", "a", "b"])])
def test_an_installation_that_lacks_a_package_says_so(package: str, arguments: list[str]) -> None:
    """At once or on use, with the name of the package and what to do, not with a traceback."""
    script = f"import sys; sys.modules['{package}'] = None; from grader.cli import main; sys.exit(main({arguments}))"

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert ran.returncode == 4
    assert ran.stderr.startswith(f"grader: the installation is incomplete: import of {package}")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_help_has_whole_sentences(
    columns: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a command does is told to its end."""
    monkeypatch.setenv("COLUMNS", columns)

    main(["--help"])

    out = capsys.readouterr().out
    assert "..." not in out.partition("Commands:")[2]
    assert out.rstrip().endswith(".")


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--jobs", "x", "expected a whole number from 1 on, found 'x'"),
        ("--jobs", "0", "expected a whole number from 1 on, found '0'"),
        ("--jobs", "1.5", "expected a whole number from 1 on, found '1.5'"),
        ("--fail-under", "", "expected a number of points, found ''"),
        ("--fail-under", "half", "expected a number of points, found 'half'"),
        ("--fail-under", "nan", "expected a number of points, found 'nan'"),
        ("--out", "", "the name is empty (a shell variable that is not set?)"),
        ("--course", "", "the name is empty (a shell variable that is not set?)"),
        ("--junit", "", "the name is empty (a shell variable that is not set?)"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_expected(
    option: str, value: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In our own words, with the option's name."""
    assert main(["grade", "a", "b", option, value]) == 2
    assert f"Invalid value for '{option}': {told}" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["linear_regression", ""], ["linear_regression", "a", ""], ["", "a"]])
def test_an_empty_name_is_not_the_current_folder(
    arguments: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell variable that is not set grades nothing."""
    monkeypatch.chdir(tmp_path)

    assert main(["grade", *arguments]) == 2
    assert "the name is empty (a shell variable that is not set?)" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_help_loads_nothing_heavy() -> None:
    """What answers at once must not import what grades."""
    script = "import sys; from grader.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    loaded = set(ran.stderr.split())
    assert loaded.isdisjoint({"torch", "numpy", "IPython", "nbconvert", "rich", "jinja2", "babel", "pytest"})


def test_the_coordinator_never_loads_torch() -> None:
    """Grading happens in slots; what schedules them stays light."""
    script = "import sys, grader.cli.grading; print(*sys.modules)"

    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert set(ran.stdout.split()).isdisjoint({"torch", "numpy", "IPython", "pytest"})
