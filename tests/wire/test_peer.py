"""What the two sides ask of each other, through a real socketpair."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from grader.wire.faults import ChannelClosed, ChannelTimeout, FrameTooLarge, RemoteAbsent, RemoteRaised, WireFault
from grader.wire.proxies import MAX_ITEMS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.wire import frames
    from grader.wire.peer import Peer

HAND_IN = """
import torch, sys, random, numpy as np

def squared_loss(y_hat, y): return (y_hat - y) ** 2 / 2
def apply(f, *args, **options): return f(*args, **options)
def same(f): return f is squared_loss
def both(f, g): return f is g
def drawn(): return random.random(), float(np.random.rand()), torch.rand(1).item()
def endless():
    while True:
        yield 1
def batches(n, data):
    for i in range(0, len(data), n):
        yield data[i:i + n]
def total(items):
    result = 0
    for item in items:
        result += item
    return result
def large(): return torch.zeros(10_000_000)
def enlarge(p): p.data = torch.zeros(10_000_000)
def say(text): printed.append(text)
def say_and_raise(text):
    printed.append(text)
    raise ValueError("said")
def spin():
    while True:
        pass
def call_for_ever(f):
    while True:
        f()
def ping(pong, n): return pong(n)
def swallow(f):
    try:
        f()
    except Exception as error:
        return type(error).__name__, str(error), isinstance(error, KeyError)

class Base:
    def __init__(self, size, *rest, scale=1, **options): self.size = size
    def __len__(self): return self.size
    def __getitem__(self, i): return ("item", i)
    def __setitem__(self, i, v): self.size = v
    def __contains__(self, x): return x == 3
    def __iter__(self): return iter(range(self.size))
    def __enter__(self): self.size = 100; return self
    def __exit__(self, *a): self.size = 0
    def grow(self, by=1): self.size += by; return self
    @property
    def broken(self): return self.missing
    @property
    def failing(self): raise ValueError("inside")

thing = Base(4)
net = torch.nn.Linear(3, 1)
"""


@pytest.fixture
def far(open_far: Callable[[str], Peer]) -> Peer:
    """Give a judge's peer whose far side has the functions above."""
    return open_far(HAND_IN)


def test_a_name_that_is_missing_is_named(far: Peer) -> None:
    """It is an AttributeError with the name, and the conversation goes on."""
    with pytest.raises(RemoteAbsent, match="'sgd'") as caught:
        far.get("sgd")

    assert isinstance(caught.value, AttributeError)
    assert caught.value.name == "sgd"
    assert far.fault is None


def test_a_function_has_its_name_and_parameters(far: Peer) -> None:
    """As far as a judge needs them to tell swapped parameters."""
    function = far.get("squared_loss")

    assert (function.remote_name, function.remote_parameters) == ("squared_loss", ("y_hat", "y"))
    assert function.remote_callable
    assert far.get("Base").remote_parameters == ("size", "*rest", "scale", "**options")
    assert far.get("net").remote_parameters == ("input",)


def test_arguments_go_by_position_and_by_name(far: Peer) -> None:
    """Keywords arrive as keywords."""
    y_hat, y = torch.tensor([3.0]), torch.tensor([1.0])

    assert far.get("squared_loss")(y_hat, y=y).tolist() == [2.0]
    assert far.get("squared_loss")(y=y, y_hat=y_hat).tolist() == [2.0]


def test_wrong_arguments_are_a_type_error(far: Peer) -> None:
    """The far side's own words arrive."""
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'y'"):
        far.get("squared_loss")(torch.ones(1))


def test_an_object_behaves_like_itself(far: Peer) -> None:
    """Attributes, calls, length, items, membership, iteration, contexts."""
    thing: Any = far.get("thing")

    assert thing.size == 4
    assert len(thing) == 4
    assert thing[2] == ("item", 2)
    assert 3 in thing
    assert 5 not in thing
    assert list(thing) == [0, 1, 2, 3]
    assert thing.grow(by=2) is thing
    assert thing.size == 6
    thing.size = 9
    thing[0] = 11
    assert len(thing) == 11
    with thing as entered:
        assert entered is thing
        assert thing.size == 100
    assert thing.size == 0
    assert bool(thing)


def test_a_missing_attribute_is_told_from_a_failing_one(far: Peer) -> None:
    """What is not there is absent; what raises inside is the far side's error with its place."""
    thing: Any = far.get("thing")

    assert not hasattr(thing, "nothing")
    assert not hasattr(thing, "__array__")
    with pytest.raises(AttributeError, match="missing") as caught:
        _ = thing.broken
    assert isinstance(caught.value, RemoteRaised)
    with pytest.raises(ValueError, match="inside"):
        _ = thing.failing


def test_a_class_makes_objects(far: Peer) -> None:
    """A class is called like a function."""
    assert len(far.get("Base")(7)) == 7


