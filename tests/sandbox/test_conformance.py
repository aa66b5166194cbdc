"""The conformance suite: a probe works unconfined, is refused in a student process, and gets through without walls."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from grader.model.result import Wall
from grader.model.text import Text
from grader.sandbox import guardian
from grader.sandbox.conformance import PROBES, Examination, Layer, Probe, ProbeResult, State, examine
from grader.sandbox.conformance import examination as examination_module
from grader.sandbox.conformance.confined import run_confined
from grader.sandbox.conformance.decoys import Decoys
from grader.sandbox.conformance.results import Answer, layers_of
from grader.sandbox.conformance.unconfined import run_unconfined
from grader.sandbox.walls import NAMESPACES, REQUIRED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.sandbox.zygote import Zygote

# What the guardian runs instead where walls are to be missing; the others are needed to speak with the judge at all.
WITHOUT_WALLS = """
import sys
from grader.worker import guardian
descriptor = int(sys.argv[1])
guardian.guard(descriptor_of_the_zygote=descriptor)
from grader.worker import confine, zygote
kept = ("own_process", "closed_descriptors", "own_folder", "leftovers_killed")
confine.WALLS = tuple(wall for wall in confine.WALLS if wall.__name__ in kept)
zygote.run(descriptor)
"""
TAKEN_DOWN = ("capabilities", "filesystem", "system_calls", "network", "namespaces")
TITLES = [probe.title for probe in PROBES]


def by_id(examination: Examination) -> dict[str, ProbeResult]:
    """The results by the probes' ids."""
    return {result.probe.id: result for layer in examination.layers for result in layer.results}


