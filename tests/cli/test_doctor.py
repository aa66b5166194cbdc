"""``grader doctor``: what it says about good and bad machines, in both languages, to people and to programs."""

from __future__ import annotations

import functools
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from grader.cli import examining, main
from grader.model.result import Wall
from grader.model.text import Language
from grader.sandbox.conformance import PROBES, Examination, ProbeResult, examine
from grader.sandbox.conformance.results import Answer, layers_of
from grader.sandbox.walls import NAMESPACES, REQUIRED
from grader.sandbox.zygote import SandboxFailed

if TYPE_CHECKING:
    from collections.abc import Callable

    Doctor = Callable[..., tuple[int, str, str]]

NO_LANDLOCK = "this kernel has no Landlock (it came with Linux 5.13)"
NAMES = {
    Language.EN: ("Process", "Files", "System calls", "Network", "Namespaces"),
    Language.ZH: ("独立进程", "文件", "系统调用", "网络", "命名空间"),
}


TELLING = (
    "leftovers_killed.leave_a_process_behind",
    "filesystem.read_a_file",
    "system_calls.signal_another_process",
    "network.connect_by_tcp",
)
"""Probes that stand for all of them, which the sandbox's own tests run."""
SHORT_RUN = """
import functools, sys
from grader.cli import examining, main
from grader.sandbox.conformance import PROBES, examine
few = [probe for probe in PROBES if probe.id in sys.argv[1:]]
examining.examine = functools.partial(examine, probes=few)
sys.exit(main(["doctor", "--json"]))
"""


def examination(*, absent: dict[str, str] | None = None, reached: str = "") -> Examination:
    """A machine on which everything holds but the walls in ``absent`` and the probe ``reached``."""
    absent = absent or {}
    walls = [Wall(id=name, stood=name not in absent, detail=absent.get(name, "")) for name in (*REQUIRED, NAMESPACES)]
    results = [
        ProbeResult(
            probe=probe,
            control=Answer(reached=True, clear=True, said="reached: a lot"),
            inside=Answer(
                reached=probe.id == reached, clear=True, said="reached: \x1b[31mit" if reached else "refused: no"
            ),
        )
        for probe in PROBES
    ]
    return Examination(layers=layers_of(walls, results), environment={"python": "3.11.7", "torch": "2.13.0"})


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Runs ``grader doctor …`` on a machine as described, in a terminal of 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str, machine: Examination | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr(examining, "examine", lambda **_options: machine or examination())
        code = main(["doctor", *arguments])
        return code, *capsys.readouterr()

    return call


@pytest.mark.parametrize(
    ("language", "told"),
    [(Language.EN, "Every required wall holds"), (Language.ZH, "必需的防护全部有效，可以在此评分")],
)
def test_where_all_is_well_there_is_a_line_per_wall(doctor: Doctor, language: Language, told: str) -> None:
    """Each begins with its name and says that it holds; nothing is wider than the terminal."""
    code, out, err = doctor("--lang", language.value)

    lines = out.splitlines()
    holds = {Language.EN: "✓ holds", Language.ZH: "✓ 有效"}[language]
    assert (code, len(err.splitlines())) == (0, 1)
    assert sum(holds in line for line in lines) == len(REQUIRED) + 1
    for name in NAMES[language]:
        assert len([line for line in lines if line.startswith(f" {name} ")]) == 1
    assert told in out
    assert max(map(cell_len, lines)) <= 80
    assert len(lines) <= 20


@pytest.mark.parametrize("language", Language)
def test_a_missing_wall_is_explained(doctor: Doctor, language: Language) -> None:
    """Why, what to do, and that nobody should be graded; exit code 4."""
    code, out, _ = doctor(
        "--lang", language.value, machine=examination(absent={"filesystem": NO_LANDLOCK, NAMESPACES: ""})
    )

    told = {
        Language.EN: ("✗ not there", "What to do: Linux 5.13", "does not hold (Files)", "– not there"),
        Language.ZH: ("✗ 未启用", "处理方法：使用 5.13", "必需的防护没有全部有效（文件）", "– 未启用"),
    }[language]
    assert code == 4
    for words in (*told, NO_LANDLOCK):
        assert words in out
    assert max(map(cell_len, out.splitlines())) <= 80


@pytest.mark.parametrize("absent", [{NAMESPACES: "bubblewrap is not installed"}, {"filesystem": NO_LANDLOCK}])
def test_what_is_not_required_does_not_stop_anybody(doctor: Doctor, absent: dict[str, str]) -> None:
    """The outer wall is optional, and stands in for Landlock."""
    code, out, _ = doctor(machine=examination(absent=absent))

    assert code == 0
    assert next(iter(absent.values())) in out
    assert "Every required wall holds" in out


@pytest.mark.parametrize(
    ("language", "told"),
    [(Language.EN, "Got through: Connect by TCP (reached:"), (Language.ZH, "突破：建立 TCP 连接（reached:")],
)
def test_a_wall_that_stands_and_does_not_hold_is_named_with_the_attempt(
    doctor: Doctor, language: Language, told: str
) -> None:
    """What the far side says reaches the terminal as plain characters."""
    code, out, _ = doctor("--lang", language.value, machine=examination(reached="network.connect_by_tcp"))

    assert code == 4
    assert told in out
    assert "\x1b" not in out


