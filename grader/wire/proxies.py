"""The single home of the proxy for an object that stayed on the far side."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, Self

from grader.wire.evidence import RemoteError
from grader.wire.names import clean_text
from grader.wire.raising import exception_from

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from grader.wire.frames import Handle

MAX_ITEMS = 20_000
"""An endless generator must end somewhere; a data iterator over real course data has far fewer batches."""


class Far(Protocol):
    """What a proxy needs of the peer that made it."""

    def far_get(self, target: int, name: str) -> Any:
        """An attribute of the object."""

    def far_call(self, target: int, method: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """The result of calling the object, or one of its special methods."""

    def far_next(self, target: int) -> Any:
        """The iterator's next item; StopIteration at its end."""


class RemoteObject:
    """An object of the far side: call it, read and set attributes, iterate, index, enter it.

    Identity, ``==`` and ``hash`` are the proxy's own, and one far object has one proxy as long as that lives. Names
    with two leading underscores are not looked up on the far side: too many tools ask every object for them.
    """

    __slots__ = ("__weakref__", "_wire_far", "_wire_handle", "_wire_items_left")

    _wire_far: Far
    _wire_handle: Handle
    _wire_items_left: int

    def __init__(self, far: Far, handle: Handle) -> None:
        for name, value in (("_wire_far", far), ("_wire_handle", handle), ("_wire_items_left", MAX_ITEMS)):
            object.__setattr__(self, name, value)

    @property
    def remote_type_name(self) -> str:
        """The name of the object's type on the far side."""
        return clean_text(self._wire_handle.type_name, 200)

    @property
    def remote_name(self) -> str:
        """The name of a function or class; empty for anything else."""
        return clean_text(self._wire_handle.name, 200)

    @property
    def remote_parameters(self) -> tuple[str, ...] | None:
        """A callable's parameter names in order, ``*args`` and ``**options`` with their stars; None where unknown."""
        parameters = self._wire_handle.parameters
        return None if parameters is None else tuple(clean_text(name, 200) for name in parameters[:64])

    @property
    def remote_callable(self) -> bool:
        """Whether the object can be called."""
        return self._wire_handle.callable

    @property
    def remote_iterator(self) -> bool:
        """Whether the object is an iterator."""
        return self._wire_handle.iterator

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Call the object on the far side."""
        return self._wire_call("", arguments, keywords)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"{self!r} has no attribute {name!r} on this side")
        return self._wire_far.far_get(self._wire_handle.id, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._wire_call("__setattr__", (name, value))

    def __len__(self) -> int:
        length = self._wire_call("__len__")
        if type(length) is not int or not 0 <= length <= sys.maxsize:
            raise TypeError(f"len() of {self!r} is no length")
        return length

    def __bool__(self) -> bool:
        # Without this, `if model:` would ask the far side for a length that most objects do not have.
        return True

    def __getitem__(self, key: Any) -> Any:
        return self._wire_call("__getitem__", (key,))

    def __setitem__(self, key: Any, value: Any) -> None:
        self._wire_call("__setitem__", (key, value))

    def __contains__(self, item: object) -> bool:
        return self._wire_call("__contains__", (item,)) is True

    def __iter__(self) -> Iterator[Any]:
        if self.remote_iterator:
            return self
        iterator: Iterator[Any] = self._wire_call("__iter__")
        return iterator if isinstance(iterator, RemoteObject) else iter(iterator)

    def __next__(self) -> Any:
        if self._wire_items_left <= 0:
            raise exception_from(
                RemoteError(type_name="RuntimeError", message=f"more than {MAX_ITEMS} items", bases=("RuntimeError",))
            )
        object.__setattr__(self, "_wire_items_left", self._wire_items_left - 1)
        return self._wire_far.far_next(self._wire_handle.id)

    def __enter__(self) -> Any:
        return self._wire_call("__enter__")

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        # The exception itself cannot cross; the far side learns that there was none, or at least does the clean-up.
        return self._wire_call("__exit__", (None, None, None)) is True and kind is not None

    def __copy__(self) -> Self:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} stays on the far side and cannot be copied")

    def __repr__(self) -> str:
        if self.remote_name:
            shown = f"{self.remote_type_name} {self.remote_name}"
            if self.remote_parameters is not None:
                shown += f"({', '.join(self.remote_parameters)})"
        else:
            shown = f"{self.remote_type_name} object"
        return f"<remote {''.join(c if c.isprintable() else '?' for c in shown)}>"

    def _wire_call(self, method: str, arguments: tuple[Any, ...] = (), keywords: dict[str, Any] | None = None) -> Any:
        return self._wire_far.far_call(self._wire_handle.id, method, arguments, keywords or {})
