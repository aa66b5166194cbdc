"""The pool: whatever happens to a slot, every submission has its result, and nothing is left behind."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil
import pytest

from grader.batch.frames import Failed, Job, Outcome
from grader.errors import CourseError
from grader.sandbox.walls import WeakSandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from grader.batch.local import LocalPool
    from grader.model.submission import Submission

    Pool = Callable[..., LocalPool]
    Submit = Callable[..., Submission]


def _kinds(results: Iterable[Outcome | Failed]) -> dict[str, str]:
    return {
        result.submission.student_id if isinstance(result, Failed) else result.feedback.student_id: type(
            result
        ).__name__
        for result in results
    }


def _started(job: Job) -> list[tuple[int, Path]]:
    """The slots that were started: process and folder."""
    lines = (Path(job.course_root) / "started").read_text().splitlines()
    return [(int(line.split()[0]), Path(line.split()[1])) for line in lines]


def _left_over(job: Job) -> list[object]:
    return [left for pid, folder in _started(job) for left in (pid, folder) if _is_there(left)]


def _is_there(left: int | Path) -> bool:
    return left.exists() if isinstance(left, Path) else psutil.pid_exists(left)


@pytest.mark.parametrize("jobs", [1, 2])
def test_every_submission_has_an_outcome(pool: Pool, job: Job, submission: Submit, jobs: int) -> None:
    """On as many slots as asked for, which are gone afterwards."""
    results = _kinds(pool(jobs).run(job, [submission(name) for name in "abcde"]))

    assert results == dict.fromkeys("abcde", "Outcome")
    assert len(_started(job)) <= jobs
    assert not _left_over(job)


def test_no_more_slots_are_started_than_there_are_submissions(pool: Pool, job: Job, submission: Submit) -> None:
    """Warming one up is what costs."""
    assert _kinds(pool(8).run(job, [submission("ana")])) == {"ana": "Outcome"}
    assert len(_started(job)) == 1


def test_nothing_to_do_starts_nothing(pool: Pool, job: Job) -> None:
    """A class of which no hand-in could be read."""
    assert _kinds(pool(2).run(job, [])) == {}
    assert not (Path(job.course_root) / "started").exists()


@pytest.mark.parametrize("does", ["die_once", "hang_once", "fail_once"])
def test_a_submission_is_tried_again_on_a_fresh_slot(pool: Pool, job: Job, submission: Submit, does: str) -> None:
    """The slot that died, hung or failed is replaced; the others never notice."""
    submissions = [submission("a"), submission("b", does), submission("c")]

    results = _kinds(pool(slack_seconds=1.0).run(job, submissions))

    assert results == {"a": "Outcome", "b": "Outcome", "c": "Outcome"}
    assert len(_started(job)) == 2
    assert not _left_over(job)


@pytest.mark.parametrize("does", ["die", "hang", "fail", "nonsense"])
def test_a_second_failure_is_final_and_costs_only_its_submission(
    pool: Pool, job: Job, submission: Submit, does: str
) -> None:
    """The others go on."""
    submissions = [submission("a", does), submission("b"), submission("c")]

    results = _kinds(pool(slack_seconds=1.0).run(job, submissions))

    assert results == {"a": "Failed", "b": "Outcome", "c": "Outcome"}
    assert not _left_over(job)


@pytest.mark.parametrize(("does", "details"), [("die", "exit code 9\nlast words"), ("fail", "Traceback: boom")])
def test_a_failure_says_what_happened(pool: Pool, job: Job, submission: Submit, does: str, details: str) -> None:
    """What the slot said, or how it ended and what it printed last."""
    (failed,) = pool().run(job, [submission("a", does)])

    assert isinstance(failed, Failed)
    assert details in failed.details


def test_a_faulty_course_is_raised_with_all_its_parts(pool: Pool, job: Job, submission: Submit) -> None:
    """No submission is to blame, and none is judged."""
    faulty = msgspec.structs.replace(job, assignment_id="faulty_course")

    with pytest.raises(CourseError) as caught:
        list(pool(2).run(faulty, [submission("a"), submission("b")]))

    assert str(caught.value) == "solutions: no reference\n  hint: write one"
    assert not _left_over(job)


def test_a_machine_without_its_walls_is_raised_with_what_is_missing(pool: Pool, job: Job, submission: Submit) -> None:
    """At once: a second slot would find the same machine."""
    weak = msgspec.structs.replace(job, assignment_id="weak_machine")

    with pytest.raises(WeakSandbox) as caught:
        list(pool(1).run(weak, [submission("a"), submission("b")]))

    assert [(wall.id, wall.detail) for wall in caught.value.fallen] == [("filesystem", "no Landlock")]
    assert len(_started(job)) == 1
    assert not _left_over(job)


def test_where_no_slot_can_start_every_submission_has_failed(pool: Pool, job: Job, submission: Submit) -> None:
    """After one more try, with what the slot said."""
    broken = msgspec.structs.replace(job, assignment_id="no_machine")

    results = list(pool().run(broken, [submission("a"), submission("b")]))

    assert _kinds(results) == {"a": "Failed", "b": "Failed"}
    assert isinstance(results[0], Failed)
    assert "exit code 3\nno memory" in results[0].details
    assert len(_started(job)) == 2


@pytest.mark.parametrize("command", [["/bin/false"], ["/nowhere/python"]], ids=["ends at once", "does not exist"])
def test_a_process_that_cannot_be_is_a_failure_not_an_exception(
    pool: Pool, job: Job, submission: Submit, command: list[str]
) -> None:
    """What was finished before must still be written."""
    results = pool(2, command=command).run(job, [submission("a"), submission("b")])

    assert _kinds(results) == {"a": "Failed", "b": "Failed"}


def test_closing_it_ends_what_still_runs(pool: Pool, job: Job, submission: Submit) -> None:
    """As Ctrl-C does."""
    results = pool(2).run(job, [submission("a"), submission("b", "hang"), submission("c", "hang")])
    next(results)

    results.close()

    assert not _left_over(job)


def test_what_a_killed_coordinator_left_is_removed_by_the_next(
    pool: Pool, job: Job, submission: Submit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could not do so itself."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / "grader-slot-left"
    left.mkdir()
    (left / "held").touch()

    assert _kinds(pool().run(job, [submission("a")])) == {"a": "Outcome"}
    assert not left.exists()
