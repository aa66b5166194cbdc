"""Stand-in for the package ``tqdm``: loops run without the bar, which nobody would watch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__version__ = "0"


class tqdm:  # noqa: N801  # the package's name for it
    """An iterable as it was, with the methods of a progress bar."""

    def __init__(
        self,
        iterable: Iterable[Any] | None = None,
        desc: str | None = None,
        total: float | None = None,
        *_: Any,
        **__: Any,
    ) -> None:
        self.iterable = iterable
        self.desc = desc
        self.total = total if total is not None or iterable is None else getattr(iterable, "__len__", lambda: None)()
        self.n: float = 0
        self.format_dict: dict[str, Any] = {"elapsed": 0.0, "rate": None}

    def __iter__(self) -> Iterator[Any]:
        for item in self.iterable or ():
            yield item
            self.n += 1

    def __len__(self) -> int:
        return int(self.total or 0)

    def __bool__(self) -> bool:
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing to put away."""

    def update(self, n: float = 1) -> None:
        """Count ``n`` more."""
        self.n += n

    def reset(self, total: float | None = None) -> None:
        """Begin again."""
        self.n = 0
        self.total = self.total if total is None else total

    def set_description(self, desc: str | None = None, *_: Any, **__: Any) -> None:
        """Remember the text that would stand before the bar."""
        self.desc = desc

    set_description_str = set_description

    def set_postfix(self, *_: Any, **__: Any) -> None:
        """Show nothing behind the bar that is not there."""

    set_postfix_str = display = refresh = clear = close = unpause = set_postfix

    @staticmethod
    def write(s: object, file: Any = None, end: str = "\n", **_: Any) -> None:
        """Print, as beside a bar."""
        print(s, file=file, end=end)


def trange(*arguments: int, **options: Any) -> tqdm:
    """``tqdm(range(…))``."""
    return tqdm(range(*arguments), **options)


tqdm_notebook, tnrange = tqdm, trange
