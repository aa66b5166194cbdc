"""Tests of the capture: outputs in nbformat form, bounded, and streams that nobody can break."""

from __future__ import annotations

import base64
import io
import logging
from typing import Any

import nbformat
import pytest

from grader.worker.capture import ITEM_BYTES, Capture, OutputFlooded, wire_text, without_addresses
from grader.worker.notices import Notices

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"


def make_capture(soft_bytes: int = 10_000) -> tuple[Capture, Notices]:
    """A capture in its first cell."""
    notices = Notices()
    capture = Capture(soft_bytes=soft_bytes, notices=notices)
    capture.begin_cell()
    return capture, notices


def test_outputs_are_valid_nbformat() -> None:
    """Every kind of output, as a notebook would hold it."""
    capture, _notices = make_capture()
    print("out", file=capture.stdout)
    print("err", file=capture.stderr)
    capture.show({"text/plain": "3"}, result=True)
    capture.show({"text/plain": "fig", "image/png": PNG, "text/html": "<b>", "application/json": {"a": [1, None]}})
    capture.fail("ValueError", "no", ["ValueError: no"])

    outputs = capture.end_cell()
    cell = nbformat.v4.new_code_cell("x", outputs=[nbformat.from_dict(output) for output in outputs])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    assert [output["output_type"] for output in outputs] == [
        "stream", "stream", "execute_result", "display_data", "error",
    ]  # fmt: skip
    assert base64.b64decode(outputs[3]["data"]["image/png"]) == PNG


def test_pieces_of_one_stream_become_one_output() -> None:
    """Until something else comes between."""
    capture, _notices = make_capture()
    print("a", "b", file=capture.stdout)
    print("c", file=capture.stdout)
    print("d", file=capture.stderr)
    print("e", file=capture.stdout)

    assert [(output["name"], output["text"]) for output in capture.end_cell()] == [
        ("stdout", "a b\nc\n"), ("stderr", "d\n"), ("stdout", "e\n"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" 10%\r 50%\r100%\ndone", "100%\ndone"),
        ("line\r\n", "line\n"),
        ("wait\r", "wait"),
        ("\r\r\n", "\n"),
        ("a\rbc\rd\n\re", "d\ne"),
    ],
)
def test_progress_bars_keep_their_last_state(written: str, kept: str) -> None:
    """A carriage return overwrites, as on a terminal."""
    capture, _notices = make_capture()
    capture.stdout.write(written)

    assert capture.end_cell()[0]["text"] == kept


def test_text_beyond_the_soft_bound_is_cut_with_one_notice() -> None:
    """Counted in bytes, cut between characters, over all cells together."""
    capture, notices = make_capture(soft_bytes=100 + ITEM_BYTES)
    capture.stdout.write("好" * 30)
    capture.stdout.write("好" * 30)
    (first,) = capture.end_cell()
    capture.begin_cell()
    capture.stdout.write("more")

    assert first["text"] == "好" * 33
    assert capture.end_cell() == ()
    assert [notice.kind for notice in notices.collected()] == ["output_cut"]
    assert capture.is_full


def test_a_flood_is_stopped_and_the_next_statement_may_write() -> None:
    """The hard bound counts per statement."""
    capture, _notices = make_capture(soft_bytes=100)
    with pytest.raises(OutputFlooded):
        capture.stdout.writelines(["x" * 100] * 100)

    capture.begin_statement()
    assert capture.stdout.write("y") == 1


def test_very_many_tiny_displays_are_a_flood_too() -> None:
    """Each output costs something besides its text."""
    capture, _notices = make_capture(soft_bytes=1000)

    with pytest.raises(OutputFlooded):
        list(map(capture.show, [{"text/plain": ""}] * 10_000))


def test_very_many_tiny_outputs_are_cut() -> None:
    """They all have to fit into one frame, however little is in each."""
    capture, notices = make_capture(soft_bytes=100 * ITEM_BYTES)
    for _ in range(300):
        capture.begin_statement()
        print(".", file=capture.stdout)
        print(".", file=capture.stderr)
        capture.show({"text/plain": "."})

    assert len(capture.end_cell()) <= 100
    assert [notice.kind for notice in notices.collected()] == ["output_cut"]


def test_an_image_that_does_not_fit_is_left_out_whole() -> None:
    """Half an image is none; its plain text stays."""
    capture, notices = make_capture(soft_bytes=1000)
    capture.show({"text/plain": "figure", "image/png": PNG + bytes(2000)})

    assert capture.end_cell()[0]["data"] == {"text/plain": "figure"}
    assert [notice.kind for notice in notices.collected()] == ["output_cut"]


