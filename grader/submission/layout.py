"""The single home of whose hand-in a file is: from the names in a folder or zip to students."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.submission.entries import refusal
from grader.submission.naming import HAND_IN, OTHER_WORK, clean_text, folder_stem, is_hand_in, stem_of

if TYPE_CHECKING:
    from grader.submission.entries import Entry, Listing


def hand_ins_by_student(listing: Listing, *, assignment_id: str) -> dict[str, list[Entry]]:
    """Every student with what could be the hand-in; a student with an empty list handed in nothing.

    - A folder with a file of the assignment's own name (``linear_regression.ipynb``) is one student's.
    - Otherwise each file directly below is the student of its name, and so is each folder with all that is in it.
    - An empty folder that is named like a file (``ana.ipynb/``) stands for a file that went wrong on the way.
    """
    if any(len(entry.parts) == 1 and has_own_name(entry, assignment_id) for entry in listing.entries):
        return {student_id(listing.name): [entry for entry in listing.entries if _counts(entry)]}
    if inner := _wrapped(listing, assignment_id):
        return hand_ins_by_student(inner, assignment_id=assignment_id)
    students: dict[str, list[Entry]] = {student_id(parts[0]): [] for parts in listing.folders}
    for entry in listing.entries:
        if _counts(entry) or (len(entry.parts) == 1 and OTHER_WORK.fullmatch(entry.name)):
            students.setdefault(_owner(entry), []).append(entry)
    for name in sorted(parts[0] for parts in listing.folders if len(parts) == 1 and HAND_IN.fullmatch(parts[0])):
        if not students[student_id(name)]:
            students[student_id(name)].append(refusal((name,), SubmissionError("folder_not_file", name=name)))
    return students


def choose(entries: list[Entry], *, assignment_id: str) -> Entry:
    """The one hand-in among a student's files.

    Raises:
        SubmissionError: ``no_hand_in`` or ``two_hand_ins`` (first, second).
    """
    if not entries:
        raise SubmissionError("no_hand_in")
    if len(entries) == 1:
        return entries[0]
    own = [entry for entry in entries if has_own_name(entry, assignment_id)]
    if len(own) == 1:
        return own[0]
    first, second = sorted(entry.path for entry in own or entries)[:2]
    raise SubmissionError("two_hand_ins", first=first, second=second)


def has_own_name(entry: Entry, assignment_id: str) -> bool:
    """Whether a file is called like the assignment."""
    return is_hand_in(entry.name) and stem_of(entry.name).lower() == assignment_id.lower()


def student_id(name: str) -> str:
    """The student whom a folder or zip of that name belongs to."""
    return clean_text(folder_stem(name))


def _owner(entry: Entry) -> str:
    """The student of a file: the one whom it or the outermost folder is named after."""
    return clean_text(stem_of(entry.name)) if len(entry.parts) == 1 else student_id(entry.parts[0])


def _counts(entry: Entry) -> bool:
    return entry.refused or is_hand_in(entry.name)


def _wrapped(listing: Listing, assignment_id: str) -> Listing | None:
    """The class inside a single outer folder, as most programs pack it; None where that folder is a student."""
    tops = {parts[0] for parts in listing.folders}
    if len(tops) != 1 or any(len(entry.parts) == 1 for entry in listing.entries if _counts(entry)):
        return None
    inner = listing.below(tops.pop())
    owners = {_owner(entry) for entry in inner.entries if _counts(entry)}
    own_at_top = any(len(entry.parts) == 1 and has_own_name(entry, assignment_id) for entry in inner.entries)
    return inner if len(owners) > 1 and not own_at_top else None
