"""Shared tensors and arrays: identity, and changes in place in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.wire.peer import Peer

HAND_IN = """
import torch

def sgd(params, lr, batch_size):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad / batch_size
            p.grad.zero_()

def sgd_through_data(params, lr, batch_size):
    for p in params:
        p.data -= lr * p.grad / batch_size

def sgd_with_new_storage(params, lr, batch_size):
    for p in params:
        p.data = p.data - lr * p.grad / batch_size
        p.grad = None

def sgd_that_rebinds(params, lr, batch_size):
    for p in params:
        p = p - lr * p.grad / batch_size

def run(code, **names):
    exec(code, {"torch": torch}, names)
    return names.get("result")

class Optimizer:
    def __init__(self, params):
        self.params = list(params)
    def step(self):
        sgd_through_data(self.params, 1.0, 1)
    def first(self):
        return self.params[0]

class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        raise RuntimeError("no")
    shape = property(lambda self: (9, 9))
    requires_grad = property(lambda self: 1 / 0)
    dtype = property(lambda self: torch.int8)
    def numpy(self):
        raise RuntimeError("no")

class Dispatching(torch.Tensor):
    @staticmethod
    def __new__(cls, data):
        return torch.Tensor._make_subclass(cls, data)
    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        raise RuntimeError("no")

liar = torch.arange(4.0).as_subclass(Liar)
dispatching = Dispatching(torch.arange(6.0).reshape(2, 3).T)
conjugated = torch.tensor([1 + 2j]).conj()
negated = torch.tensor([1 + 2j]).conj().imag
kinds = [torch.arange(6).reshape(2, 3).to(d) for d in (
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16, torch.int8,
    torch.uint8, torch.bool, torch.complex64, torch.complex128)]
forms = [torch.tensor(3.5), torch.zeros(0, 4), torch.arange(6).reshape(2, 3).T, torch.ones(1).expand(3)]
sparse = torch.ones(2).to_sparse()
meta = torch.ones(2, device="meta")
twice = [liar_free := torch.ones(2), liar_free]
"""


@pytest.fixture
def far(open_far: Callable[[str], Peer]) -> Peer:
    """Give a judge's peer whose far side has the functions above."""
    return open_far(HAND_IN)


def _parameter(*values: float) -> torch.Tensor:
    """A leaf whose gradient is its own value."""
    parameter = torch.tensor(values, requires_grad=True)
    torch.autograd.backward((parameter**2 / 2).sum())
    return parameter


@pytest.mark.parametrize("name", ["sgd", "sgd_through_data", "sgd_with_new_storage"])
def test_a_step_in_place_reaches_this_sides_parameters(far: Peer, name: str) -> None:
    """However it is written, the same objects have the new contents, and still are leaves that require grad."""
    w, b = _parameter(2.0, 4.0), _parameter(8.0)

    far.get(name)([w, b], 0.5, 2)

    assert (w.tolist(), b.tolist()) == ([1.5, 3.0], [6.0])
    assert w.is_leaf
    assert w.requires_grad


@pytest.mark.parametrize(
    ("name", "expected"), [("sgd", [0.0, 0.0]), ("sgd_through_data", [2.0, 4.0]), ("sgd_with_new_storage", None)]
)
def test_what_became_of_the_gradient_is_seen(far: Peer, name: str, expected: list[float] | None) -> None:
    """Zeroed, kept and None are three things."""
    w = _parameter(2.0, 4.0)

    far.get(name)([w], 0.5, 2)

    assert (None if w.grad is None else w.grad.tolist()) == expected


def test_parameters_may_come_from_a_generator(far: Peer) -> None:
    """``sgd(net.parameters(), …)`` changes the parameters of this side's module."""
    net = torch.nn.Linear(2, 1)
    torch.autograd.backward(net(torch.ones(1, 2)).sum())
    before = net.weight.detach().clone()

    far.get("sgd")(net.parameters(), 0.5, 1)

    assert torch.equal(net.weight, before - 0.5)
    assert net.bias.grad is not None
    assert net.bias.grad.tolist() == [0.0]


def test_the_gradient_stays_the_same_object(far: Peer) -> None:
    """Zeroed in place is zeroed in place here, too."""
    w = _parameter(2.0)
    gradient = w.grad

    far.get("sgd")([w], 0.5, 2)

    assert w.grad is gradient


def test_rebinding_a_name_changes_nothing(far: Peer) -> None:
    """``param = param - …`` is no change in place."""
    w = _parameter(2.0)

    far.get("sgd_that_rebinds")([w], 0.5, 2)

    assert w.tolist() == [2.0]
    assert w.grad is not None
    assert w.grad.tolist() == [2.0]


@pytest.mark.parametrize(
    ("code", "contents", "requires_grad"),
    [
        ("p.requires_grad_(False)", [1.0, 2.0], False),
        ("p.requires_grad = False; p.mul_(q)", [3.0, 6.0], True),
        ("p.data = torch.zeros(2, 2)", [[0.0, 0.0], [0.0, 0.0]], True),
        ("p.data = torch.zeros(0)", [], True),
        ("p.data = p.data.double() + 1", [2.0, 3.0], True),
        ("p.requires_grad = False; p.data = p.data.long()", [1, 2], False),
    ],
)
def test_every_change_of_a_parameter_is_seen(far: Peer, code: str, contents: list[Any], *, requires_grad: bool) -> None:
    """Contents, shape, dtype, and what it is to autograd."""
    p, q = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor(3.0, requires_grad=True)

    far.get("run")(code, p=p, q=q)

    assert p.tolist() == contents
    assert p.requires_grad is requires_grad