@pytest.fixture(scope="session")
def examined(search_path: str) -> tuple[Examination, list[Decoys]]:
    """This machine, with the outer wall and without, and the decoys that were put up for it."""
    put_up: list[Decoys] = []

    def put_one_up() -> Decoys:
        put_up.append(Decoys())
        return put_up[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", search_path)
        patch.setattr(examination_module, "Decoys", put_one_up)
        return examine(), put_up


@pytest.fixture(scope="session")
def examination(examined: tuple[Examination, list[Decoys]]) -> Examination:
    """What was found out about this machine."""
    return examined[0]


@pytest.fixture(scope="session")
def taken_down(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ProbeResult]:
    """The probes of the walls that can be taken down, in student processes that have none of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(tmp_path_factory.mktemp("no-programs")))
        patch.setattr(guardian, "_ENTRY", ("-c", WITHOUT_WALLS))
        return by_id(examine(probes=[probe for probe in PROBES if probe.wall in TAKEN_DOWN]))


@pytest.fixture
def decoys() -> Iterator[Decoys]:
    """Something to attack."""
    with Decoys() as standing:
        yield standing


# -- this machine -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
def test_a_probe_works_unconfined_and_is_refused_inside(examination: Examination, mode: str, probe: Probe) -> None:
    """What no process can do on this machine shows nothing; everything else is refused in a student process."""
    result = by_id(examination)[probe.id]
    if probe.wall == NAMESPACES and mode == "inner":
        assert result.inside.reached, "only the outer wall holds this, and it is not there"
        return
    assert not result.inside.reached, result.inside.said
    if result.state is State.NOTHING:
        pytest.skip(f"cannot be done on this machine, confined or not: {result.control.said}")
    assert result.state is State.HOLDS, result.inside.said


@pytest.mark.parametrize("probe", [probe for probe in PROBES if probe.wall in TAKEN_DOWN], ids=lambda probe: probe.id)
def test_without_its_wall_a_probe_gets_through(taken_down: dict[str, ProbeResult], probe: Probe) -> None:
    """So it is the wall that refuses it, and not a mistake in the probe."""
    result = taken_down[probe.id]
    if not result.control.reached:
        pytest.skip(f"cannot be done on this machine, confined or not: {result.control.said}")
    assert result.inside.reached, result.inside.said


def test_every_layer_is_told_in_order(examination: Examination, mode: str) -> None:
    """All required ones hold; the outer one is there or says why it is not."""
    states = {layer.wall.id: layer.state for layer in examination.layers}

    assert list(states) == [*REQUIRED, NAMESPACES]
    assert {states[name] for name in REQUIRED} == {State.HOLDS}
    assert states[NAMESPACES] is (State.HOLDS if mode == "namespaces" else State.ABSENT)
    assert examination.failing == ()
    assert examination.environment["torch"]


def test_every_result_is_told_as_it_comes(zygote: Zygote) -> None:
    """Whoever waits sees how far it is."""
    heard: list[str] = []

    examine(lambda: nullcontext(zygote), probes=PROBES[:3], tell=lambda result: heard.append(result.probe.id))

    assert heard == [probe.id for probe in PROBES[:3]]


def test_nothing_is_left_of_an_examination(examined: tuple[Examination, list[Decoys]]) -> None:
    """No decoy, in no place that everybody shares."""
    _, put_up = examined

    assert len(put_up) == 2
    for decoys in put_up:
        shared = [Path(folder, decoys._name) for folder in ("/tmp", "/dev/shm", "/dev/mqueue")]
        assert [place for place in (decoys._folder, *shared) if place.exists()] == []


# -- the list of probes -----------------------------------------------------------------------------------------------


def test_every_wall_has_several_probes() -> None:
    """One attempt shows little."""
    count = {wall: sum(probe.wall == wall for probe in PROBES) for wall in (*REQUIRED, NAMESPACES)}

    assert min(count.values()) >= 2, count
    assert sum(count.values()) == len(PROBES) >= 100


def test_every_probe_has_a_title_of_its_own_in_both_languages() -> None:
    """From the two paragraphs of its docstring."""
    for titles in ([title.en for title in TITLES], [title.zh for title in TITLES]):
        assert all(titles)
        assert len(set(titles)) == len(PROBES)
    assert not [title for title in TITLES if title.en.isascii() is False or title.zh.isascii()]


# -- what results mean -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ({"control": True, "inside": False}, State.HOLDS),
        ({"control": False, "inside": False}, State.NOTHING),
        ({"control": False, "inside": False, "clear": False}, State.NOTHING),
        ({"control": True, "inside": True}, State.BROKEN),
        ({"control": False, "inside": True}, State.BROKEN),
        ({"control": True, "inside": False, "clear": False}, State.BROKEN),
    ],
)
def test_a_wall_holds_only_against_what_could_be_done(result: dict[str, bool], state: State) -> None:
    """A run that shows nothing is no proof."""
    assert _result(**result).state is state


@pytest.mark.parametrize(
    ("stood", "results", "state"),
    [
        (True, [(True, False)], State.HOLDS),
        (True, [(True, False), (False, False)], State.HOLDS),
        (True, [(False, False)], State.NOTHING),
        (True, [], State.NOTHING),
        (True, [(True, False), (True, True)], State.BROKEN),
        (False, [(True, False)], State.ABSENT),
    ],
)
def test_a_layer_is_as_good_as_its_worst_probe(*, stood: bool, results: list[tuple[bool, bool]], state: State) -> None:
    """And none that says itself that it does not stand holds, whatever else refuses the attempts."""
    made = tuple(_result(control=control, inside=inside) for control, inside in results)

    layer = Layer(wall=Wall(id="network", stood=stood), results=made)

    assert layer.state is state
    assert [hole.inside.reached for hole in layer.holes] == [True] * sum(inside for _, inside in results)


@pytest.mark.parametrize(
    ("absent", "failing"),
    [
        ((), ()),
        ((NAMESPACES,), ()),
        (("filesystem",), ()),
        (("filesystem", NAMESPACES), ("filesystem",)),
        (("network", "limits"), ("limits", "network")),
    ],
)
def test_a_machine_fails_without_a_required_wall(absent: tuple[str, ...], failing: tuple[str, ...]) -> None:
    """The same rule by which grading stops."""
    walls = [Wall(id=name, stood=name not in absent) for name in (*REQUIRED, NAMESPACES)]

    examination = Examination(layers=layers_of(walls, ()), environment={})

    assert tuple(layer.wall.id for layer in examination.failing) == failing


def test_a_wall_that_is_broken_fails_the_machine_although_it_stands() -> None:
    """What it says of itself is not what counts."""
    walls = [Wall(id=name, stood=True) for name in (*REQUIRED, NAMESPACES)]

    examination = Examination(layers=layers_of(walls, [_result(control=True, inside=True)]), environment={})

    assert [layer.wall.id for layer in examination.failing] == ["network"]


def test_a_wall_that_nobody_reported_is_not_there() -> None:
    """A worker that says less than it should is not believed."""
    (first, *_) = layers_of([], [])

    assert (first.wall.id, first.state, first.wall.detail) == ("own_process", State.ABSENT, "it was not put up")


# -- what is seen from outside ----------------------------------------------------------------------------------------


def _write(decoys: Decoys) -> None:
    Path(decoys.given()["secret"]).write_text("written", encoding="utf-8")


def _change_mode(decoys: Decoys) -> None:
    Path(decoys.given()["secret"]).chmod(0o644)


def _remove(decoys: Decoys) -> None:
    Path(decoys.given()["spare"]).unlink()


def _make(decoys: Decoys) -> None:
    Path(decoys.given()["folder"], "made").mkdir()


def _leave_in_shared_memory(decoys: Decoys) -> None:
    Path("/dev/shm", decoys.given()["name"]).touch()


def _call(decoys: Decoys) -> None:
    with socket.create_connection(("127.0.0.1", decoys.given()["ports"]["tcp"]), timeout=5):
        pass


def _send(decoys: Decoys) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"sent", decoys.given()["sockets"]["datagram"])


def _kill(decoys: Decoys) -> None:
    os.kill(decoys.given()["victim"], 15)
    assert decoys._victim is not None
    decoys._victim.wait(10)


def _slow_down(decoys: Decoys) -> None:
    os.setpriority(os.PRIO_PROCESS, decoys.given()["victim"], 19)


@pytest.mark.parametrize(
    ("touch", "seen"),
    [
        (_write, "secret has other contents"),
        (_change_mode, "secret has another mode"),
        (_remove, "spare is gone"),
        (_make, "made was made"),
        (_leave_in_shared_memory, "was made"),
        (_call, "somebody came to tcp"),
        (_send, "somebody came to datagram"),
        (_kill, "the process was ended by signal SIGTERM"),
        (_slow_down, "the process was changed"),
    ],
)
def test_what_was_done_to_a_decoy_is_seen_once_and_put_right(
    decoys: Decoys, touch: Callable[[Decoys], None], seen: str
) -> None:
    """The next probe finds them as new."""
    assert decoys.touched() == ""

    touch(decoys)

    assert seen in decoys.touched()
    assert decoys.touched() == ""
    given = decoys.given()
    assert Path(given["secret"]).read_text(encoding="ascii") == Path(given["spare"]).read_text(encoding="ascii")
    assert stat.S_IMODE(Path(given["secret"]).stat().st_mode) == 0o600
    os.kill(given["victim"], 0)


def test_decoys_leave_nothing_behind() -> None:
    """Neither folder nor process."""
    with Decoys() as standing:
        given = standing.given()

    assert not Path(given["folder"]).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(given["victim"], 0)


# -- how a run is judged ----------------------------------------------------------------------------------------------


def test_a_program_that_denies_what_it_did_is_not_believed(zygote: Zygote, decoys: Decoys) -> None:
    """What happened to the decoys counts."""
    _write(decoys)  # which is what the program would have done

    answer = run_confined(_program("answer = 'refused: not at all'"), decoys, zygote)

    assert answer.reached
    assert "seen from outside: secret has" in answer.said


@pytest.mark.parametrize(
    ("source", "clear", "said"),
    [
        ("answer = 'refused: EPERM'", True, "refused: EPERM"),
        ("answer = 'failed: NameError'", False, "failed: NameError"),
        ("1 / 0", False, "failed: ZeroDivisionError: division by zero"),
        ("import os; os._exit(3)", False, "failed: signal None, exit code 3"),
        ("while True: pass", True, "refused: ended by SIGXCPU"),
        ("import os; os.abort()", False, "failed: signal 6, exit code None"),
    ],
    ids=["refused", "failed", "raised", "exited", "over a limit", "crashed"],
)
def test_a_run_that_shows_nothing_is_not_clear(
    zygote: Zygote, decoys: Decoys, source: str, *, clear: bool, said: str
) -> None:
    """Only an answer, or an end that a wall has made, says that something was refused."""
    answer = run_confined(_program(source), decoys, zygote)

    assert (answer.reached, answer.clear, answer.said) == (False, clear, said)


def test_what_is_left_behind_counts_only_if_it_is_still_there(zygote: Zygote, decoys: Decoys) -> None:
    """A folder that is gone afterwards was no success."""
    source = "import os; os.mkdir('made'); answer = 'reached: left folder ' + os.path.realpath('made')"

    inside = run_confined(_program(source), decoys, zygote)
    control = run_unconfined(_program(source), decoys)

    assert (inside.reached, control.reached) == (False, True)
    assert inside.said.startswith("refused: gone afterwards")


def test_a_control_that_never_answers_is_ended(decoys: Decoys, monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows nothing, and keeps nobody waiting."""
    monkeypatch.setattr("grader.sandbox.conformance.unconfined._SECONDS", 0.2)

    answer = run_unconfined(_program("import time; time.sleep(60)"), decoys)

    assert (answer.reached, answer.said) == (False, "failed: no answer within 0 s")


def _program(source: str) -> Any:
    """A probe with a program of its own."""
    return SimpleNamespace(program=lambda _given: source)


def _result(*, control: bool, inside: bool, clear: bool = True) -> ProbeResult:
    probe = Probe(id="network.x", wall="network", title=Text(en="x", zh="x"), file="network", function="x")
    return ProbeResult(
        probe=probe,
        control=Answer(reached=control, clear=True, said=""),
        inside=Answer(reached=inside, clear=clear, said=""),
    )
