"""The single home of running a probe unconfined, in a bare child process: what works there is what is to be held."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from grader.sandbox.conformance.results import Answer
from grader.sandbox.folders import make_private_folder, remove_folder

if TYPE_CHECKING:
    from pathlib import Path

    from grader.sandbox.conformance.decoys import Decoys
    from grader.sandbox.conformance.probes import Probe

_SECONDS: Final = 20.0
_TELL: Final = "\nimport os\nos.write(1, answer.encode())\n"
_STANDARD_STREAMS: Final = 3


def run_unconfined(probe: Probe, decoys: Decoys) -> Answer:
    """Try it in a process that has every right of ours, a folder that is not empty, and a descriptor too many."""
    given = decoys.given() | {"descriptors": _STANDARD_STREAMS, "hold_seconds": 0.0}
    folder = make_private_folder()
    try:
        (folder / "left").touch()
        with (folder / "left").open("rb") as file:
            said = _run(probe.program(given) + _TELL, folder, token=decoys.token, descriptor=file.fileno())
        seen = decoys.touched() or _left(said)
    finally:
        remove_folder(folder)
    reached = said.startswith("reached") or bool(seen)
    return Answer(reached=reached, clear=True, said="; ".join(filter(None, [said, seen])))


def _run(program: str, folder: Path, *, token: str, descriptor: int) -> str:
    """What the program says of itself, or how it ended."""
    command = [sys.executable, "-I", "-S", "-c", program]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env={"TOKEN": token},
            pass_fds=(descriptor,),
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return f"failed: no answer within {_SECONDS:.0f} s"
    said = done.stdout.decode(errors="replace").strip()
    return said or f"failed: it ended with code {done.returncode}"


def _left(said: str) -> str:
    """What it left behind, where that is a process or a folder; a process is ended."""
    _, _, what = said.partition("reached: left ")
    kind, _, name = what.partition(" ")
    if kind == "folder" and os.path.lexists(name):
        return "the folder is there"
    if kind == "process" and name.isdecimal():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(name), 9)
            return "the process is there"
    return ""