@pytest.mark.parametrize(
    "data",
    [
        {"image/png": "not base64 ü"}, {"image/png": base64.b64encode(b"GIF89a").decode()}, {"image/png": 3},
        {"text/html": 3}, {"text/html": "x" * 600_000}, {"application/json": object()},
        {"application/json": float("nan")}, {"application/javascript": "alert(1)"}, {"image/svg+xml": "<svg/>"}, {},
    ],
)  # fmt: skip
def test_only_known_kinds_of_a_right_form_are_kept(data: dict[str, Any]) -> None:
    """A hand-in may publish anything."""
    capture, _notices = make_capture(soft_bytes=10_000_000)
    capture.show(data)

    assert capture.end_cell() == ()


def test_clear_output_forgets_the_cell_so_far() -> None:
    """At once, or when the next output comes; what was cleared costs nothing."""
    capture, notices = make_capture(soft_bytes=1000)
    for step in range(100):
        capture.clear(wait=True)
        capture.show({"text/plain": f"step {step:0500}"})
    capture.stdout.write("x")
    capture.clear(wait=False)
    capture.stdout.write("end")

    assert [output["text"] for output in capture.end_cell()] == ["end"]
    assert notices.collected() == ()


def test_a_display_can_be_updated_later() -> None:
    """From its own cell; an unknown one is ignored."""
    capture, _notices = make_capture()
    capture.show({"text/plain": "1"}, display_id="d")
    capture.show({"text/plain": "2"}, display_id="d", update=True)
    capture.show({"text/plain": "3"}, display_id="other", update=True)

    assert [output["data"]["text/plain"] for output in capture.end_cell()] == ["2"]


def test_serving_collects_for_draining_only() -> None:
    """Bounded, anew after each draining."""
    capture, _notices = make_capture(soft_bytes=100_000)
    capture.begin_serving()
    capture.stdout.write("a" * 100_000)
    capture.stderr.write("never seen")
    capture.show({"text/plain": "figure"})

    assert capture.drain_printed() == "a" * 65_536
    capture.stdout.write("b")
    assert capture.drain_printed() == "b"
    assert capture.drain_printed() == ""
    assert capture.end_cell() == ()


def test_a_flood_while_serving_is_stopped() -> None:
    """A call that prints for ever ends."""
    capture, _notices = make_capture(soft_bytes=1000)
    capture.begin_serving()

    with pytest.raises(OutputFlooded):
        capture.stdout.writelines(["x" * 100] * 1000)


def test_the_streams_bear_what_libraries_do_with_them() -> None:
    """Terminals, descriptors, bytes, wrapping, closing, logging."""
    capture, _notices = make_capture()
    stream = capture.stdout
    stream.reconfigure(encoding="utf-8", errors="strict")
    buffer: Any = stream.buffer  # a TextIOWrapper asks for more than typeshed gives a RawIOBase
    wrapped = io.TextIOWrapper(buffer, encoding="utf-8", line_buffering=True)
    wrapped.write("好\n")
    wrapped.close()
    stream.buffer.write("学".encode()[:2])
    stream.buffer.write("学".encode()[2:])
    stream.close()
    stream.writelines(["a", "b"])
    print("c", file=stream, flush=True)
    logging.StreamHandler(stream).emit(logging.makeLogRecord({"msg": "logged"}))

    assert (stream.isatty(), stream.fileno(), stream.encoding, stream.closed) == (False, 1, "utf-8", False)
    assert capture.end_cell()[0]["text"] == "好\n学abc\nlogged\n"


def test_only_text_can_be_written() -> None:
    """As to any text stream."""
    capture, _notices = make_capture()

    with pytest.raises(TypeError, match="must be str, not int"):
        capture.stdout.write(3)


def test_text_that_utf8_cannot_carry_is_escaped() -> None:
    """A lone surrogate would break the frame."""
    assert wire_text("a\ud800b") == "a\\ud800b"
    assert wire_text("好好", most=1) == "好"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<f at 0x7f3a2c1b>", "<f at 0x…>"),
        ("[<matplotlib.lines.Line2D at 0x7f81e522bf0>]", "[<matplotlib.lines.Line2D at 0x…>]"),
        ("look at 0x10", "look at 0x10"),
        ("0x7f3a2c1b", "0x7f3a2c1b"),
    ],
)
def test_places_in_memory_are_left_out(text: str, kept: str) -> None:
    """They differ from run to run."""
    assert without_addresses(text) == kept
