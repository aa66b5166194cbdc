"""An enemy on the far side: whatever it sends, the judge ends in a fault and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from grader.wire import allowance, frames
from grader.wire.evidence import LoadReport, RemoteError, RemoteFrame
from grader.wire.faults import ChannelClosed, ProtocolBroken, RemoteRaised

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.wire.channel import Channel
    from grader.wire.peer import Peer

    Enemy = tuple[Peer, Channel, Callable[[Callable[[], None]], None]]

FOUR = b"\0" * 4


def _nested(depth: int) -> frames.Value:
    value: frames.Value = 1
    for _ in range(depth):
        value = frames.TupleValue([value])
    return value


def _update(**changes: Any) -> frames.TensorUpdate:
    return frames.TensorUpdate(**{"id": -1, "dtype": "float32", "shape": [1], "data": FOUR, **changes})


@pytest.mark.parametrize(
    "value",
    [
        frames.KnownTensor(99), frames.KnownTensor(-1), frames.KnownTensor(0), frames.OwnHandle(1),
        frames.OwnHandle(-1), frames.Handle(0, "x"), frames.Handle(-5, "x"),
        frames.TensorValue(0, "float32", [1], FOUR), frames.TensorValue(-1, "float32", [1], FOUR),
        frames.TensorValue(1, "object", [1], FOUR), frames.TensorValue(1, "float32", [2], FOUR),
        frames.TensorValue(1, "float32", [-1], FOUR), frames.TensorValue(1, "float32", [2**62, 4], FOUR),
        frames.TensorValue(1, "float32", [0, 2**62, 2**62], b""), frames.TensorValue(1, "float32", [1] * 33, FOUR),
        frames.TensorValue(1, "int32", [1], FOUR, requires_grad=True),
        frames.TensorValue(1, "float32", [1], FOUR, leaf=False),
        frames.TensorValue(1, "float32", [1], FOUR, requires_grad=True, leaf=False, parameter=True),
        frames.TensorValue(1, "float32", [1], FOUR, requires_grad=True, leaf=False, sources=[3]),
        frames.TensorValue(1, "float32", [1], FOUR, requires_grad=True, leaf=False, sources=[1]),
        frames.TensorValue(1, "float32", [1], FOUR, grad=b"\0" * 8),
        frames.ListValue([frames.TensorValue(1, "float32", [1], FOUR)] * 2),
        frames.ArrayValue("|O8", [1], b"\0" * 8, id=1), frames.ArrayValue("<f4", [2], FOUR, id=1),
        frames.ArrayValue("<f4", [1], FOUR, id=0), frames.ArrayValue("<f4", [1], FOUR, scalar=True),
        frames.ArrayValue("<U1", [1], b"\xff\xff\xff\x7f", id=1), frames.ArrayValue("<U0", [2**40], b"", id=1),
        frames.ArrayValue("<M8[ns]", [], b"\0" * 8, scalar=True), frames.ArrayValue("V4", [1], FOUR, id=1),
        frames.SizeValue([-1]), frames.SizeValue([2**63 - 1]), frames.DtypeValue("torch", "nn"),
        frames.DtypeValue("numpy", "O"), frames.DtypeValue("os", "float32"), frames.DeviceValue("cpu; rm"),
        frames.BigInt("0xzz"), frames.BigInt("f" * 100_000), frames.SetValue([frames.ListValue([])], frozen=False),
        frames.DictValue([(frames.ListValue([]), 1)]), frames.SetValue([1] * 6000, frozen=True), _nested(70),
        _nested(400),
    ],
    ids=lambda value: repr(value)[:60],
)  # fmt: skip
def test_a_value_that_fits_its_type_but_means_nothing_breaks_the_protocol(enemy: Enemy, value: frames.Value) -> None:
    """Unknown numbers, shapes without their bytes, dtypes and devices that are none, endless nesting."""
    judge, channel, attack = enemy
    attack(lambda: channel.send(frames.Reply(channel.receive(seconds=5).id, value)))

    with pytest.raises(ProtocolBroken):
        judge.get("x")
    assert isinstance(judge.fault, ProtocolBroken)
    with pytest.raises(ProtocolBroken):
        judge.get("x")


@pytest.mark.parametrize(
    "frame",
    [
        frames.Reply(77, 1), frames.Absent(77), frames.AtStatement(0, 0), frames.Loaded(1, LoadReport(cells=())),
        frames.Raised(77, RemoteError(type_name="x", message="")),
        frames.Raised(1, RemoteError(type_name="x", message=""), stop=True),
        frames.Reply(1, 1, released=[5]), frames.Reply(1, 1, released=[-1]), frames.Reply(1, 1, updates=[_update()]),
        frames.Get(1, "x", target=3), frames.Call(1, 3, []), frames.Next(1, 3), frames.Backward(1, [1], [FOUR]),
        frames.Backward(1, [], []), frames.Call(1, 3, [], released=[9]),
    ],
    ids=lambda frame: repr(frame)[:60],
)  # fmt: skip
def test_a_frame_at_the_wrong_time_breaks_the_protocol(enemy: Enemy, frame: Any) -> None:
    """Answers to nothing, callbacks to nothing, changes of nothing."""
    judge, channel, attack = enemy

    def act() -> None:
        channel.receive(seconds=5)
        channel.send(frame)

    attack(act)

    with pytest.raises(ProtocolBroken):
        judge.get("x")


@pytest.mark.parametrize("frame", [frames.Absent(1), frames.Reply(1, 1), frames.Get(1, "x"), frames.Call(1, 1, [])])
def test_loading_takes_no_other_answer(enemy: Enemy, load_request: frames.Load, frame: Any) -> None:
    """While loading, only progress and the report may come."""
    judge, channel, attack = enemy

    def act() -> None:
        channel.receive(seconds=5)
        channel.send(frame)

    attack(act)

    with pytest.raises(ProtocolBroken):
        judge.load(load_request, seconds=5, on_statement=lambda _cell, _statement: None)


def test_nothing_can_be_missing_that_was_not_asked_for(enemy: Enemy) -> None:
    """Absent answers a name only."""
    judge, channel, attack = enemy
    attack(lambda: channel.send(frames.Absent(channel.receive(seconds=5).id)))

    with pytest.raises(ProtocolBroken):
        judge.begin_case(1)


@pytest.mark.parametrize(
    "update",
    [
        _update(data=b"\0" * 8), _update(dtype="int8"), _update(data=None, shape=[2]), _update(grad=b""),
        _update(data=None, dtype="int64"), _update(dtype="int32", requires_grad=True), _update(dtype="object"),
        _update(graph=frames.TensorValue(1, "float32", [1], FOUR, leaf=False)),
    ],
    ids=repr,
)  # fmt: skip
def test_a_change_that_does_not_fit_breaks_the_protocol(enemy: Enemy, update: frames.TensorUpdate) -> None:
    """An update of an argument is checked like a new tensor."""
    judge, channel, attack = enemy

    def act() -> None:
        channel.send(frames.Reply(channel.receive(seconds=5).id, frames.Handle(1, "function", callable=True)))
        channel.send(frames.Reply(channel.receive(seconds=5).id, None, updates=[update]))

    attack(act)
    function = judge.get("f")

    with pytest.raises(ProtocolBroken):
        function(torch.zeros(1, requires_grad=True))


@pytest.mark.parametrize(
    "answer",
    [
        None, 1, frames.ListValue([]), frames.ListValue([frames.BytesValue(b"123")]), frames.ListValue([1]),
        frames.ListValue([frames.BytesValue(FOUR)] * 2),
    ],
)  # fmt: skip
def test_a_gradient_that_does_not_fit_breaks_the_protocol(enemy: Enemy, answer: frames.Value) -> None:
    """One gradient per source, each with the source's bytes."""
    judge, channel, attack = enemy
    result = frames.TensorValue(2, "float32", [1], FOUR, requires_grad=True, leaf=False, sources=[-1])

    def act() -> None:
        channel.send(frames.Reply(channel.receive(seconds=5).id, frames.Handle(1, "function", callable=True)))
        channel.send(frames.Reply(channel.receive(seconds=5).id, result))
        channel.send(frames.Reply(channel.receive(seconds=5).id, answer))

    attack(act)
    loss = judge.get("f")(torch.zeros(1, requires_grad=True))

    with pytest.raises(ProtocolBroken):
        loss.backward()


