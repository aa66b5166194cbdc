"""Every attack of the corpus, with and without the outer wall: what it earns, what it shows, and what it leaves.

Then what all of them together do to the tables of their class.
"""

from __future__ import annotations

import csv
import html
import json
import re
import unicodedata
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from grader.course import find_course
from grader.model.grade import Status
from grader.model.text import Language
from grader.report import scoreboard, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Judged = Any
"""One attack with all that came of it; see ``conftest.py``."""
Class = Any
TAG = re.compile(r"<[^>]*>")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
COMMANDS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
FORMULA = tuple("=+-@\t\r\n|%＝＋－＠")
COURSE_ASSIGNMENT = find_course(Path(__file__).parent).open("linear_regression")
LEAST_SECRET = 40
"""A line of the course shorter than this may stand anywhere by chance."""
JOINERS = frozenset("\u200c\u200d")


@pytest.fixture(scope="session")
def secrets() -> tuple[str, ...]:
    """Lines of the solutions' folder that stand in nothing that students are given."""
    public = "\n".join(_normal(text) for text in map(_text_of, COURSE_ASSIGNMENT.handout.iterdir()))
    lines = {
        _normal(line)
        for path in (*COURSE_ASSIGNMENT.suites, COURSE_ASSIGNMENT.reference)
        for line in _text_of(path).splitlines()
        if not line.strip().startswith(("en=", "zh="))  # titles and hints, which are written for students
    }
    return tuple(sorted(line for line in lines if len(line) >= LEAST_SECRET and line not in public))


@pytest.fixture(scope="session")
def marks() -> dict[str, str]:
    """Per attack, the longest line of its hand-in that stands in no other one."""
    files = sorted(Path(__file__).parent.glob(f"*/*/{COURSE_ASSIGNMENT.assignment.id}.*"))
    lines = {f"{file.parts[-3]}/{file.parts[-2]}": set(map(_normal, _handed_in(file).splitlines())) for file in files}
    often = Counter(line for of_one in lines.values() for line in of_one)
    longest = {
        attack: max((line for line in of if often[line] == 1), key=len, default="") for attack, of in lines.items()
    }
    return {attack: line for attack, line in longest.items() if len(line) >= LEAST_SECRET}


def _handed_in(file: Path) -> str:
    """The text of a hand-in, the lines of a notebook's cells as they are shown."""
    text = file.read_text(encoding="utf-8", errors="replace")
    if file.suffix != ".ipynb":
        return text
    return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])


def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _normal(text: str) -> str:
    return " ".join(text.split())


