"""Tests of reading a manifest: what a sound one says, and what a person is told about a broken one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.course.manifest import read_manifest
from grader.errors import CourseError
from grader.model.assignment import ExerciseKind, SubmissionFormat
from grader.model.text import Language, Text

if TYPE_CHECKING:
    from pathlib import Path


def rewrite(manifest: Path, old: str, new: str) -> None:
    """Replace what must be there once."""
    text = manifest.read_text(encoding="utf-8")
    assert text.count(old) == 1
    manifest.write_text(text.replace(old, new), encoding="utf-8")


def test_a_sound_manifest_becomes_an_assignment(manifest: Path) -> None:
    """Every key arrives; names default to the id, limits to the model's."""
    assignment = read_manifest(manifest)

    assert (assignment.id, assignment.version, assignment.language) == ("warm_up", "3", Language.ZH)
    assert assignment.title == Text(en="Warm-up", zh="热身")
    assert assignment.accepts == (SubmissionFormat.NOTEBOOK,)
    assert (assignment.limits.call_seconds, assignment.limits.load_seconds) == (2, 60)
    double, answers = assignment.exercises
    assert (double.kind, double.points, double.names, double.parameters) == (
        ExerciseKind.FUNCTION,
        2.5,
        ("double",),
        ("x",),
    )
    assert (answers.names, answers.aliases) == (("first", "second"), {"first": ("erste",)})
    assert assignment.max_points == 3.5


def test_a_byte_order_mark_is_no_part_of_the_text(manifest: Path) -> None:
    """Some editors begin UTF-8 files with a mark; it does no harm."""
    manifest.write_bytes(b"\xef\xbb\xbf" + manifest.read_bytes())

    assert read_manifest(manifest).id == "warm_up"


BROKEN = {
    "a wrong type": (
        "points = 2.5",
        'points = "three"',
        '$.exercise[0].points: expected `float`, got `str` ("three")',
        "write points = 3",
    ),
    "a truth value for a number": (
        "points = 2.5",
        "points = true",
        "$.exercise[0].points: expected `float`, got `bool` (True)",
        "write points = 3",
    ),
    "a wrong type in a list": (
        'accepts = ["notebook"]',
        'accepts = ["notebook", 3]',
        "$.accepts[1]: expected `str`, got `int` (3)",
        'write accepts = ["notebook", "module"]',
    ),
    "a wrong type in a table": (
        '{ first = ["erste"] }',
        '{ second = ["zweite"], first = "erste" }',
        '$.exercise[1].aliases.first: expected `array`, got `str` ("erste")',
        'write aliases = { squared_loss = ["square_loss"] }',
    ),
    "a key with a slip": (
        "points = 2.5",
        "pionts = 2.5",
        (
            "$.exercise[0].pionts: unknown key, expected one of "
            "`aliases`, `id`, `kind`, `names`, `parameters`, `points`, `title`"
        ),
        "did you mean `points`?",
    ),
    "a key from nowhere": (
        'version = "3"',
        'version = "3"\nzzzzzz = 1',
        (
            "$.zzzzzz: unknown key, expected one of "
            "`accepts`, `exercise`, `files`, `id`, `language`, `limits`, `schema`, `title`, `version`"
        ),
        "remove it",
    ),
    "an unknown limit": (
        "call_seconds = 2",
        "call_second = 2",
        (
            "$.limits.call_second: unknown key, expected one of `call_seconds`, `case_seconds`, `cpu_seconds`, "
            "`disk_bytes`, `disk_files`, `file_bytes`, `frame_bytes`, `load_grace_seconds`, `load_seconds`, "
            "`memory_bytes`, `open_files`, `output_bytes`, `reloads`, `threads`"
        ),
        "did you mean `call_seconds`?",
    ),
    "a missing key": (
        "points = 2.5\n",
        "",
        "$.exercise[0].points: expected a value, found nothing",
        "write points = 3",
    ),
    "a missing language": (
        'zh = "热身"',
        "",
        "$.title.zh: expected a value, found nothing",
        'write zh = "平方损失"',
    ),
    "an unknown kind": (
        'kind = "function"',
        'kind = "functoin"',
        '$.exercise[0].kind: expected `function` or `class` or `quiz`, got "functoin"',
        "did you mean `function`?",
    ),
    "another schema": (
        "grader/assignment/v1",
        "grader/assignment/v2",
        '$.schema: expected `grader/assignment/v1`, got "grader/assignment/v2"',
        "did you mean `grader/assignment/v1`?",
    ),
    "another id than the folder's": (
        'id = "warm_up"',
        'id = "warmup"',
        '$.id: expected "warm_up", the name of its folder, got "warmup"',
        "rename one of them",
    ),
    "a limit in words": (
        "call_seconds = 2",
        'call_seconds = "two"',
        '$.limits.call_seconds: expected `float`, got `str` ("two")',
        "write call_seconds = 60",
    ),
    "an empty version": (
        'version = "3"',
        'version = ""',
        "$.version: expected text, got an empty one",
        'write version = "1"',
    ),
    "an empty text": (
        'zh = "热身"',
        'zh = "  "',
        "$.title.zh: expected text, got an empty one",
        "write it in both languages",
    ),
    "no points": (
        "points = 2.5",
        "points = 0",
        "$.exercise[0].points: expected a positive number, got 0.0",
        "write points = 3",
    ),
    "points without end": (
        "points = 2.5",
        "points = inf",
        "$.exercise[0].points: expected a positive number, got inf",
        "write points = 3",
    ),
    "a limit below zero": (
        "call_seconds = 2",
        "call_seconds = -1",
        "$.limits.call_seconds: expected a positive number, got -1.0",
        "remove call_seconds for the default",
    ),
    "nothing accepted": (
        'accepts = ["notebook"]',
        "accepts = []",
        "$.accepts: expected at least one entry, found none",
        "",
    ),
    "the same format twice": (
        'accepts = ["notebook"]',
        'accepts = ["notebook", "notebook"]',
        '$.accepts[1]: expected each entry once, got "notebook" again',
        "remove one of them",
    ),
    "an id that Python cannot bind": (
        'id = "double"',
        'id = "double-it"',
        '$.exercise[0].id: expected a Python name, got "double-it"',
        "use letters, digits and _, no keyword",
    ),
    "a keyword for a name": (
        '"first", "second"',
        '"first", "lambda"',
        '$.exercise[1].names[1]: expected a Python name, got "lambda"',
        "use letters, digits and _, no keyword",
    ),
    "a private name": (
        '"first", "second"',
        '"first", "_second"',
        '$.exercise[1].names[1]: expected a public Python name, got "_second"',
        "remove the leading _",
    ),
    "an id twice": (
        'id = "answers"',
        'id = "double"',
        '$.exercise[1].id: expected an id of its own, got "double", the id of $.exercise[0]',
        "rename one of them",
    ),
    "a name that belongs to another exercise": (
        '"first", "second"',
        '"first", "double"',
        '$.exercise[1].names[1]: expected a name of its own, got "double", which is $.exercise[0].names[0]',
        "",
    ),
    "an alias that is a name": (
        '["erste"]',
        '["second"]',
        '$.exercise[1].aliases.first[0]: expected a name of its own, got "second", which is $.exercise[1].names[1]',
        "",
    ),
    "an alias of nothing": (
        "{ first =",
        "{ frist =",
        "$.exercise[1].aliases.frist: expected one of the exercise's names",
        "did you mean `first`?",
    ),
    "parameters of a quiz": (
        'kind = "quiz"',
        'kind = "quiz"\nparameters = ["x"]',
        "$.exercise[1].parameters: expected none for an exercise of kind `quiz`, got 1",
        'remove them or write kind = "function"',
    ),
    "a parameter twice": (
        '["x"]',
        '["x", "x"]',
        '$.exercise[0].parameters[1]: expected each parameter once, got "x" again',
        "",
    ),
}


