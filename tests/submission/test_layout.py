"""Whose hand-in a file is."""

from __future__ import annotations

import pytest

from grader.errors import SubmissionError
from grader.submission.entries import Entry, Listing
from grader.submission.layout import choose, hand_ins_by_student

OWN = "linear_regression"


def _entry(path: str) -> Entry:
    return Entry(parts=tuple(path.split("/")), read=bytes)


def _listing(*paths: str, name: str = "class") -> Listing:
    """A path that ends in a slash is an empty folder."""
    ways = [tuple(path.strip("/").split("/")) for path in paths]
    folders = {way[:depth] for way in ways for depth in range(1, len(way))}
    folders |= {way for way, path in zip(ways, paths, strict=True) if path.endswith("/")}
    entries = tuple(_entry(path) for path in paths if not path.endswith("/"))
    return Listing(name=name, entries=entries, folders=frozenset(folders))


def _students(*paths: str, name: str = "class") -> dict[str, list[str]]:
    found = hand_ins_by_student(_listing(*paths, name=name), assignment_id=OWN)
    return {student: [entry.path for entry in entries] for student, entries in found.items()}


def test_files_and_folders_are_students() -> None:
    """All forms of the same class in one place."""
    students = _students("ana.ipynb", f"ben/{OWN}.ipynb", f"cem/hw1/{OWN}.py", "dan/", "roster.csv", "eva/notes.txt")

    assert students == {
        "ana": ["ana.ipynb"],
        "ben": [f"ben/{OWN}.ipynb"],
        "cem": [f"cem/hw1/{OWN}.py"],
        "dan": [],
        "eva": [],
    }


def test_a_folder_with_the_assignments_file_is_one_student() -> None:
    """Whatever else lies beside it."""
    assert _students(f"{OWN}.ipynb", "data/x.csv", name="ana") == {"ana": [f"{OWN}.ipynb"]}


def test_a_file_and_a_folder_of_one_name_are_one_student() -> None:
    """Which of the two counts is another question."""
    assert _students("ana.ipynb", "ana/b.py", "ben.py") == {"ana": ["ana.ipynb", "ana/b.py"], "ben": ["ben.py"]}


def test_a_single_outer_folder_is_looked_through() -> None:
    """Programs pack the folder, not what is in it; empty folders of students are kept."""
    assert _students("sub/ana.ipynb", "sub/ben/b.py", "sub/cem/") == {
        "ana": ["ana.ipynb"],
        "ben": ["ben/b.py"],
        "cem": [],
    }


def test_a_single_outer_folder_may_be_a_student() -> None:
    """One hand-in in it, at any depth."""
    assert _students(f"ana/hw1/{OWN}.ipynb") == {"ana": [f"ana/hw1/{OWN}.ipynb"]}


def test_other_work_is_named_where_a_student_could_have_put_it() -> None:
    """An archive or document that cannot be graded must not vanish."""
    assert _students("ana.rar", "ben.html", "cem.py") == {"ana": ["ana.rar"], "ben": ["ben.html"], "cem": ["cem.py"]}


def test_a_folders_name_is_a_students_whatever_it_ends_in() -> None:
    """Only the suffix of a hand-in or a zip is none of the name's."""
    assert _students("j.doc/a.py", "b.py/a.py", "c.zip/a.py").keys() == {"j.doc", "b", "c"}


def test_a_folder_named_like_a_hand_in_is_the_same_student() -> None:
    """``x.ipynb/linear_regression.ipynb``."""
    assert _students(f"ana.ipynb/{OWN}.ipynb", "ben.py") == {"ana": [f"ana.ipynb/{OWN}.ipynb"], "ben": ["ben.py"]}


def test_the_assignments_own_name_is_preferred() -> None:
    """A helper module beside it does no harm."""
    assert choose([_entry("ana/d2l.py"), _entry(f"ana/{OWN}.ipynb")], assignment_id=OWN).name == f"{OWN}.ipynb"


@pytest.mark.parametrize(
    ("paths", "first", "second"),
    [
        (["ana/b.py", "ana/a.ipynb"], "ana/a.ipynb", "ana/b.py"),
        (["ana/x.py", f"ana/{OWN}.py", f"ana/{OWN}.ipynb"], f"ana/{OWN}.ipynb", f"ana/{OWN}.py"),
    ],
)
def test_two_hand_ins_are_both_named(paths: list[str], first: str, second: str) -> None:
    """Nobody guesses which one was meant."""
    with pytest.raises(SubmissionError) as caught:
        choose([_entry(path) for path in paths], assignment_id=OWN)

    assert (caught.value.kind, caught.value.values) == ("two_hand_ins", {"first": first, "second": second})


def test_nothing_is_no_hand_in() -> None:
    """An empty folder of a student."""
    with pytest.raises(SubmissionError, match="no_hand_in"):
        choose([], assignment_id=OWN)
