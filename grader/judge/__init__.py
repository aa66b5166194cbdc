"""Runs a hidden suite against a submission and gives one case result per case.

pytest imports this package in every run of everybody (see `grader.judge.plugin`), so the names below are loaded on use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grader.judge.judgement import Judgement
    from grader.judge.session import Judge, with_judge

__all__ = ["Judge", "Judgement", "with_judge"]


def __getattr__(name: str) -> Any:
    """The public names, imported on first use."""
    if name == "Judgement":
        from grader.judge.judgement import Judgement  # noqa: PLC0415 - on use, see above

        return Judgement
    if name in __all__:
        from grader.judge import session  # noqa: PLC0415 - on use, see above

        return getattr(session, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
