"""The single home of names: which files are hand-ins, whose they are, and under which file name a student is stored."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HAND_IN = re.compile(r"(?P<stem>.+?)\.(?P<suffix>ipynb|py)(\.(txt|json))?", re.IGNORECASE | re.DOTALL)
"""A notebook or module; browsers and mail programs like to append ``.txt`` or ``.json`` to what they do not know."""
OTHER_WORK = re.compile(r"(?P<stem>.+)\.(rar|7z|tar|gz|tgz|bz2|xz|html?|pdf|docx?)", re.IGNORECASE | re.DOTALL)
"""What students hand in although it cannot be graded; it must not vanish without a word."""
IGNORED = frozenset({"__macosx", "__pycache__", "node_modules", "site-packages", "expected.toml", "thumbs.db"})
OVERVIEWS = frozenset({"grades.csv", "index.html"})
"""Together in one folder, they are the results of an earlier run."""
RESULTS = frozenset({"report.html", "result.json"})
"""What such a folder holds for each student."""
NOT_A_STUDENT = re.compile(r"(test_.*|conftest|setup)\.py", re.IGNORECASE)

FOLDER_NAME_BYTES = 100
HASH_DIGITS = 8
RESERVED = frozenset({"con", "prn", "aux", "nul", "index.html", "grades.csv", "grader.log"}) | {
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
}
"""Names that Windows keeps for devices, and those of the files that stand beside the students' folders."""


def is_ignored(name: str) -> bool:
    """Whether a file or folder is what editors and systems leave behind, or something else that nobody hands in."""
    return name.startswith((".", "~")) or name.endswith("~") or name.lower() in IGNORED


def is_hand_in(name: str) -> bool:
    """Whether a file has the name of a notebook or of a module."""
    return HAND_IN.fullmatch(name) is not None and NOT_A_STUDENT.fullmatch(name) is None


def stem_of(name: str) -> str:
    """A file's name without what says its format: ``ana`` for ``ana.ipynb``, ``ana.py.txt`` and ``ana.pdf``."""
    found = OTHER_WORK.fullmatch(name)
    return found["stem"] if found else folder_stem(name)


def folder_stem(name: str) -> str:
    """A folder's name, without the suffix of a hand-in or zip that it stands for; ``j.doc`` is a plain name."""
    if found := HAND_IN.fullmatch(name):
        return found["stem"]
    return name[: -len(".zip")] if name.lower().endswith(".zip") and len(name) > len(".zip") else name


def clean_text(text: str) -> str:
    """``text`` without lone surrogates, which no file, frame or report can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def decode_name(raw: bytes) -> str:
    """A file name as its writer meant it: UTF-8, or the encoding of Chinese Windows, or at least something readable."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def folder_name(student_id: str) -> str:
    """A safe file name for a student: letters and digits of every script, ``.``, ``_`` and ``-``.

    A name that had to be changed ends in a short hash of the id, so that two ids cannot meet in one folder and the
    folder of a student does not depend on who else is in the class.
    """
    kept = "".join(letter if _is_safe(letter) else "_" for letter in student_id).strip(".")
    short = _cut(kept, FOLDER_NAME_BYTES)
    # Windows reserves the device names with any suffix, too: `con.txt` is the console.
    is_reserved = not RESERVED.isdisjoint({short.lower(), short.lower().split(".")[0]})
    if short and short == student_id and not is_reserved:
        return short
    return _with_hash(short.replace(".", "_") if is_reserved else short or "student", student_id)


def folder_names(student_ids: Iterable[str]) -> Mapping[str, str]:
    """The folder of each student; names that some file systems take for the same are told apart by a short hash."""
    names = {student_id: folder_name(student_id) for student_id in student_ids}
    often = Counter(_comparable(name) for name in names.values())
    return {
        student_id: name if often[_comparable(name)] == 1 else _with_hash(name, student_id)
        for student_id, name in names.items()
    }


def _is_safe(letter: str) -> bool:
    """Letters, digits and the marks that belong to letters (accents, vowel signs) of any script."""
    return letter in "._-" or unicodedata.category(letter)[0] in "LM" or unicodedata.category(letter) == "Nd"


def _comparable(name: str) -> str:
    """The form in which file systems that ignore case and composition compare names."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def _cut(name: str, limit: int) -> str:
    """The beginning of ``name`` that fits into ``limit`` bytes."""
    return name.encode()[:limit].decode(errors="ignore")


def _with_hash(name: str, student_id: str) -> str:
    digits = hashlib.sha256(student_id.encode(errors="surrogatepass")).hexdigest()[:HASH_DIGITS]
    return f"{_cut(name, FOLDER_NAME_BYTES - HASH_DIGITS - 1)}-{digits}"
