"""The single home of the guardian: the small process above the zygote that leaves nothing alive when either end dies.

::

    trusted process ── guardian ── zygote ── student process ── whatever that starts
                       waits       torch     confined

The zygote ends what a student leaves behind, after each student. But a student can kill the zygote, or the kernel can,
and then its orphans would go to init. They come here instead, because the guardian adopts orphans; it kills them and
ends. It does the same when the trusted process dies. It is forked before anything is imported, so it costs little.
"""

from __future__ import annotations

import os
import signal

from grader.worker import linux, reaping


def guard(*, descriptor_of_the_zygote: int) -> None:
    """Fork; returns in the zygote-to-be only. The parent stays here, as the guardian, until everything has ended."""
    waited_for = {signal.SIGTERM, signal.SIGCHLD}
    linux.die_with_parent(signal.SIGTERM)
    linux.adopt_orphans()
    signal.pthread_sigmask(signal.SIG_BLOCK, waited_for)
    guardian = os.getpid()
    zygote = os.fork()
    if zygote == 0:
        linux.die_with_parent(signal.SIGKILL)
        if os.getppid() != guardian:
            os._exit(os.EX_OSERR)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, waited_for)
        return
    os.close(descriptor_of_the_zygote)
    os._exit(_watch(zygote, waited_for))


def _watch(zygote: int, waited_for: set[signal.Signals]) -> int:
    """Wait for the zygote's end or for the order to end it; returns the exit code to pass on."""
    while signal.sigwait(waited_for) != signal.SIGTERM:
        found, status = os.waitpid(-1, os.WNOHANG)
        while found not in {0, zygote}:  # an orphan that nobody else waits for
            found, status = os.waitpid(-1, os.WNOHANG)
        if found == zygote:
            reaping.end_descendants()
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code
    reaping.end_descendants()
    return 0