def test_one_far_object_has_one_proxy(far: Peer) -> None:
    """Identity holds as long as somebody holds the proxy."""
    assert far.get("thing") is far.get("thing")
    assert far.get("thing") != far.get("net")


def test_a_far_function_passed_back_is_itself(far: Peer) -> None:
    """As an argument, directly and inside other values."""
    function = far.get("squared_loss")

    assert far.get("same")(function) is True
    assert far.get("apply")(lambda pair: pair[0], [function]) is function
    assert far.get("apply")(function, 3.0, 1.0) == 2.0


def test_a_generator_is_an_iterator(far: Peer) -> None:
    """Its items come one by one and it ends."""
    data = torch.arange(7)
    batches = far.get("batches")(3, data)

    assert iter(batches) is batches
    assert [batch.tolist() for batch in batches] == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batches) == []


def test_an_endless_generator_ends_at_a_bound(far: Peer) -> None:
    """After so many items the judge has seen enough."""
    endless = far.get("endless")()
    object.__setattr__(endless, "_wire_items_left", 5)

    with pytest.raises(RemoteRaised, match=str(MAX_ITEMS)):
        list(endless)


def test_this_sides_iterator_can_be_walked_there(far: Peer) -> None:
    """Generators of the suite work as data."""

    def numbers() -> Iterator[int]:
        yield 1
        yield 2

    assert far.get("total")(numbers()) == 3
    assert far.get("total")(range(5)) == 10


def test_the_same_function_of_this_side_is_one_object_there(far: Peer) -> None:
    """Identity holds for callbacks, too."""

    def callback() -> None:
        """Do nothing."""

    assert far.get("both")(callback, callback) is True


def test_calls_nest(far: Peer) -> None:
    """Judge to student to judge to student, and back."""

    def pong(count: int) -> int:
        return count if count == 0 else far.get("ping")(pong, count - 1) + 1

    assert far.get("ping")(pong, 10) == 10


def test_nesting_has_a_bound(far: Peer) -> None:
    """Endless recursion across the border is a RecursionError, not a crash."""

    def pong(count: int) -> int:
        return far.get("ping")(pong, count + 1)  # type: ignore[no-any-return]

    with pytest.raises(RecursionError):
        far.get("ping")(pong, 0)
    assert far.get("thing").size == 4


@pytest.mark.parametrize(
    ("code", "kind"),
    [("[][1]", IndexError), ("{}['k']", KeyError), ("1/0", ZeroDivisionError), ("int('x')", ValueError),
     ("open('/nowhere/x')", FileNotFoundError), ("b'\\xff'.decode()", UnicodeDecodeError), ("x =", SyntaxError),
     ("raise MemoryError", MemoryError), ("import nothing_at_all", ModuleNotFoundError),
     ("import torch; torch.ones(2) @ torch.ones(3)", RuntimeError), ("assert 0", AssertionError)],
)  # fmt: skip
def test_a_far_exception_is_one_here(open_far: Callable[[str], Peer], code: str, kind: type[Exception]) -> None:
    """``pytest.raises`` with a built-in type works."""
    run = open_far("def run(code): exec(code)").get("run")

    with pytest.raises(kind) as caught:
        run(code)

    assert isinstance(caught.value, RemoteRaised)
    assert caught.value.error.type_name == kind.__name__


@pytest.mark.parametrize("code", ["raise KeyboardInterrupt", "import sys; sys.exit(3)", "raise GeneratorExit",
                                  "raise StopIteration", "raise BaseException('x')"])  # fmt: skip
def test_exceptions_that_end_programs_end_only_the_call(open_far: Callable[[str], Peer], code: str) -> None:
    """Here they are RemoteRaised and nothing that would end this program or its loops."""
    judge = open_far("def run(code): exec(code)\nx = 1")

    with pytest.raises(RemoteRaised) as caught:
        judge.get("run")(code)

    assert not isinstance(caught.value, StopIteration)
    assert judge.get("x") == 1


def test_an_exception_tells_its_place_in_the_hand_in(far: Peer) -> None:
    """Only frames of the hand-in, outermost first."""
    with pytest.raises(ValueError, match="said") as caught:
        far.get("apply")(far.get("say_and_raise"), "x")

    assert isinstance(caught.value, RemoteRaised)
    assert [frame.function for frame in caught.value.error.frames] == ["apply", "say_and_raise"]
    assert caught.value.error.frames[1].line == HAND_IN[: HAND_IN.index('"said"')].count("\n") + 1


def test_an_exception_of_this_side_passes_through_as_itself(far: Peer) -> None:
    """What a callback raises and the far side does not catch is the same object in the end."""
    error = KeyError("mine")

    def callback() -> None:
        raise error

    with pytest.raises(KeyError) as caught:
        far.get("apply")(callback)
    assert caught.value is error


def test_the_far_side_can_catch_what_a_callback_raises(far: Peer) -> None:
    """It is an exception of the right kind there."""

    def callback() -> None:
        raise KeyError("mine")

    assert far.get("swallow")(callback) == ("RemoteKeyError", "'mine'", True)


