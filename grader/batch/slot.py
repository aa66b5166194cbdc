"""The single home of a slot's life: one trusted process that holds the judge and grades what it is given.

Started by the pool as ``python -P -m grader.batch.slot <descriptor>``; the descriptor is its end of a socket pair. It
ends when the other end closes. After a failure it says so and ends, because nobody knows what state it is in.
"""

from __future__ import annotations

import socket
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from grader.batch.frames import FRAME_BYTES, Failed, Fault, Job, Prepared, Refused, Task
from grader.batch.restraint import restrain
from grader.course import Course
from grader.errors import CourseError, GraderError, UsageError
from grader.sandbox.walls import WeakSandbox
from grader.wire.channel import Channel
from grader.wire.faults import ChannelClosed, WireFault

if TYPE_CHECKING:
    from grader.judge import Judge


def main(descriptor: int) -> int:
    """Grade until the coordinator closes its end; the exit code says whether all went well."""
    channel = Channel(socket.socket(fileno=descriptor), receives=Job | Task, max_frame_bytes=FRAME_BYTES)
    try:
        refused = _prepare_and_serve(channel, channel.receive())
        if refused is not None:
            channel.send(refused)
    except WireFault:
        return 1  # nobody is left to tell
    finally:
        channel.close()
    return 0 if refused is None else 1


def _prepare_and_serve(channel: Channel, job: Job) -> Refused | None:
    """Hold the judge as long as there are tasks; says why, where there can be none."""
    try:
        # Imported here: what the judge's imports can raise is to be told, too.
        from grader.judge import with_judge  # noqa: PLC0415
        from grader.judge.process import Zygotes  # noqa: PLC0415
        from grader.sandbox.zygote import Zygote  # noqa: PLC0415

        assignment = Course(root=Path(job.course_root)).open(job.assignment_id)
        restrain(assignment.assignment.limits)
        open_zygote = partial(Zygote, files=assignment.files)
        zygotes = Zygotes(open_zygote, allow_weak=job.allow_weak_sandbox)
        with_judge(assignment, lambda judge: _serve(channel, judge, job), zygotes=zygotes)
    except WireFault:
        raise
    except WeakSandbox as weak:
        return Refused(fault=Fault.MACHINE, finding=weak.finding, hint=weak.hint, fallen=weak.fallen)
    except GraderError as error:
        return Refused(fault=_fault(error), finding=error.finding, place=error.place, hint=error.hint)
    except Exception as error:  # noqa: BLE001 - the border of a process: whatever it was, the coordinator hears of it
        finding = f"{type(error).__name__}: {error}"
        return Refused(fault=Fault.MACHINE, finding=finding, details=traceback.format_exc())
    return None


def _fault(error: GraderError) -> Fault:
    if isinstance(error, UsageError):
        return Fault.USAGE
    return Fault.COURSE if isinstance(error, CourseError) else Fault.MACHINE


def _serve(channel: Channel, judge: Judge, job: Job) -> None:
    """Answer each task with its outcome, until there are no more or one fails.

    Raises:
        CourseError: if the cases' points do not add up, before anyone is graded.
        WeakSandbox: if the machine lacks a required wall and the job does not allow that.
    """
    from grader.batch.grading import grade  # noqa: PLC0415 - as in `_prepare_and_serve`
    from grader.scoring import check_points  # noqa: PLC0415

    check_points(judge.assignment.assignment, judge.cases)
    judge.prove_walls()
    channel.send(Prepared(case_count=len(judge.cases)))
    while True:
        try:
            task = channel.receive()
        except ChannelClosed:
            return
        try:
            answer = grade(judge, task.submission, language=job.language)
        except Exception:  # noqa: BLE001 - the border of a job: one submission's failure is data, and ends this slot
            channel.send(Failed(submission=task.submission, details=traceback.format_exc()))
            return
        channel.send(answer)
        if isinstance(answer, Failed):
            return


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
