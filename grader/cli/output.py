"""The single home of how the command writes to its streams; a reader who leaves early (``| head``) stops nothing."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterator


def put(text: str, *, err: bool = False, color: bool | None = None) -> None:
    """Write whole lines; what nobody reads any more is dropped."""
    with unread_is_dropped():
        click.echo(text, err=err, color=color)


def write_any_character() -> None:
    """Let what an encoding lacks be shown by its number: a name must not fail a run that is done."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def unread_is_dropped() -> Iterator[None]:
    """Where the reader of a stream has left, everything else that goes there vanishes quietly."""
    try:
        yield
    except BrokenPipeError:
        for stream in (sys.stdout, sys.stderr):
            _drop_if_unread(stream)


def _drop_if_unread(stream: TextIO) -> None:
    try:
        stream.flush()
    except BrokenPipeError:
        # What is still buffered is flushed when the interpreter ends; it must find somebody who takes it.
        nobody = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nobody, stream.fileno())
        os.close(nobody)
