"""The single home of gradients across the border.

A tensor with a graph arrives as the output of an ``_Arrive`` node. Its edges lead to the shared tensors that it was
computed from, so that the engine on this side goes on where the far side's ended; its backward asks the far side.

The far side runs the backward pass of what it sent, up to where the shared tensors came in, and answers with the
gradients that arrived there; gradients of leaves that are its own alone stay there, in their ``.grad``. It always keeps
its graph: whether a second pass is allowed is for this side's engine to say, and it does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import torch
from torch.autograd.function import once_differentiable

from grader.wire import rawdata

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.wire.tensors import SharedTensor


class Backwards(Protocol):
    """What a backward pass needs of this side's shelf and peer."""

    collected: dict[int, torch.Tensor | None] | None
    """While this side serves a backward pass: the gradients that arrived at tensors of the far side."""

    def far_backward(
        self, shared: SharedTensor, gradient: torch.Tensor, sources: Sequence[torch.Tensor]
    ) -> list[torch.Tensor | None]:
        """Continue the backward pass on the far side, up to ``sources``."""

    def is_shared(self, shared: SharedTensor) -> bool:
        """Whether both sides still know the tensor."""

    def find_tensor(self, tensor: torch.Tensor) -> SharedTensor | None:
        """What both sides know of ``tensor``, if they do."""


class Link:
    """Ties an ``_Arrive`` node to its shared tensor. The node owns it, so it lives as long as the graph does."""

    __slots__ = ("__weakref__", "_owner", "arriving", "shared", "sources")

    def __init__(self, owner: Backwards, shared: SharedTensor, sources: Sequence[torch.Tensor]) -> None:
        self._owner = owner
        self.shared = shared
        self.sources = tuple(sources)
        self.arriving: torch.Tensor | None = None

    def belongs_to(self, owner: Backwards) -> bool:
        """Whether the node leads to the far side of ``owner``, and it still knows the tensor."""
        return self._owner is owner and owner.is_shared(self.shared)

    def pass_back(self, gradient: torch.Tensor) -> Sequence[torch.Tensor | None]:
        """One gradient per source."""
        collected = self._owner.collected
        if collected is not None and self.shared.key in collected:
            before = collected[self.shared.key]
            collected[self.shared.key] = gradient if before is None else before + gradient
            return [None] * len(self.sources)
        if not self._owner.is_shared(self.shared):
            raise RuntimeError("the graph of this tensor is gone: it belongs to an earlier case, or was let go of")
        return self._owner.far_backward(self.shared, gradient, self.sources)


class _Arrive(torch.autograd.Function):
    """The node of a tensor whose graph continues on the far side."""

    @staticmethod
    def forward(ctx: Any, link: Link, anchor: torch.Tensor, *_sources: torch.Tensor) -> torch.Tensor | None:
        """Give ``link.arriving`` a place in this side's graph."""
        ctx.link = link
        ctx.save_for_backward(anchor)
        ctx.set_materialize_grads(False)
        return link.arriving

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor | None) -> tuple[torch.Tensor | None, ...]:
        """Ask the far side."""
        _ = ctx.saved_tensors  # raises as any node does when its graph was freed by an earlier pass
        if gradient is None:
            return (None,) * (2 + len(ctx.link.sources))
        return (None, None, *ctx.link.pass_back(gradient))


def arrive(tensor: torch.Tensor, link: Link) -> torch.Tensor:
    """``tensor`` itself, now a non-leaf that requires grad, with edges to the link's sources."""
    with torch.enable_grad():
        anchor = torch.zeros((), requires_grad=True)
        link.arriving = tensor
        arrived: torch.Tensor = _Arrive.apply(link, anchor, *link.sources)  # type: ignore[no-untyped-call]
        link.arriving = None  # the node owns the link: holding the tensor would be a cycle through C++
    return arrived


def find_sources(tensor: torch.Tensor, owner: Backwards) -> list[SharedTensor]:
    """The shared tensors at which the graph of ``tensor`` begins, each once."""
    found: dict[int, SharedTensor] = {}
    for node in _nodes_below(rawdata.get_grad_fn(tensor), owner):
        shared = _shared_at(node, owner)
        if shared is not None:
            found[shared.key] = shared
    return list(found.values())


def _shared_at(node: Any, owner: Backwards) -> SharedTensor | None:
    link = _link_of(node)
    if link is not None:
        return link.shared if link.belongs_to(owner) else None
    variable = getattr(node, "variable", None)  # what an AccumulateGrad node accumulates into
    return None if variable is None else owner.find_tensor(variable)


def _link_of(node: Any) -> Link | None:
    is_ours: bool = type(node) is _Arrive._backward_cls  # noqa: SLF001 - the class that torch made for its nodes
    return node.link if is_ours else None


def _nodes_below(start: Any, owner: Backwards) -> Iterator[Any]:
    """Every node of a graph once, not beyond those that lead to the far side."""
    waiting, seen = [start], {start}
    while waiting:
        node = waiting.pop()
        yield node
        link = _link_of(node)
        if link is not None and link.belongs_to(owner):
            continue
        for following, _ in node.next_functions:
            if following is not None and following not in seen:
                seen.add(following)
                waiting.append(following)


def run_backward(
    output: torch.Tensor, gradient: torch.Tensor, sources: Sequence[SharedTensor], owner: Backwards
) -> list[torch.Tensor | None]:
    """The gradients that arrive at ``sources``; other leaves keep theirs in their ``.grad``."""
    leaves = {
        shared.key: shared.thing for shared in sources if shared.thing is not None and rawdata.get_is_leaf(shared.thing)
    }
    before = {key: rawdata.get_grad(leaf) for key, leaf in leaves.items()}
    outer = owner.collected
    collected: dict[int, torch.Tensor | None] = {shared.key: None for shared in sources if shared.key not in leaves}
    owner.collected = collected
    try:
        for leaf in leaves.values():
            rawdata.set_grad(leaf, None)
        torch.autograd.backward(output, gradient, retain_graph=True)
        arrived = {**collected, **{key: rawdata.get_grad(leaf) for key, leaf in leaves.items()}}
    finally:
        owner.collected = outer
        for key, leaf in leaves.items():
            rawdata.set_grad(leaf, before[key])
    return [arrived[shared.key] for shared in sources]
