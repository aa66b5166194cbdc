"""The single home of what a hand-in prints and shows: nbformat outputs per cell, bounded in total.

Beyond the soft bound output is cut and a notice says so; beyond the hard bound (16 times as much in one statement)
`OutputFlooded` ends the statement. After loading, the same streams collect what calls print, for `drain_printed`.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import io
import json
import re
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.worker.notices import Notices

HARD_FACTOR = 16
DRAIN_BYTES = 64 * 1024
LONGEST_RICH = 512 * 1024
LONGEST_IMAGE = 2 * 1024**2
ITEM_BYTES = 200
"""What one output costs besides its text, so that very many tiny ones are bounded, too."""

_installed: list[Capture] = []
"""The capture that holds this process's standard streams, if any."""

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,16}\b")
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


class OutputFlooded(BaseException):
    """More output than any person reads. Not an `Exception`, so that ``except Exception`` does not swallow it."""


def wire_text(text: str, *, most: int | None = None) -> str:
    """``text`` as UTF-8 can carry it (lone surrogates escaped), cut to ``most`` characters."""
    short = text if most is None else text[:most]
    if short.isascii():
        return short
    return short.encode("utf-8", "backslashreplace").decode("utf-8")


def without_addresses(text: str) -> str:
    """``text`` with places in memory left out: they differ from run to run, and nobody reads them."""
    return _ADDRESS.sub("at 0x…", text) if " at 0x" in text else text


def drain_printed() -> str:
    """What the hand-in printed since the last call; empty before one was loaded."""
    return _installed[-1].drain_printed() if _installed else ""


class Capture:
    """Where everything that a hand-in writes or displays ends up."""

    def __init__(self, *, soft_bytes: int, notices: Notices) -> None:
        self._soft_bytes = soft_bytes
        self._hard_bytes = soft_bytes * HARD_FACTOR
        self._notices = notices
        self._outputs: list[dict[str, Any]] = []
        self._shown: dict[str, dict[str, Any]] = {}
        self._clear_next = False
        self._used = 0
        self._used_by_cell = 0
        self._written = 0
        self._serving = False
        self._printed: list[str] = []
        self._printed_bytes = 0
        self._count = 0
        self.stdout = CapturedStream(self, "stdout", 1)
        self.stderr = CapturedStream(self, "stderr", 2)

    @property
    def is_full(self) -> bool:
        """Whether further output would be cut anyway, so that drawing it is wasted."""
        return self._serving or self._used >= self._soft_bytes

    def install(self) -> None:
        """Become ``sys.stdout`` and ``sys.stderr``."""
        _installed[:] = [self]
        sys.stdout = self.stdout
        sys.stderr = self.stderr

    # -- while loading ------------------------------------------------------------------------------------------------

    def begin_cell(self) -> None:
        """Start collecting for the next cell."""
        self._count += 1
        self._outputs = []
        self._used_by_cell = 0
        self._clear_next = False

    def begin_statement(self) -> None:
        """A statement that flooded is over: the next one may write again."""
        self._written = 0

    def end_cell(self) -> tuple[dict[str, Any], ...]:
        """The cell's outputs in nbformat form."""
        return tuple(_finished(output) for output in self._outputs)

    def begin_serving(self) -> None:
        """Loading is over: collect for `drain_printed` from now on."""
        self._serving = True
        self._written = 0

    def write(self, stream: str, text: str) -> None:
        """Take what was written to ``stdout`` or ``stderr``.

        Raises:
            OutputFlooded: beyond the hard bound.
        """
        kept = self._admit(text)
        if not kept:
            return
        if self._serving:
            self._printed.append(kept)
            return
        self._clear_if_asked()
        last = self._outputs[-1] if self._outputs else None
        if last is not None and last.get("name") == stream:
            last["text"].append(kept)
        else:
            self._spend(ITEM_BYTES)
            self._outputs.append({"output_type": "stream", "name": stream, "text": [kept]})

    def show(
        self,
        data: Mapping[str, Any],
        *,
        result: bool = False,
        display_id: str | None = None,
        update: bool = False,
    ) -> None:
        """Take a displayed object: a cell's result, or what ``display`` was given."""
        kept = {}
        for mime, value in data.items():
            text = _checked_mime(mime, value)
            if text is not None and (admitted := self._admit_whole(mime, text)):
                kept[mime] = json.loads(admitted) if mime == "application/json" else admitted
        if self._serving or not kept:
            return
        if update:
            if display_id in self._shown:
                self._shown[display_id]["data"] = kept
            return
        self._clear_if_asked()
        self._spend(ITEM_BYTES)
        output: dict[str, Any] = {
            "output_type": "execute_result" if result else "display_data", "data": kept, "metadata": {},
        }  # fmt: skip
        if result:
            output["execution_count"] = self._count
        if display_id is not None:
            self._shown[display_id] = output
        self._outputs.append(output)

    def fail(self, name: str, message: str, trace: Sequence[str]) -> None:
        """Take an error as the cell's output."""
        if self._serving or self.is_full:
            return
        self._clear_if_asked()
        self._spend(ITEM_BYTES + len(message) + sum(map(len, trace)))
        self._outputs.append(
            {"output_type": "error", "ename": name, "evalue": wire_text(message), "traceback": list(trace)}
        )

    def clear(self, *, wait: bool) -> None:
        """Forget the cell's outputs, at once or when the next one comes (``clear_output``)."""
        self._clear_next = True
        if not wait:
            self._clear_if_asked()

    # -- while serving ------------------------------------------------------------------------------------------------

    def drain_printed(self) -> str:
        """What was printed since the last call, bounded; the next call may print anew."""
        for stream in (self.stdout, self.stderr):
            stream.buffer.finish()
        text = without_addresses(_without_overwritten("".join(self._printed)))
        self._printed.clear()
        self._printed_bytes = 0
        self._written = 0
        return text

    # -- bounds -------------------------------------------------------------------------------------------------------

    def _admit(self, text: str) -> str:
        """The part of ``text`` that fits the soft bound."""
        clean = wire_text(text)
        size = len(clean) if clean.isascii() else len(clean.encode("utf-8"))
        self._written += size
        if self._written > self._hard_bytes:
            raise OutputFlooded
        left = (DRAIN_BYTES - self._printed_bytes) if self._serving else (self._soft_bytes - self._used)
        if size > left:
            clean = clean.encode("utf-8")[: max(left, 0)].decode("utf-8", "ignore")
            if not self._serving:
                self._notices.note("output_cut")
        if self._serving:
            self._printed_bytes += min(size, left)
        else:
            self._spend(min(size, max(left, 0)))
        return clean

    def _admit_whole(self, mime: str, text: str) -> str:
        """``text`` where all of it fits; plain text may be cut, half an image is none."""
        self._written += ITEM_BYTES
        if mime == "text/plain":
            return self._admit(text)
        if self._serving or len(text) > self._soft_bytes - self._used:
            if not self._serving:
                self._notices.note("output_cut")
            return ""
        return self._admit(text)

    def _spend(self, size: int) -> None:
        self._used += size
        self._used_by_cell += size

    def _clear_if_asked(self) -> None:
        if self._clear_next:
            self._outputs.clear()
            self._used -= self._used_by_cell
            self._written = max(self._written - self._used_by_cell, 0)  # an animation is no flood
            self._used_by_cell = 0
            self._clear_next = False


