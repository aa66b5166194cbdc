"""The single home of guessing what a person meant to write."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(written: str, known: Iterable[str]) -> str | None:
    """The known word closest to what was written, whatever the capitals and ``-`` for ``_``; None if none is close."""
    by_plain_form = {_plain(word): word for word in known}
    close = difflib.get_close_matches(_plain(written), by_plain_form, n=1, cutoff=0.6)
    return by_plain_form[close[0]] if close else None


def suggestion(written: str, known: Iterable[str]) -> str:
    """The hint ``did you mean …?``, or the words there are, or nothing."""
    words = sorted(known)
    guess = nearest(written, words)
    if guess is not None:
        return f"did you mean `{guess}`?"
    return f"there is {enumerated(words)}" if words else ""


def enumerated(words: Iterable[str]) -> str:
    """The words in code style, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_")
