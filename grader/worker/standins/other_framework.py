"""Stand-in for the editions of d2l in other frameworks: says plainly that they are not installed."""

from __future__ import annotations

_framework = __name__.rpartition(".")[2]
_sentence = f"{_framework} is not installed here, so `{__name__}` does not work; this course uses `d2l.torch`"

raise ModuleNotFoundError(_sentence, name=_framework)