def _spoken(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _spoken(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _spoken(inner)
    elif isinstance(value, str):
        yield value


def _all_that_a_student_reads(judged: Judged) -> str:
    """The words of the report and of the result, each run of blanks as one."""
    page = html.unescape(TAG.sub("", judged.report))
    return " ".join(" ".join([page, *_spoken(json.loads(judged.result))]).split())


def _verdicts(judged: Judged) -> dict[str, str]:
    """The verdict of each case that the promise speaks of, by case or by exercise."""
    found: dict[str, set[str]] = {}
    for exercise in judged.feedback.exercises:
        for case in exercise.cases:
            found.setdefault(case.id, set()).add(str(case.verdict))
            found.setdefault(exercise.id, set()).add(str(case.verdict))
    return {name: " ".join(sorted(found.get(name, {"no such case"}))) for name in judged.attack.promise.verdicts}


def test_an_attack_earns_what_its_honest_part_deserves(judged: Judged) -> None:
    """Not a point more, not a point less, and each case that the promise names ends as it says."""
    assert not judged.failure, judged.failure
    assert _verdicts(judged) == {name: str(verdict) for name, verdict in judged.attack.promise.verdicts.items()}
    assert judged.feedback.points == judged.attack.promise.points
    assert judged.feedback.status in (Status.GRADED, Status.INVALID)


def test_a_student_reads_what_the_promise_says(judged: Judged) -> None:
    """What the attack achieved is told where the promise says so, and what must not be told is not."""
    read, says = _all_that_a_student_reads(judged), judged.attack.promise.says

    assert [words for words in says.contains if " ".join(words.split()) not in read] == []
    assert [words for words in says.never if " ".join(words.split()) in read or words in judged.report] == []


def test_nothing_of_the_solutions_and_of_others_is_read(
    judged: Judged, secrets: tuple[str, ...], marks: dict[str, str]
) -> None:
    """No line of a hidden suite, of the reference or of another hand-in, unless it stands in this one."""
    read = _all_that_a_student_reads(judged)
    own = _normal(_handed_in(judged.attack.file))
    others = [mark for attack_id, mark in marks.items() if attack_id != judged.attack.id]

    assert [secret for secret in (*secrets, *others) if secret in read and secret not in own] == []


def test_the_report_is_inert(judged: Judged, check_inert: Callable[..., Any]) -> None:
    """Whatever the hand-in holds, its page runs nothing, loads nothing and deceives nobody; its result is JSON."""
    nodes = check_inert(judged.report)

    assert [node.tag for node in nodes].count("h1") == 1
    assert [node.tag for node in nodes].count("main") == 1
    assert len(judged.report) < 8_000_000
    told = json.loads(judged.result)
    assert told.pop("student_id") == judged.feedback.student_id  # an identity, which others look up as it is
    assert COMMANDS.findall("".join(_spoken(told))) == []


def test_nothing_of_an_attack_is_left(judged: Judged) -> None:
    """No process, working folder, shared memory, semaphore or message queue outlives the hand-in's last case."""
    assert judged.left == ()


def test_nothing_of_the_corpus_is_left(corpus: Class) -> None:
    """When the zygote has ended, so have all processes, and its folders are gone."""
    assert corpus.left == ()


def test_the_secrets_are_real(secrets: tuple[str, ...], marks: dict[str, str]) -> None:
    """There are many, and one of them is known to be in a suite; otherwise finding none would prove nothing."""
    assert len(marks) > 60
    assert len(secrets) > 100
    assert any("test_training_reaches_the_true_parameters" in secret for secret in secrets)


def test_the_index_is_inert(corpus: Class, check_inert: Callable[..., Any]) -> None:
    """The page of the class shows every name and runs none."""
    folders = corpus.overviews.folders.values()
    links = {f"{quote(folder)}/report.html" for folder in folders}

    check_inert(corpus.overviews.index.read_text(encoding="utf-8"), links=links)

    for folder in folders:
        written = corpus.overviews.index.parent / folder
        assert written.resolve() == written
        assert sorted(path.name for path in written.iterdir()) == ["report.html", "result.json"]


def test_the_table_of_grades_holds_no_formula(corpus: Class) -> None:
    """No cell begins like one, and no name makes a row or a column more."""
    with (corpus.overviews.index.parent / "grades.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)

    assert len(rows) == len(corpus.judged)
    assert {len(row) for row in rows} == {len(header)}
    assert [cell for row in rows for cell in row if cell.lstrip(" ").startswith(FORMULA)] == []


def test_junit_is_well_formed(corpus: Class) -> None:
    """A parser reads as many suites as there are hand-ins."""
    suites = ET.parse(corpus.overviews.index.parent / "junit.xml").getroot()

    assert len(suites.findall("testsuite")) == len(corpus.judged)


def test_the_scoreboard_commands_no_terminal(corpus: Class) -> None:
    """Beside colours of our own there is no control character, and none that turns the direction or hides."""
    rows = [summarise(feedback) for feedback in corpus.overviews.feedbacks]
    console = Console(file=StringIO(), force_terminal=True, width=160, color_system="standard")
    with console.capture() as captured:
        console.print(scoreboard(rows, title=COURSE_ASSIGNMENT.assignment.title, language=Language.EN, width=160))
    drawn = captured.get()

    assert _odd(COLOUR.sub("", drawn)) - {"\n"} == set()
    assert drawn.count("/ 30") == len(corpus.judged)


def _odd(text: str) -> set[str]:
    """The characters that are no text."""
    return {character for character in text if unicodedata.category(character) in ("Cc", "Cf", "Cs")} - JOINERS
