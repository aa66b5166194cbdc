"""The single home of collecting: the paths that a person names → one `Submission` or `Unreadable` per student."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.errors import SubmissionError, UsageError
from grader.model.assignment import SubmissionFormat
from grader.submission.entries import Entry, refusal
from grader.submission.folders import folder_listing, name_of, read_file
from grader.submission.layout import choose, hand_ins_by_student, has_own_name, student_id
from grader.submission.naming import HAND_IN, clean_text, stem_of
from grader.submission.reading import read_submission, unreadable
from grader.submission.zips import is_zip, open_zip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.model.assignment import Assignment
    from grader.model.submission import Submission, Unreadable

MAX_BYTES = 64 * 1024**2
PLACES_SHOWN = 3
SUFFIXES = {SubmissionFormat.NOTEBOOK: ".ipynb", SubmissionFormat.MODULE: ".py"}


def collect(
    paths: Sequence[Path], *, assignment: Assignment, max_bytes: int = MAX_BYTES, results: Path | None = None
) -> tuple[Submission | Unreadable, ...]:
    """Everything that was handed in below ``paths``, one per student, sorted by student.

    Never raises for a bad hand-in. The folder ``results``, where grades and reports go, is nobody's.

    Raises:
        UsageError: if a path does not exist, or if nothing at all was handed in: then another folder was meant.
    """
    students: dict[str, list[Entry]] = {}
    for path in dict.fromkeys(_existing(path) for path in paths):
        below = _below(path, assignment_id=assignment.id, max_bytes=max_bytes, results=results)
        for student, entries in below.items():
            students.setdefault(student, []).extend(entries)
    if not any(students.values()):
        places = ", ".join([*map(str, paths[:PLACES_SHOWN]), *(["…"] if len(paths) > PLACES_SHOWN else [])])
        hint = f"in a folder or zip there should be files like {_examples(assignment)}"
        raise UsageError(f"no hand-ins in {places}", hint=hint)
    return tuple(_hand_in(student, entries, assignment=assignment) for student, entries in sorted(students.items()))


def holds_hand_ins(folder: Path) -> bool:
    """Whether anything but results lies in a folder that results could go to."""
    return folder.is_dir() and bool(folder_listing(folder, max_bytes=MAX_BYTES, results=folder).entries)


def _existing(path: Path) -> Path:
    """The path with its own last name kept: a link that a person names is followed, but keeps its name."""
    if not path.exists():
        raise UsageError("no such file or folder", place=str(path), hint="name a notebook, a module, a folder or a zip")
    return path.parent.resolve() / path.name if path.name not in ("", "..") else path.resolve()


def _below(path: Path, *, assignment_id: str, max_bytes: int, results: Path | None) -> dict[str, list[Entry]]:
    """The students of one path, with their files; never empty, so that no path vanishes without a word."""
    name = name_of(path)
    if path.is_dir():
        listing = folder_listing(path, max_bytes=max_bytes, results=results)
        students = hand_ins_by_student(listing, assignment_id=assignment_id)
        if HAND_IN.fullmatch(name) and not any(students.values()):
            return {student_id(name): [refusal((name,), SubmissionError("folder_not_file", name=name))]}
        return students or {student_id(name): []}
    if is_zip(name):
        try:
            listing = open_zip(path, max_bytes=max_bytes).listing(name)
        except SubmissionError as error:
            return {student_id(name): [refusal((name,), error)]}
        return hand_ins_by_student(listing, assignment_id=assignment_id) or {student_id(name): []}
    entry = Entry(parts=(name,), read=lambda: read_file(path, max_bytes=max_bytes))
    # `class/*/linear_regression.ipynb`: the file has the assignment's name, the folder has the student's.
    owner = student_id(name_of(path.parent)) if has_own_name(entry, assignment_id) else ""
    return {owner or clean_text(stem_of(name)): [entry]}


def _examples(assignment: Assignment) -> str:
    """What hand-ins are called, for each way to hand one in."""
    suffixes = [SUFFIXES[accepted] for accepted in assignment.accepts]
    names = [f"ana{suffix}" for suffix in suffixes]
    return ", ".join([*names, f"ana/{assignment.id}{suffixes[0]}"])


def _hand_in(student: str, entries: list[Entry], *, assignment: Assignment) -> Submission | Unreadable:
    """What one student handed in, or why it cannot be graded."""
    # Where there is no file, what is named is the folder in which it was looked for.
    name = clean_text(entries[0].name) if len(entries) == 1 else student
    try:
        chosen = choose(entries, assignment_id=assignment.id)
        name = clean_text(chosen.name)
        data = chosen.read()
        return read_submission(chosen.name, data, student_id=student, accepts=assignment.accepts)
    except SubmissionError as error:
        return unreadable(error, student_id=student, file_name=name)
    except Exception as error:  # noqa: BLE001 - the border of a hand-in: whatever is in this one, the others are graded
        surprise = SubmissionError("file_unreadable", reason=type(error).__name__)
        return unreadable(surprise, student_id=student, file_name=name)