def test_what_is_printed_is_kept(far: Peer) -> None:
    """Also when the call raises; a new case begins with nothing."""
    far.get("say")("one ")
    with pytest.raises(ValueError, match="said"):
        far.get("say_and_raise")("two")
    assert far.printed == "one two"

    far.get("say")("x" * 200_000)
    assert len(far.printed) == 64 * 1024
    far.begin_case(2)
    assert far.printed == ""


def test_a_result_too_large_for_a_frame_is_an_error_of_that_call(far: Peer) -> None:
    """The conversation goes on."""
    with pytest.raises(ValueError, match="40000000 bytes"):
        far.get("large")()
    assert far.get("thing").size == 4


def test_a_change_too_large_for_a_frame_is_an_error_of_that_call(far: Peer) -> None:
    """The far side learns it at once, and the next case is as good as new."""
    with pytest.raises(ValueError, match="can be handed over"):
        far.get("enlarge")(torch.zeros(2))
    far.begin_case(2)
    assert far.get("thing").size == 4


def test_an_argument_too_large_for_a_frame_is_refused_here(far: Peer) -> None:
    """Nothing is sent, and what would have travelled with it still can."""
    small = torch.ones(2)
    with pytest.raises(FrameTooLarge):
        far.get("apply")(len, [small, torch.zeros(10_000_000)])

    assert far.get("apply")(len, small) == 2


def test_both_sides_draw_the_same_numbers(fork_far: Callable[[str], Peer]) -> None:
    """After the same seed, in ``random``, numpy and torch; each case anew."""
    judge = fork_far(HAND_IN)
    draws = []
    for seed in (5, 5, 6):
        judge.begin_case(seed)
        there = judge.get("drawn")()
        assert there == (random.random(), float(np.random.rand()), torch.rand(1).item())  # noqa: NPY002
        draws.append(there)

    assert draws[0] == draws[1] != draws[2]


def test_what_belongs_to_an_earlier_case_cannot_be_used(far: Peer) -> None:
    """Neither called nor passed."""
    thing: Any = far.get("thing")
    far.begin_case(2)

    with pytest.raises(ReferenceError, match="earlier case"):
        _ = thing.size
    with pytest.raises(ReferenceError, match="earlier case"):
        far.get("same")(thing)
    assert far.get("thing").size == 4


def test_a_graph_of_an_earlier_case_is_gone(far: Peer) -> None:
    """Its backward pass says so and asks nobody."""
    x = torch.ones(1, requires_grad=True)
    loss = far.get("squared_loss")(x, torch.zeros(1))
    far.begin_case(2)

    with pytest.raises(RuntimeError, match="earlier case"):
        loss.backward()


def test_a_call_that_hangs_ends_at_its_limit(fork_far: Callable[[str], Peer]) -> None:
    """The fault is kept, and every later request raises it again."""
    judge = fork_far(HAND_IN)
    judge.begin_case(1)
    spin = judge.get("spin")
    judge.call_seconds = 0.1

    with pytest.raises(ChannelTimeout):
        spin()
    assert isinstance(judge.fault, ChannelTimeout)
    with pytest.raises(ChannelTimeout):
        judge.get("thing")


def test_endless_callbacks_end_at_the_limit(fork_far: Callable[[str], Peer]) -> None:
    """Callbacks do not renew the time of the request that they belong to."""
    judge = fork_far(HAND_IN)
    judge.begin_case(1)
    call = judge.get("call_for_ever")
    judge.call_seconds = 0.2

    with pytest.raises(WireFault):
        call(lambda: judge.get("thing"))
    assert isinstance(judge.fault, ChannelTimeout)


def test_a_slow_callback_is_not_charged_to_the_far_side(far: Peer) -> None:
    """What this side does takes this side's time."""
    apply = far.get("apply")
    far.call_seconds = 1.5

    assert apply(lambda: time.sleep(1.6)) is None


def test_a_process_that_ends_is_a_closed_channel(fork_far: Callable[[str], Peer]) -> None:
    """``os._exit`` in a call."""
    judge = fork_far("import os\ndef leave(): os._exit(0)")
    judge.begin_case(1)

    with pytest.raises(ChannelClosed):
        judge.get("leave")()


def test_an_interrupted_request_ends_the_conversation(far: Peer) -> None:
    """An answer that nobody waits for any more must not answer the next request."""

    def callback() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        far.get("apply")(callback)
    with pytest.raises(ChannelClosed, match="interrupted"):
        far.get("thing")


def test_loading_reports_each_statement(open_far: Callable[[str], Peer], load_request: frames.Load) -> None:
    """The second load of a process forgets the first one's objects and reports as the loader does."""
    judge = open_far("x = 1")
    seen: list[tuple[int, int]] = []

    report = judge.load(load_request, seconds=20, on_statement=lambda cell, number: seen.append((cell, number)))

    assert report.ended == "complete"
    assert seen == [(0, 0)]
