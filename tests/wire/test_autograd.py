"""Gradients across the border, compared with the same computation in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.wire.peer import Peer

HAND_IN = """
import torch

def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2

def linreg(X, w, b):
    return X @ w + b

def two(x):
    h = torch.exp(x)
    return h.sin(), h.cos()

def inplace_loss(y_hat, y):
    y_hat -= y
    y_hat **= 2
    y_hat /= 2
    return y_hat

def scale(x, factor):
    x.mul_(factor)

def echo(x):
    return x

def spent(x):
    y = (x ** 2).sum()
    y.backward()
    return y

def train_step(net, loss, X, y, params):
    for p in params:
        p.grad = None
    value = loss(net(X), y).sum()
    value.backward()
    with torch.no_grad():
        for p in params:
            p -= 0.1 * p.grad
    return value.item()

def gradient_of(f, x):
    return torch.autograd.grad(f(x).sum(), x)[0]

class Cell:
    def __init__(self):
        self.w = torch.full((3,), 2.0, requires_grad=True)
        self.h = None
    def step(self, x):
        self.h = x * self.w if self.h is None else self.h * self.w + x
        return self.h
    def carry(self, x, h):
        return h * self.w + x

net = torch.nn.Linear(3, 2)
embedding = torch.nn.Embedding(5, 3, sparse=True)
cell = Cell()
"""


def _squared_loss(y_hat: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2


@pytest.fixture
def far(open_far: Callable[[str], Peer]) -> Peer:
    """Give a judge's peer whose far side has the functions above."""
    return open_far(HAND_IN)


def test_a_leaf_argument_gets_its_gradient(far: Peer) -> None:
    """``squared_loss(y_hat, y).sum().backward()`` fills ``y_hat.grad``."""
    y_hat, y = torch.randn(5, 1, requires_grad=True), torch.randn(5)

    far.get("squared_loss")(y_hat, y).sum().backward()

    assert y_hat.grad is not None
    assert torch.allclose(y_hat.grad, (y_hat - y.reshape(5, 1)).detach())


def test_gradients_accumulate(far: Peer) -> None:
    """Two passes add up, as they do in one process."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    for _ in range(2):
        far.get("squared_loss")(x, torch.zeros(2)).sum().backward()

    assert x.grad is not None
    assert x.grad.tolist() == [2.0, 4.0]


def test_gradients_go_on_through_this_sides_graph(far: Peer) -> None:
    """A non-leaf argument passes its gradient to the leaves that it was computed from."""
    X, y = torch.randn(7, 3), torch.randn(7)
    w = torch.randn(3, 1, requires_grad=True)
    expected = torch.autograd.grad(_squared_loss(X @ w, y).sum(), w)[0]

    far.get("squared_loss")(X @ w, y).sum().backward()

    assert w.grad is not None
    assert torch.allclose(w.grad, expected)


def test_one_tensor_in_two_places_gets_both_gradients(far: Peer) -> None:
    """The same tensor as two arguments is one tensor to autograd."""
    x = torch.tensor([3.0], requires_grad=True)

    far.get("linreg")(x.reshape(1, 1), x.reshape(1, 1), x).sum().backward()

    assert x.grad is not None
    assert x.grad.tolist() == [7.0]


def test_several_outputs_share_a_graph(far: Peer) -> None:
    """Both outputs of one call can be used, together and one after the other."""
    x = torch.randn(4, requires_grad=True)
    sine, cosine = far.get("two")(x)
    expected = torch.autograd.grad((torch.exp(x).sin() * 2 + torch.exp(x).cos()).sum(), x)[0]

    (sine * 2 + cosine).sum().backward()

    assert x.grad is not None
    assert torch.allclose(x.grad, expected)


def test_a_second_pass_needs_retain_graph(far: Peer) -> None:
    """With it the pass may be repeated; without it torch's own error says so."""
    x = torch.ones(2, requires_grad=True)
    loss = far.get("squared_loss")(x, torch.zeros(2)).sum()

    loss.backward(retain_graph=True)
    loss.backward()

    assert x.grad is not None
    assert x.grad.tolist() == [2.0, 2.0]
    with pytest.raises(RuntimeError, match="second time"):
        loss.backward()