def test_a_gradient_that_the_far_side_makes_is_seen(far: Peer) -> None:
    """Set where there was none."""
    p = torch.zeros(2, requires_grad=True)

    far.get("run")("p.grad = torch.ones(2)", p=p)

    assert p.grad is not None
    assert p.grad.tolist() == [1.0, 1.0]


def test_a_non_leaf_changed_in_place_shows_it(far: Peer) -> None:
    """No leaf error there, new contents here."""
    w = torch.ones(2, requires_grad=True)
    y_hat = w * 2

    far.get("run")("with torch.no_grad(): y_hat.zero_()", y_hat=y_hat)

    assert y_hat.tolist() == [0.0, 0.0]
    assert not y_hat.is_leaf


def test_a_view_of_this_side_passes_the_change_on(far: Peer) -> None:
    """A slice changed there changes what it is a slice of here."""
    whole = torch.zeros(4)

    far.get("run")("part += 1", part=whole[1:3])

    assert whole.tolist() == [0.0, 1.0, 1.0, 0.0]


def test_an_expanded_tensor_can_be_changed(far: Peer) -> None:
    """One number in many places there becomes many numbers here."""
    wide = torch.zeros(1).expand(3)

    far.get("run")("x[1] = 5", x=wide)

    assert wide.tolist() == [0.0, 5.0, 0.0]


def test_the_same_tensor_twice_is_one_tensor(far: Peer) -> None:
    """In both directions."""
    x = torch.zeros(2)

    assert far.get("run")("a += 1; result = a is b", a=x, b=x) is True
    assert x.tolist() == [1.0, 1.0]
    first, second = far.get("twice")
    assert first is second


def test_a_tensor_stays_the_same_for_the_whole_case(far: Peer) -> None:
    """What the far side keeps, it knows again, and both see each other's changes."""
    w = _parameter(8.0)
    optimizer: Any = far.get("Optimizer")([w])

    optimizer.step()
    optimizer.step()
    assert w.tolist() == [-8.0]
    assert optimizer.first() is w

    with torch.no_grad():
        w.fill_(3.0)
    assert w.grad is not None
    w.grad.fill_(1.0)
    optimizer.step()
    assert w.tolist() == [2.0]
    assert far.get("run")("result = p is q", p=w, q=optimizer.first()) is True


def test_far_tensors_have_one_copy_here(far: Peer) -> None:
    """Asked for twice, it is the same object, with the newest contents."""
    first = far.get("kinds")[1]
    far.get("run")("t.add_(1)", t=first)

    assert far.get("kinds")[1] is first
    assert first.tolist() == [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def test_what_nobody_uses_any_more_is_forgotten(far: Peer) -> None:
    """A long case does not pile up the tensors of its calls."""
    run = far.get("run")
    for number in range(50):
        run("result = x * 2", x=torch.full((3,), float(number), requires_grad=True)).sum().backward()
    run("")

    assert len(far._shelf._shared) <= 3


def test_every_plain_dtype_arrives(far: Peer) -> None:
    """Contents and dtype."""
    expected = torch.arange(6).reshape(2, 3)
    for tensor in far.get("kinds"):
        assert torch.equal(tensor, expected.to(tensor.dtype))
        assert not tensor.requires_grad


def test_every_form_arrives(far: Peer) -> None:
    """0-dimensional, empty, transposed, expanded, conjugated, negated."""
    scalar, empty, transposed, expanded = far.get("forms")

    assert scalar.shape == ()
    assert empty.shape == (0, 4)
    assert transposed.tolist() == [[0, 3], [1, 4], [2, 5]]
    assert expanded.tolist() == [1.0, 1.0, 1.0]
    assert far.get("conjugated").tolist() == [1 - 2j]
    assert far.get("negated").tolist() == [-2.0]


def test_a_lying_subclass_is_read_as_its_bytes(far: Peer) -> None:
    """What ``__torch_function__``, ``__torch_dispatch__`` and overridden attributes say is not asked."""
    liar, dispatching = far.get("liar"), far.get("dispatching")

    assert type(liar) is torch.Tensor
    assert liar.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert dispatching.tolist() == [[0.0, 3.0], [1.0, 4.0], [2.0, 5.0]]


@pytest.mark.parametrize("name", ["sparse", "meta"])
def test_a_tensor_without_plain_memory_stays_there(far: Peer, name: str) -> None:
    """It is a handle, which still answers."""
    assert far.get(name).remote_type_name == "Tensor"
    assert far.get(name).shape == torch.Size([2])


def test_an_array_changed_in_place_shows_it(far: Peer) -> None:
    """A numpy argument keeps its identity and has the new contents, in both directions."""
    array = np.zeros((2, 2))
    far.get("run")("a[0, 1] = 7; a[1] += 1", a=array)
    assert array.tolist() == [[0.0, 7.0], [1.0, 1.0]]

    assert far.get("run")("result = a", a=array) is array


def test_a_read_only_array_stays_read_only(far: Peer) -> None:
    """What may not be written to here may not be written to there."""
    array = np.zeros(2)
    array.flags.writeable = False

    with pytest.raises(ValueError, match="read-only"):
        far.get("run")("a[0] = 1", a=array)
