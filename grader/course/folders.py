"""The single home of where the parts of a course lie: ``assignments/``, ``solutions/``, one assignment's files."""

from __future__ import annotations

from pathlib import Path

import msgspec

from grader.course.digest import digest_of_suite
from grader.course.manifest import MANIFEST_NAME, read_manifest
from grader.course.nearest import suggestion
from grader.errors import CourseError, UsageError
from grader.model.assignment import Assignment

HANDOUTS, SOLUTIONS, VISIBLE_SUITE = "assignments", "solutions", "test_visible.py"


class CourseAssignment(msgspec.Struct, frozen=True, kw_only=True):
    """One assignment and where its files are."""

    assignment: Assignment
    handout: Path
    """``assignments/<id>``: what students get."""
    solutions: Path
    """``solutions/<id>``: for instructors and the judge only."""
    reference: Path
    """The reference module, ``solutions/<id>/<id>.py``."""
    suites: tuple[Path, ...]
    """The hidden ``test_*.py``, sorted by name."""
    visible_suite: Path | None
    suite_digest: str
    """``sha256:<hex>`` of everything that decides a verdict: manifest, suites and what lies beside them, reference."""

    @property
    def secrets(self) -> tuple[Path, ...]:
        """What no student code may ever read, links followed: all solutions of the course, and what they link to."""
        return (self.solutions.parent, self.solutions, self.reference, *self.suites)

    @property
    def files(self) -> dict[str, Path]:
        """Where the assignment's data files are, by the path under which a hand-in reads them."""
        return {name: self.handout / name for name in self.assignment.files}


class Course(msgspec.Struct, frozen=True):
    """A folder with ``assignments/`` and ``solutions/``."""

    root: Path

    def assignment_ids(self) -> tuple[str, ...]:
        """The names of the folders that hold an ``assignment.toml``, sorted."""
        manifests = (self.root / HANDOUTS).glob(f"*/{MANIFEST_NAME}")
        return tuple(sorted(manifest.parent.name for manifest in manifests))

    def expect(self, assignment_id: str) -> None:
        """Accept the id of an assignment of this course.

        Raises:
            UsageError: if there is none with that id; the hint names the nearest.
            CourseError: if there are solutions for it, but its ``assignment.toml`` is gone.
        """
        known = self.assignment_ids()
        if assignment_id not in known:
            if assignment_id in (folder.name for folder in (self.root / SOLUTIONS).iterdir()):
                manifest = self.root / HANDOUTS / assignment_id / MANIFEST_NAME
                _expect_file(manifest, hint=f"{SOLUTIONS}/{assignment_id} belongs to it")
            finding = f"no assignment `{assignment_id}`"
            raise UsageError(finding, place=str(self.root / HANDOUTS), hint=suggestion(assignment_id, known))

    def open(self, assignment_id: str) -> CourseAssignment:
        """The assignment with that id, read and checked.

        Raises:
            UsageError: if there is none; the hint names the nearest.
            CourseError: if a file of the assignment is missing or faulty.
        """
        self.expect(assignment_id)
        handout, solutions = self.root / HANDOUTS / assignment_id, self.root / SOLUTIONS / assignment_id
        assignment = read_manifest(handout / MANIFEST_NAME)
        reference = solutions / f"{assignment_id}.py"
        _expect_file(reference, hint=f"python -m grader.course.stubs {assignment_id} makes it from the master notebook")
        visible = handout / VISIBLE_SUITE
        return CourseAssignment(
            assignment=assignment,
            handout=handout,
            solutions=solutions,
            reference=reference,
            suites=_suites(assignment, solutions),
            visible_suite=visible if visible.is_file() else None,
            suite_digest=digest_of_suite(handout=handout, solutions=solutions, files=assignment.files),
        )


def find_course(start: Path) -> Course:
    """The course at ``start``, or the nearest one above it.

    Raises:
        UsageError: if no folder on the way up has both ``assignments/`` and ``solutions/``.
    """
    start = start.absolute()
    if not start.exists():
        raise UsageError("no such folder", place=str(start))
    for folder in (start, *start.parents):
        if (folder / HANDOUTS).is_dir() and (folder / SOLUTIONS).is_dir():
            return Course(folder)
    lacking = [name for name in (HANDOUTS, SOLUTIONS) if not (start / name).is_dir()]
    finding = f"no course here or above: {' and '.join(f'{name}/' for name in lacking)} not found"
    raise UsageError(finding, place=str(start), hint="go to the course's folder or name it with --course DIR")


def find_handout(start: Path) -> Path | None:
    """What students get of an assignment: the folder at ``start``, or the nearest above it, with a manifest."""
    start = start.absolute()
    return next((folder for folder in (start, *start.parents) if (folder / MANIFEST_NAME).is_file()), None)


def _suites(assignment: Assignment, solutions: Path) -> tuple[Path, ...]:
    for index, exercise in enumerate(assignment.exercises):
        suite = solutions / f"test_{exercise.id}.py"
        near = suggestion(suite.name, [path.name for path in solutions.glob("test_*.py")])
        hint = f"$.exercise[{index}].id of {MANIFEST_NAME} asks for it" + (f"; {near}" if near else "")
        _expect_file(suite, hint=hint)
    return tuple(sorted(path for path in solutions.glob("test_*.py") if path.is_file()))


def _expect_file(path: Path, *, hint: str) -> None:
    if path.is_dir():
        raise CourseError("expected a file, found a folder", place=str(path), hint=hint)
    if not path.is_file():
        raise CourseError("expected a file, found nothing", place=str(path), hint=hint)
