"""A slot without a judge: what it does with a submission is the submission's file name. Started by the pool's tests."""

from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

from grader.batch.frames import FRAME_BYTES, Failed, Fault, Job, Outcome, Prepared, Refused, Task
from grader.feedback.view import Audience, Feedback
from grader.model.grade import Status
from grader.model.result import Wall
from grader.model.text import Text
from grader.wire.channel import Channel
from grader.wire.faults import ChannelClosed


def main() -> None:
    """Do as the job's and the submissions' names say."""
    channel = Channel(socket.socket(fileno=int(sys.argv[1])), receives=Job | Task, max_frame_bytes=FRAME_BYTES)
    job = channel.receive()
    notes = Path(job.course_root)
    with (notes / "started").open("a") as started:
        started.write(f"{os.getpid()} {os.environ['TMPDIR']}\n")
    if job.assignment_id == "faulty_course":
        channel.send(Refused(fault=Fault.COURSE, finding="no reference", place="solutions", hint="write one"))
        return
    if job.assignment_id == "weak_machine" and not job.allow_weak_sandbox:
        wall = Wall(id="filesystem", stood=False, detail="no Landlock")
        channel.send(Refused(fault=Fault.MACHINE, finding="a wall is missing", fallen=(wall,)))
        return
    if job.assignment_id == "no_machine":
        os.write(1, b"no memory")
        os._exit(3)
    channel.send(Prepared(case_count=2))
    while True:
        try:
            task = channel.receive()
        except ChannelClosed:
            return
        _answer(channel, job, task, notes)


def _answer(channel: Channel, job: Job, task: Task, notes: Path) -> None:
    submission = task.submission
    told = submission.file_name.removesuffix(".py")
    mark = notes / f"seen-{submission.student_id}"
    first = not mark.exists()
    mark.touch()
    if told == "die" or (told == "die_once" and first):
        os.write(1, b"last words")
        os._exit(9)
    if told == "hang" or (told == "hang_once" and first):
        time.sleep(600)
    if told == "fail" or (told == "fail_once" and first):
        channel.send(Failed(submission=submission, details="Traceback: boom"))
        return
    if told == "nonsense":
        channel.send(Prepared(case_count=1))
        os._exit(0)
    if told == "slow":
        time.sleep(0.3)
    feedback = Feedback(
        audience=Audience.STUDENT,
        language=job.language,
        assignment=job.assignment_id,
        assignment_title=Text(en="T", zh="T"),
        student_id=submission.student_id,
        submission=submission.file_name,
        format="module",
        digest=submission.digest,
        status=Status.GRADED,
        points=2.0,
        max_points=3.0,
        weak_sandbox=job.allow_weak_sandbox,
    )
    course_faults = ("sgd.2: wrong",) if told == "bad_case" else ()
    report = f"<p>{submission.student_id}</p>".encode()
    channel.send(Outcome(feedback=feedback, result=b"{}", report=report, course_faults=course_faults))


if __name__ == "__main__":
    main()