def test_the_gradient_of_an_intermediate_tensor_can_be_asked_for(far: Peer) -> None:
    """Every tensor that has crossed is a place in this side's graph."""
    x = torch.randn(3, requires_grad=True)
    hidden, _ = far.get("two")(x)
    loss = far.get("squared_loss")(hidden, torch.zeros(3)).sum()

    gradient = torch.autograd.grad(loss, hidden)[0]

    assert torch.allclose(gradient, hidden.detach())


def test_without_requires_grad_there_is_no_graph(far: Peer) -> None:
    """The output requires grad only if something that went into it does."""
    assert not far.get("squared_loss")(torch.ones(2), torch.ones(2)).requires_grad


def test_no_grad_reaches_the_far_side(far: Peer) -> None:
    """Under ``torch.no_grad()`` the far side records nothing either."""
    x = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        quiet = far.get("squared_loss")(x, torch.zeros(2))

    assert not quiet.requires_grad
    assert far.get("squared_loss")(x, torch.zeros(2)).requires_grad


def test_a_modules_own_parameters_get_gradients(far: Peer) -> None:
    """``.backward()`` fills far leaves, and the judge's copies of them too, before and after they were seen."""
    net: Any = far.get("net")
    output = net(torch.ones(4, 3))
    output.sum().backward()
    weight = net.weight

    assert isinstance(weight, torch.nn.Parameter)
    assert weight.grad is not None
    assert weight.grad.tolist() == [[4.0] * 3] * 2

    net(torch.ones(1, 3)).sum().backward()
    assert weight.grad.tolist() == [[5.0] * 3] * 2
    net.zero_grad()
    assert weight.grad is None


def test_a_gradient_that_this_side_computed_reaches_the_far_side(far: Peer) -> None:
    """A far parameter used in this side's graph has its gradient there at the next call."""
    net: Any = far.get("net")
    bias = net.bias

    (bias * torch.tensor([1.0, 2.0])).sum().backward()

    assert far.get("echo")(bias) is bias
    assert far.get("gradient_of")(lambda x: x * bias.grad, torch.ones(2, requires_grad=True)).tolist() == [1.0, 2.0]


def test_sparse_gradients_arrive_dense(far: Peer) -> None:
    """What cannot travel as it is travels as plain numbers."""
    embedding: Any = far.get("embedding")
    weight = embedding.weight

    embedding(torch.tensor([1, 1, 4])).sum().backward()

    assert weight.grad is not None
    assert weight.grad[:, 0].tolist() == [0.0, 2.0, 0.0, 0.0, 1.0]


def test_a_change_in_place_that_autograd_follows_keeps_its_graph(far: Peer) -> None:
    """A loss computed in the argument's own memory gives the right values and the right gradient."""
    X, y = torch.randn(4, 3), torch.randn(4, 1)
    w = torch.randn(3, 1, requires_grad=True)
    expected = _squared_loss(X @ w, y)
    gradient = torch.autograd.grad(expected.sum(), w)[0]
    y_hat = X @ w

    loss = far.get("inplace_loss")(y_hat, y)
    loss.sum().backward()

    assert loss is y_hat
    assert torch.allclose(loss, expected)
    assert w.grad is not None
    assert torch.allclose(w.grad, gradient)


def test_a_plain_tensor_can_become_part_of_a_graph(far: Peer) -> None:
    """Multiplied in place by what requires grad, it is no leaf any more, on both sides."""
    x, factor = torch.tensor([5.0, 6.0]), torch.tensor(2.0, requires_grad=True)

    far.get("scale")(x, factor)
    torch.autograd.backward(x.sum())

    assert not x.is_leaf
    assert x.tolist() == [10.0, 12.0]
    assert factor.grad is not None
    assert factor.grad.item() == 11.0


def test_a_leaf_that_requires_grad_may_not_be_changed_in_place(far: Peer) -> None:
    """The far side sees a leaf as a leaf, and torch refuses there what it refuses here."""
    with pytest.raises(RuntimeError, match="leaf Variable"):
        far.get("scale")(torch.ones(2, requires_grad=True), torch.tensor(2.0))


def test_the_argument_handed_back_is_the_same_object(far: Peer) -> None:
    """Leaf or not, with its graph."""
    leaf = torch.ones(2, requires_grad=True)
    other = leaf * 3

    assert far.get("echo")(leaf) is leaf
    assert far.get("echo")(other) is other


