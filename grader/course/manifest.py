"""The single home of reading ``assignment.toml``: its form, and messages that say where it is broken and what to write.

What the values must fulfil beyond their types is in `grader.course.checks`.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from grader.course.checks import check_assignment
from grader.course.faults import fault_of
from grader.course.files import check_files
from grader.errors import CourseError
from grader.model.assignment import Assignment, Exercise, ExerciseKind, Limits, SubmissionFormat
from grader.model.text import Language, Text

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST_NAME = "assignment.toml"


class ExerciseTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[exercise]]`` as it is written."""

    id: str
    kind: ExerciseKind
    points: float
    title: Text
    names: tuple[str, ...] | None = None
    parameters: tuple[str, ...] = ()
    aliases: dict[str, tuple[str, ...]] = {}


class ManifestTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file as it is written."""

    schema: Literal["grader/assignment/v1"]
    id: str
    version: str
    language: Language
    accepts: tuple[SubmissionFormat, ...]
    title: Text
    exercise: tuple[ExerciseTable, ...]
    limits: Limits = Limits()
    files: tuple[str, ...] = ()


def read_manifest(path: Path, *, copied: bool = False) -> Assignment:
    """The assignment that the file describes; in a student's copy (``copied``) its folder may have any name.

    Raises:
        CourseError: if the file cannot be read, is no TOML, or does not say what an assignment must say; if a data
            file that it lists is not there.
    """
    place = str(path)
    document = _parse(_read_text(path), place=place)
    try:
        table = msgspec.convert(document, ManifestTable)
    except msgspec.ValidationError as error:
        raise fault_of(error, document=document, root=ManifestTable, place=place) from None
    assignment = _assignment(table)
    check_assignment(assignment, folder_name=None if copied else path.parent.name, place=place)
    check_files(assignment.files, folder=path.parent, place=place)
    return assignment


def _read_text(path: Path) -> str:
    """The file's text; a UTF-8 byte-order mark, which some editors write, is not part of it."""
    place = str(path)
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise CourseError("expected a file, found a folder", place=place) from None
    except FileNotFoundError:
        raise CourseError(
            "expected a file, found nothing", place=place, hint="each folder of assignments/ needs one"
        ) from None
    except OSError as error:
        raise CourseError(f"cannot be read: {error.strerror}", place=place) from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CourseError("expected UTF-8 text, found UTF-16", place=place, hint="save the file as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CourseError(
            f"line {line}: expected UTF-8 text, found the byte 0x{data[error.start]:02x}",
            place=place,
            hint="save the file as UTF-8",
        ) from None


def _parse(text: str, *, place: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CourseError(f"expected TOML: {error}", place=place, hint="see https://toml.io for the syntax") from None


def _assignment(table: ManifestTable) -> Assignment:
    return Assignment(
        id=table.id,
        title=table.title,
        language=table.language,
        accepts=table.accepts,
        exercises=tuple(_exercise(exercise) for exercise in table.exercise),
        limits=table.limits,
        version=table.version,
        files=table.files,
    )


def _exercise(table: ExerciseTable) -> Exercise:
    return Exercise(
        id=table.id,
        kind=table.kind,
        points=table.points,
        title=table.title,
        names=(table.id,) if table.names is None else table.names,
        parameters=table.parameters,
        aliases=table.aliases,
    )
