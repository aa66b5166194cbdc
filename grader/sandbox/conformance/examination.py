"""The single home of trying every wall of a machine."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final

from grader.sandbox.conformance.confined import run_confined, walls_of
from grader.sandbox.conformance.decoys import Decoys
from grader.sandbox.conformance.probes import PROBES
from grader.sandbox.conformance.results import Examination, ProbeResult, layers_of
from grader.sandbox.conformance.unconfined import run_unconfined
from grader.sandbox.zygote import Zygote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.sandbox.conformance.probes import Probe

_VARIABLE: Final = "GRADER_DECOY"


def examine(
    open_zygote: Callable[[], AbstractContextManager[Zygote]] = Zygote,
    *,
    probes: Sequence[Probe] = PROBES,
    tell: Callable[[ProbeResult], None] = lambda _result: None,
) -> Examination:
    """Try every wall, from both sides; ``tell`` hears of each result as it comes.

    The unconfined runs have decoys of their own, and go on in a thread while the zygote warms up.

    Raises:
        SandboxFailed: if no student process can be started here.
    """
    with Decoys() as outside, Decoys() as inside, ThreadPoolExecutor(1) as beside:
        controls = [beside.submit(run_unconfined, probe, outside) for probe in probes]
        try:
            with _in_the_environment(inside.token), open_zygote() as zygote:
                walls = walls_of(zygote)
                results = []
                for probe, control in zip(probes, controls, strict=True):
                    answer = run_confined(probe, inside, zygote)
                    results.append(ProbeResult(probe=probe, control=control.result(), inside=answer))
                    tell(results[-1])
                environment = dict(zygote.environment)
        finally:
            beside.shutdown(wait=True, cancel_futures=True)
    return Examination(layers=layers_of(walls, results), environment=environment)


@contextmanager
def _in_the_environment(token: str) -> Iterator[None]:
    """Have a secret in our environment, which a zygote must not inherit."""
    os.environ[_VARIABLE] = token
    try:
        yield
    finally:
        del os.environ[_VARIABLE]