def test_a_graph_that_the_far_side_has_spent_says_so(far: Peer) -> None:
    """``.backward()`` inside the function and again outside is torch's own error."""
    with pytest.raises(RuntimeError, match="second time"):
        far.get("spent")(torch.ones(2, requires_grad=True)).backward()


def test_a_backward_pass_inside_the_far_side_reaches_this_sides_leaves(far: Peer) -> None:
    """A training step there with functions and parameters of this side trains the parameters of this side."""
    torch.manual_seed(0)
    X, y = torch.randn(6, 3), torch.randn(6, 1)
    w, b = torch.zeros(3, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
    expected = torch.autograd.grad(_squared_loss(X @ w + b, y).sum(), (w, b))

    far.get("train_step")(lambda X: X @ w + b, _squared_loss, X, y, [w, b])

    assert torch.allclose(w, -0.1 * expected[0])
    assert torch.allclose(b, -0.1 * expected[1])
    assert w.grad is not None
    assert torch.allclose(w.grad, expected[0])


def test_the_far_side_can_differentiate_this_sides_function(far: Peer) -> None:
    """``torch.autograd.grad`` works there, for leaves and for tensors with a graph."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)

    assert far.get("gradient_of")(lambda t: t**3, x).tolist() == [3.0, 12.0]
    assert far.get("gradient_of")(lambda t: t**3, x * 2).tolist() == [12.0, 48.0]
    assert x.grad is None


def test_state_kept_on_the_far_side_keeps_its_graph(far: Peer) -> None:
    """A recurrent state that never crosses is differentiated through all its steps."""
    x = torch.ones(3, requires_grad=True)
    cell: Any = far.get("cell")

    for _ in range(3):
        state = cell.step(x)
    state.sum().backward()

    assert x.grad is not None
    assert x.grad.tolist() == [8 + 2 + 1.0] * 3
    assert cell.w.grad.tolist() == [3 * 4 + 1.0] * 3


def test_state_that_is_carried_through_this_side_keeps_its_graph(far: Peer) -> None:
    """A recurrent state that goes to and fro is differentiated through all its steps."""
    x = torch.ones(3, requires_grad=True)
    cell: Any = far.get("cell")

    state = cell.carry(x, x)
    for _ in range(2):
        state = cell.carry(x, state)
    state.sum().backward()

    assert x.grad is not None
    assert x.grad.tolist() == [8 + 4 + 2 + 1.0] * 3
    assert cell.w.grad.tolist() == [17.0] * 3


def test_one_non_leaf_may_be_used_in_many_calls(far: Peer) -> None:
    """Outputs that are kept do not stand in the way of the next call with the same argument."""
    x = torch.ones(3, requires_grad=True)
    y_hat = x * 2
    losses = [far.get("squared_loss")(y_hat, torch.full((3,), float(number))).sum() for number in range(4)]

    sum(losses[1:], losses[0]).backward()

    assert x.grad is not None
    assert x.grad.tolist() == [2 * (2 + 1 + 0 - 1.0)] * 3


def test_a_backward_pass_leaves_other_graphs_alone(far: Peer) -> None:
    """The pass through one call's output does not free the graph behind another call's argument."""
    x = torch.ones(2, requires_grad=True)
    first = far.get("squared_loss")(x.exp(), torch.zeros(2)).sum()
    second = far.get("squared_loss")(x.sin(), torch.zeros(2)).sum()

    second.backward()
    first.backward()

    assert x.grad is not None
    expected = torch.autograd.grad((x.exp() ** 2 / 2 + x.sin() ** 2 / 2).sum(), x)[0]
    assert torch.allclose(x.grad, expected)


def test_a_default_device_of_the_hand_in_does_not_reach_the_wire(open_far: Callable[[str], Peer]) -> None:
    """What the hand-in sets for its own tensors is not what arguments are made with."""
    judge = open_far("import torch\ntorch.set_default_device('meta')\ndef double(x): return x * 2")
    x = torch.ones(2, requires_grad=True)

    judge.get("double")(x).sum().backward()

    assert x.grad is not None
    assert x.grad.tolist() == [2.0, 2.0]
