"""The single home of a failed check: an AssertionError that carries a finding instead of a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model.result import Finding, Snapshot


class CheckFailed(AssertionError):  # noqa: N818 - reads as what happened, like pytest's own outcomes
    """What a failed ``check_*`` raises; its text is one English line for authors, and nobody else reads it."""

    __module__ = "builtins"  # as pytest's own outcomes: a terminal shows "CheckFailed: …", without where it is defined

    def __init__(self, finding: Finding) -> None:
        """Keep the finding: words for students are made from it, later and elsewhere."""
        self.finding = finding
        super().__init__(_line(finding))


def _line(finding: Finding) -> str:
    """The finding as one short line, for an author's terminal."""
    parts = [f"{finding.subject}: {finding.kind}" if finding.subject else str(finding.kind)]
    if finding.what is not None:
        parts.append(finding.what.en)
    if finding.expected is not None:
        parts.append(f"expected {_short(finding.expected)}")
    if finding.got is not None:
        parts.append(f"got {_short(finding.got)}")
    if finding.difference is not None:
        worst = finding.difference
        parts.append(
            f"{worst.mismatched} of {worst.total} differ, at most by {worst.largest_absolute:.6g} at {worst.index}"
        )
        if worst.factor is not None:
            parts.append(f"got = {worst.factor:.6g} times expected")
    parts.extend(f"{name} {value}" for name, value in finding.values.items())
    return ", ".join(parts)


def _short(snapshot: Snapshot) -> str:
    """A snapshot in a few words."""
    words = [snapshot.type_name]
    if snapshot.shape is not None:
        words.append(str(snapshot.shape))
    if snapshot.dtype is not None:
        words.append(snapshot.dtype)
    if snapshot.text is not None:
        words.append(snapshot.text)
    elif snapshot.values is not None:
        shown = ", ".join(str(value) for value in snapshot.values[:8])
        words.append(f"[{shown}{', …' if len(snapshot.values) > 8 else ''}]")  # noqa: PLR2004 - eight fit on a line
    return " ".join(words)