def test_an_exception_is_cut_to_size(enemy: Enemy) -> None:
    """However much the far side writes, the judge keeps little of it."""
    judge, channel, attack = enemy
    error = RemoteError(
        type_name="E" * 100_000,
        message="m" * 100_000,
        bases=("SystemExit", "os.system", "__import__", "ExceptionGroup", "ValueError"),
        frames=(RemoteFrame(cell=0, line=1, function="f" * 5_000, source="s" * 5_000),) * 50,
        printed="p" * 100_000,
    )
    attack(lambda: channel.send(frames.Raised(channel.receive(seconds=5).id, error)))

    with pytest.raises(ValueError, match=r"^m+$") as caught:
        judge.get("x")

    assert isinstance(caught.value, RemoteRaised)
    kept = caught.value.error
    assert (len(kept.type_name), len(kept.message), len(kept.frames)) == (200, 2000, 20)
    assert len(kept.frames[0].source) == 300
    assert len(judge.printed) == 64 * 1024


def test_callbacks_of_one_request_are_counted(open_far: Callable[[str], Peer], monkeypatch: pytest.MonkeyPatch) -> None:
    """So many and no more, however fast they are."""
    judge = open_far("def often(f, n):\n    for _ in range(n): f()\n    return n")
    monkeypatch.setattr(allowance, "MAX_CALLBACKS", 20)

    assert judge.get("often")(lambda: None, 20) == 20
    with pytest.raises(ProtocolBroken, match="20 callbacks"):
        judge.get("often")(lambda: None, 21)


def test_what_is_shared_at_one_time_is_bounded(open_far: Callable[[str], Peer]) -> None:
    """A far side cannot fill the judge's memory frame by frame."""
    judge = open_far("import torch\ndef big(): return torch.zeros(100_000)")
    big = judge.get("big")

    for _ in range(20):
        big()
    with pytest.raises(ProtocolBroken, match="bytes are shared"):
        _ = [big() for _ in range(20)]


def test_an_answer_to_nobody_ends_the_student_process(enemy: Enemy) -> None:
    """The serving side is strict as well: it takes requests only."""
    judge, channel, attack = enemy
    attack(lambda: channel.send(frames.Reply(1, 1)))

    with pytest.raises(ProtocolBroken, match="nobody asked"):
        judge.serve(lambda _request, _on_statement: pytest.fail("nothing was to load"))


def test_a_far_side_that_is_gone_ends_every_request(enemy: Enemy) -> None:
    """Closed stays closed."""
    judge, channel, attack = enemy
    attack(channel.close)

    for _ in range(2):
        with pytest.raises(ChannelClosed):
            judge.get("x")