class CapturedStream(io.TextIOBase):
    """``sys.stdout`` or ``sys.stderr`` of a hand-in; closing it does nothing."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, capture: Capture, name: str, descriptor: int) -> None:
        super().__init__()
        self._capture = capture
        self._descriptor = descriptor
        self.name = f"<{name}>"
        self._stream = name
        self.buffer = _BytesFace(self, descriptor)

    def write(self, text: Any, /) -> int:
        """Take ``text``."""
        if not isinstance(text, str):
            message = f"write() argument must be str, not {type(text).__name__}"
            raise TypeError(message)
        self._capture.write(self._stream, text)
        return len(text)

    def writable(self) -> bool:
        """Always."""
        return True

    def isatty(self) -> bool:
        """Never: progress bars then print plainly."""
        return False

    def fileno(self) -> int:
        """The descriptor, for those who ask; what is written there is not captured."""
        return self._descriptor

    def reconfigure(self, **_options: object) -> None:
        """Accept any wish: it is UTF-8 already."""

    def close(self) -> None:
        """Stay open: closing standard output by accident must not fail every later ``print``."""


class _BytesFace(io.RawIOBase):
    """``sys.stdout.buffer``: bytes that are decoded and written to the stream."""

    def __init__(self, stream: CapturedStream, descriptor: int) -> None:
        super().__init__()
        self._stream = stream
        self._descriptor = descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, data: Any, /) -> int:
        """Take bytes; a character may come in pieces."""
        view = bytes(data)
        self._stream.write(self._decoder.decode(view))
        return len(view)

    def finish(self) -> None:
        """Give out what an unfinished character left."""
        if rest := self._decoder.decode(b"", final=True):
            self._stream.write(rest)

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """As the stream's."""
        return self._descriptor

    def close(self) -> None:
        """Stay open: a ``TextIOWrapper`` around this closes it when it is forgotten."""


def _checked_mime(mime: str, value: Any) -> str | None:
    """``value`` as text where ``mime`` is kept and the value is of its form and not too long, else None."""
    if mime == "text/plain":
        return value if isinstance(value, str) else None
    if mime == "text/html":
        return value if isinstance(value, str) and len(value) <= LONGEST_RICH else None
    if mime == "image/png":
        return _checked_png(value)
    if mime == "application/json":
        return _checked_json(value)
    return None


def _checked_png(value: Any) -> str | None:
    """The base64 text of a PNG image (given as such or as bytes), else None."""
    if isinstance(value, str) and len(value) <= LONGEST_IMAGE:
        try:
            value = base64.b64decode(value)
        except (binascii.Error, ValueError):
            return None
    if not isinstance(value, bytes) or not value.startswith(_PNG_SIGNATURE) or len(value) > LONGEST_IMAGE:
        return None
    return base64.b64encode(value).decode("ascii")


def _checked_json(value: Any) -> str | None:
    """``value`` as JSON, else None."""
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return None
    return text if len(text) <= LONGEST_RICH else None


def _finished(output: dict[str, Any]) -> dict[str, Any]:
    """``output`` with the pieces of a stream joined."""
    if output["output_type"] == "stream":
        return {**output, "text": without_addresses(_without_overwritten("".join(output["text"])))}
    if plain := output.get("data", {}).get("text/plain"):
        return {**output, "data": {**output["data"], "text/plain": without_addresses(plain)}}
    return output


def _without_overwritten(text: str) -> str:
    """``text`` without what a carriage return would have overwritten on a terminal (progress bars)."""
    if "\r" not in text:
        return text
    return "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
