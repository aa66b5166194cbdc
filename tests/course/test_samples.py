"""Tests of reading sample hand-ins and known mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.course.samples import read_misconceptions, read_samples
from grader.errors import CourseError
from grader.model.text import Text
from grader.model.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

PROMISE = """\
why = "Doubles twice."
points = 2

[exercises]
double = 0.5
answers = 1.5

[verdicts]
"double.2" = "wrong"
"""
MISTAKE = '''\
"""It triples.

它乘了三。
"""


def double(x):
    return 3 * x


CAUGHT_BY = ("test_two_is_four",)
'''


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The folder of a sample hand-in."""
    folder = tmp_path / "submissions" / "王芳"
    folder.mkdir(parents=True)
    (folder / "expected.toml").write_text(PROMISE, encoding="utf-8")
    (folder / "warm_up.py").write_text("", encoding="utf-8")
    return folder


@pytest.fixture
def mistake(tmp_path: Path) -> Path:
    """The file of a known mistake."""
    path = tmp_path / "misconceptions" / "double" / "tripled.py"
    path.parent.mkdir(parents=True)
    path.write_text(MISTAKE, encoding="utf-8")
    return path


def test_a_sample_is_read_with_its_promise(sample: Path, tmp_path: Path) -> None:
    """The folder's name is the student's, the other file the hand-in."""
    (read,) = read_samples(tmp_path)

    assert (read.name, read.hand_in) == ("王芳", sample / "warm_up.py")
    assert (read.promise.points, read.promise.exercises) == (2, {"double": 0.5, "answers": 1.5})
    assert read.promise.verdicts == {"double.2": Verdict.WRONG}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("points = 2", "points = 3", r"\$\.points: expected 2, the sum of \$\.exercises, got 3"),
        (
            '"wrong"',
            '"wrogn"',
            r"\$\.verdicts\.\"double\.2\": expected .*, got \"wrogn\"\n  hint: did you mean `wrong`\?",
        ),
        ("answers = 1.5", 'answers = "1.5"', r"\$\.exercises\.answers: expected `float`, got `str` \(\"1\.5\"\)"),
        ("why =", "wyh =", r"\$\.wyh: unknown key, .*\n  hint: did you mean `why`\?"),
        ("points = 2", "points 2", "expected TOML in UTF-8"),
    ],
)
def test_a_faulty_promise_says_where(sample: Path, tmp_path: Path, old: str, new: str, message: str) -> None:
    """File, key, expected and found."""
    (sample / "expected.toml").write_text(PROMISE.replace(old, new), encoding="utf-8")

    with pytest.raises(CourseError, match=r"expected\.toml: " + message):
        read_samples(tmp_path)


def test_a_sample_is_one_hand_in(sample: Path, tmp_path: Path) -> None:
    """Two hand-ins in one folder cannot keep one promise."""
    (sample / "warm_up.ipynb").write_text("{}", encoding="utf-8")

    with pytest.raises(CourseError, match=r"expected one hand-in beside expected\.toml, found 2"):
        read_samples(tmp_path)


def test_a_mistake_is_read_without_running_it(mistake: Path, tmp_path: Path) -> None:
    """Explanation, exercise and the tests that catch it come from the source."""
    mistake.write_text(MISTAKE + "\nraise SystemExit\n", encoding="utf-8")

    (read,) = read_misconceptions(tmp_path)

    assert (read.name, read.exercise, read.path) == ("tripled", "double", mistake)
    assert read.explanation == Text(en="It triples.", zh="它乘了三。")
    assert read.caught_by == ("test_two_is_four",)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\n\n它乘了三。", "", "expected a docstring with an English and a Chinese paragraph"),
        ("CAUGHT_BY", "caught", "expected CAUGHT_BY, found none"),
        ('("test_two_is_four",)', "double(2)", "line 11: expected a tuple of names of tests"),
        ('("test_two_is_four",)', "(1,)", "line 11: expected a tuple of names of tests"),
        ("return 3 * x", "return 3 *", "no Python"),
    ],
)
def test_a_faulty_mistake_says_what_is_missing(mistake: Path, tmp_path: Path, old: str, new: str, message: str) -> None:
    """The author learns what to write."""
    mistake.write_text(MISTAKE.replace(old, new), encoding="utf-8")

    with pytest.raises(CourseError, match=message):
        read_misconceptions(tmp_path)