@pytest.mark.parametrize(("old", "new", "finding", "hint"), BROKEN.values(), ids=BROKEN.keys())
def test_a_faulty_key_is_named_with_what_to_write(manifest: Path, old: str, new: str, finding: str, hint: str) -> None:
    """The message says file, key, what was expected and found, and the next step."""
    rewrite(manifest, old, new)

    with pytest.raises(CourseError) as caught:
        read_manifest(manifest)

    assert (caught.value.place, caught.value.finding, caught.value.hint) == (str(manifest), finding, hint)


def test_no_exercise_is_none_to_grade(manifest: Path) -> None:
    """An assignment without exercises is refused."""
    head = manifest.read_text(encoding="utf-8").partition("[[exercise]]")[0]
    manifest.write_text(head.replace("[title]", "exercise = []\n[title]"), encoding="utf-8")

    with pytest.raises(CourseError, match=r"\$\.exercise: expected at least one exercise, found none"):
        read_manifest(manifest)


def test_broken_toml_is_told_with_its_line(manifest: Path) -> None:
    """What the parser says names the line."""
    rewrite(manifest, 'version = "3"', "version 3")

    with pytest.raises(CourseError, match=r"assignment\.toml: expected TOML: .* \(at line 3, column \d+\)"):
        read_manifest(manifest)


def test_utf_16_is_told_apart_from_other_bytes(manifest: Path) -> None:
    """A file that an editor saved as UTF-16 says so."""
    manifest.write_text(manifest.read_text(encoding="utf-8"), encoding="utf-16")

    with pytest.raises(CourseError, match=r"expected UTF-8 text, found UTF-16\n  hint: save the file as UTF-8"):
        read_manifest(manifest)


def test_other_bytes_are_told_with_their_line(manifest: Path) -> None:
    """A file in a Chinese legacy encoding says where it stops being UTF-8."""
    manifest.write_bytes(manifest.read_text(encoding="utf-8").encode("gb18030"))

    with pytest.raises(CourseError, match=r"line 9: expected UTF-8 text, found the byte 0xc8"):
        read_manifest(manifest)


def test_a_folder_is_no_manifest(manifest: Path) -> None:
    """A folder with the manifest's name is named as such."""
    manifest.unlink()
    manifest.mkdir()

    with pytest.raises(CourseError, match="expected a file, found a folder"):
        read_manifest(manifest)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    """No file at all has its own message."""
    with pytest.raises(CourseError, match=r"nowhere\.toml: expected a file, found nothing"):
        read_manifest(tmp_path / "nowhere.toml")


def test_a_file_that_cannot_be_read_says_why(manifest: Path) -> None:
    """A link to itself is an example of what the system refuses to open."""
    manifest.unlink()
    manifest.symlink_to(manifest)

    with pytest.raises(CourseError, match=r"assignment\.toml: cannot be read: Too many levels of symbolic links"):
        read_manifest(manifest)


def test_the_folder_of_a_copy_may_have_any_name(manifest: Path) -> None:
    """A student who renames the folder still has the assignment; in a course the name must fit."""
    copy = manifest.parent.rename(manifest.parent.with_name("week 3")) / manifest.name

    assert read_manifest(copy, copied=True).id == "warm_up"
    with pytest.raises(CourseError, match="the name of its folder"):
        read_manifest(copy)
