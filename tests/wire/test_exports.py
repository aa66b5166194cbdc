"""What the far side may do with the judge's objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.wire.peer import Peer

HAND_IN = """
def get(target, name):
    return target._wire_far.far_get(target._wire_handle.id, name)

def call(target, method, *arguments):
    return target._wire_call(method, arguments)

def names(target):
    return target.remote_name, target.remote_parameters, target.remote_type_name

def train(net, trainer, data, loss):
    net.train()
    for X, y in data:
        trainer.zero_grad()
        value = loss(net(X), y).mean()
        value.backward()
        trainer.step()
    net.eval()
    return value.item()

def initialise(net):
    net[0].weight.data.fill_(0.5)
    net[0].bias.data.fill_(0)
    return [tuple(p.shape) for p in net.parameters()]
"""


class Secret:
    """An object of the suite's."""

    answer = 42

    def tell(self) -> int:
        """Tell."""
        return self.answer

    def __getitem__(self, _key: object) -> int:
        return self.answer


@pytest.fixture
def far(open_far: Callable[[str], Peer]) -> Peer:
    """Give a judge's peer whose far side has the functions above."""
    return open_far(HAND_IN)


@pytest.mark.parametrize("name", ["__globals__", "__code__", "__class__", "__dict__", "__init__", "answer", "tell"])
@pytest.mark.parametrize("target", [Secret(), Secret, Secret().tell, lambda: 1, len, {"a": 1}, [1].append])
def test_no_attribute_of_an_ordinary_object_is_open(far: Peer, target: Any, name: str) -> None:
    """Not of functions, not of objects, not of classes."""
    with pytest.raises(AttributeError):
        far.get("get")((lambda: target) if isinstance(target, dict) else target, name)


@pytest.mark.parametrize(
    "name", ["_parameters", "__class__", "register_forward_hook", "__dict__", "apply", "to", "load_state_dict"]
)
def test_a_module_opens_a_fixed_list(far: Peer, name: str) -> None:
    """Nothing private, nothing that takes code."""
    with pytest.raises(AttributeError):
        far.get("get")(torch.nn.Linear(2, 1), name)


@pytest.mark.parametrize("method", ["__setattr__", "__setitem__", "__enter__", "__getitem__", "__reduce__", "__len__"])
def test_no_operation_of_an_ordinary_object_is_open(far: Peer, method: str) -> None:
    """Calling and walking is all there is."""
    with pytest.raises(TypeError, match="not open"):
        far.get("call")(Secret(), method, "answer")


def test_a_function_does_not_tell_its_name(far: Peer) -> None:
    """The names in a hidden suite are hidden, too."""

    def the_hidden_helper(the_hidden_argument: int) -> int:
        return the_hidden_argument

    assert far.get("names")(the_hidden_helper) == ("", None, "function")


def test_training_code_can_use_the_judges_module_and_optimizer(far: Peer) -> None:
    """A training loop of the hand-in trains the judge's network."""
    torch.manual_seed(0)
    net = torch.nn.Linear(2, 1)
    X = torch.randn(32, 2)
    y = X @ torch.tensor([[2.0], [-3.0]]) + 1
    data = [(X[start : start + 8], y[start : start + 8]) for start in range(0, 32, 8)] * 10

    far.get("train")(net, torch.optim.SGD(net.parameters(), lr=0.2), iter(data), torch.nn.MSELoss())

    assert not net.training
    assert torch.allclose(net.weight, torch.tensor([[2.0, -3.0]]), atol=0.05)


def test_the_judges_module_can_be_initialised_in_place(far: Peer) -> None:
    """Layers by index, their parameters by name, changed through ``.data``."""
    net: Any = torch.nn.Sequential(torch.nn.Linear(2, 1))

    assert far.get("initialise")(net) == [(1, 2), (1,)]
    assert net[0].weight.tolist() == [[0.5, 0.5]]
    assert isinstance(net[0].weight, torch.nn.Parameter)