@pytest.mark.parametrize(("locale", "word"), [("zh_CN.UTF-8", "是否有效"), ("de_DE.UTF-8", "Holds?"), ("", "Holds?")])
def test_the_language_is_that_of_the_shell(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, locale: str, word: str
) -> None:
    """English where it is neither of the two."""
    monkeypatch.setenv("LANG", locale)

    assert word in doctor()[1]


@pytest.mark.parametrize("language", Language)
def test_verbose_lists_every_attempt(doctor: Doctor, language: Language) -> None:
    """With what it came to, inside and unconfined."""
    _, out, _ = doctor("--verbose", "--lang", language.value)

    titles = [probe.title.pick(language) for probe in PROBES]
    whole = re.sub(r"\s+", "", out)
    assert [title for title in titles if re.sub(r"\s+", "", title) not in whole] == []
    assert out.count("reached: a lot") == len(PROBES)


def test_json_holds_everything_in_both_languages(doctor: Doctor) -> None:
    """For programs: whether the machine is ready, and every single attempt."""
    code, out, err = doctor("--json", machine=examination(absent={"network": "no seccomp"}))

    told: dict[str, Any] = json.loads(out)
    walls = {wall["id"]: wall for wall in told["walls"]}
    assert (code, err) == (4, "")
    assert (told["schema"], told["ready"], told["exit_code"]) == ("grader/doctor/v1", False, 4)
    assert list(walls) == [*REQUIRED, NAMESPACES]
    assert told["machine"]["versions"] == {"python": "3.11.7", "torch": "2.13.0"}
    assert (walls["network"]["state"], walls["network"]["detail"]) == ("absent", "no seccomp")
    assert walls["network"]["remedy"].keys() == {"en", "zh"}
    assert walls["filesystem"]["remedy"] is None
    assert [wall["required"] for wall in walls.values()] == [True] * len(REQUIRED) + [False]
    assert sum(len(wall["attempts"]) for wall in walls.values()) == len(PROBES)
    assert walls["limits"]["attempts"][0] == {
        "id": "limits.take_memory",
        "title": {"en": "Take more memory than is given", "zh": "占用超过上限的内存"},
        "state": "holds",
        "unconfined": "reached: a lot",
        "inside": "refused: no",
    }


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SandboxFailed("this is darwin", hint="use Linux"), "grader: this is darwin\n  hint: use Linux\n"),
        (OSError("no room"), "grader: the walls could not be tried: no room\n"),
    ],
)
def test_a_machine_on_which_nothing_can_be_tried_is_told_as_such(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, told: str
) -> None:
    """Exit code 4 and what to do, no traceback."""

    def fail(**_options: object) -> Examination:
        raise error

    monkeypatch.setattr(examining, "examine", fail)

    assert main(["doctor", "--json"]) == 4
    assert capsys.readouterr() == ("", told)


@pytest.mark.parametrize(("mark", "kind"), [({"container": "lxc"}, "lxc"), ({}, "")])
def test_a_container_is_named(doctor: Doctor, monkeypatch: pytest.MonkeyPatch, mark: dict[str, str], kind: str) -> None:
    """Most of what can be missing is missing there."""
    monkeypatch.setattr(examining, "_CONTAINER_MARKS", {})
    monkeypatch.delenv("container", raising=False)
    for name, value in mark.items():
        monkeypatch.setenv(name, value)

    assert json.loads(doctor("--json")[1])["machine"]["container"] == kind


def test_it_really_tries(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With a real zygote."""
    few = [probe for probe in PROBES if probe.id in TELLING]
    monkeypatch.setattr(examining, "examine", functools.partial(examine, probes=few))

    main(["doctor", "--json"])

    walls = json.loads(capsys.readouterr().out)["walls"]
    attempts = {attempt["id"]: attempt["state"] for wall in walls for attempt in wall["attempts"]}
    assert attempts == dict.fromkeys(TELLING, "holds")


def test_an_older_kernel_is_found_out() -> None:
    """A real run where the kernel has neither Landlock nor seccomp, and there is no bubblewrap."""
    script = str(Path(__file__).with_name("older_kernel.py"))
    command = [sys.executable, script, "landlock,seccomp", sys.executable, "-c", SHORT_RUN, *TELLING]

    done = subprocess.run(
        command, check=False, capture_output=True, text=True, env=os.environ | {"PATH": "/nowhere"}, timeout=300
    )

    told = json.loads(done.stdout)
    states = {wall["id"]: wall["state"] for wall in told["walls"]}
    attempts = {attempt["id"]: attempt["state"] for wall in told["walls"] for attempt in wall["attempts"]}
    assert tuple(attempts) == TELLING
    assert (done.returncode, done.stderr, told["ready"]) == (4, "", False)
    assert [name for name, state in states.items() if state == "absent"] == [
        "filesystem",
        "system_calls",
        "network",
        "namespaces",
    ]
    assert attempts["filesystem.read_a_file"] == "broken"
    assert attempts["network.connect_by_tcp"] == "broken"
    assert attempts["system_calls.signal_another_process"] == "broken"
    assert attempts["leftovers_killed.leave_a_process_behind"] == "holds"
