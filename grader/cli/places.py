"""The single home of where results may go: whatever would keep them from being written is said before grading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.batch.running import GRADES_NAME
from grader.batch.storing import check_writable, make_folder
from grader.errors import UsageError
from grader.sandbox.view import expect_out_of_sight
from grader.submission import folder_names, holds_hand_ins
from grader.submission.naming import is_hand_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.model.submission import Submission, Unreadable


def check_places(
    *, out: Path, junit: Path | None, sources: Sequence[Path], hand_ins: Sequence[Submission | Unreadable]
) -> None:
    """Make the folders for the results, and see that they can be written.

    Raises:
        UsageError: if they would lie among the hand-ins, replace one, or cannot be written; if student code could read
            the results or the hand-ins of others.
    """
    expect_out_of_sight((*sources, out), UsageError)
    folders = folder_names(hand_in.student_id for hand_in in hand_ins)
    if _is_among(out.resolve(), [source.resolve() for source in sources], folders=frozenset(folders.values())):
        raise UsageError(
            "the results would lie among the hand-ins", place=str(out), hint="name a folder of their own with --out"
        )
    if junit and is_hand_in(junit.name):
        raise UsageError("is the name of a hand-in", place=str(junit), hint="name an .xml file with --junit")
    make_folder(out)
    check_writable(out / GRADES_NAME, hint="name another --out")
    if junit:
        check_writable(junit, hint="name another --junit")


def _is_among(out: Path, sources: Sequence[Path], *, folders: frozenset[str]) -> bool:
    """Whether results would go where hand-ins lie: they replace a student's own pages and pass for hand-ins later.

    A folder of their own is right anywhere, also below the hand-ins: collecting leaves results out.
    """
    for source in sources:
        if source == out:
            return True
        if source.is_relative_to(out) and source.relative_to(out).parts[0] in folders:
            return True
    return any(out.is_relative_to(source) for source in sources) and holds_hand_ins(out)
