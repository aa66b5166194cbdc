"""The single home of bringing a cell's outputs into exactly the form of nbformat 4, within a budget.

The process that reports them ran student code, so nothing about them is taken on trust: unknown kinds and fields are
left out, and what is kept has the types that renderers expect.
"""

from __future__ import annotations

from typing import Any, Final

from grader.feedback import untrusted

_MOST_OUTPUTS: Final = 200
_MOST_DATA_KINDS: Final = 8


class OutputBudget:
    """How many characters of output a report still takes."""

    def __init__(self, characters: int) -> None:
        """Start with ``characters``."""
        self.left = characters
        self.exceeded = False

    def take(self, outputs: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
        """The outputs that are in form and still fit, in order."""
        kept = []
        for output in outputs[:_MOST_OUTPUTS]:
            formed = _formed(output)
            if formed is None:
                continue
            size = _size(formed)
            if size > self.left:
                self.exceeded = True
                continue
            self.left -= size
            kept.append(formed)
        self.exceeded = self.exceeded or len(outputs) > _MOST_OUTPUTS
        return tuple(kept)


def _formed(output: dict[str, Any]) -> dict[str, Any] | None:
    """One output with the fields of its kind; None where it is no output."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _joined(output.get("text"))}
    if kind in ("display_data", "execute_result"):
        formed = {"output_type": kind, "data": _data(output.get("data")), "metadata": {}}
        return formed | {"execution_count": None} if kind == "execute_result" else formed
    if kind == "error":
        traceback = output.get("traceback")
        lines = [_joined(one) for one in traceback[:_MOST_OUTPUTS]] if isinstance(traceback, list) else []
        return {
            "output_type": "error",
            "ename": untrusted.line(_joined(output.get("ename")), limit=untrusted.NAME_CHARACTERS),
            "evalue": untrusted.block(_joined(output.get("evalue")), limit=untrusted.MESSAGE_CHARACTERS),
            "traceback": [untrusted.without_installation(one) for one in lines],
        }
    return None


def _data(bundle: Any) -> dict[str, Any]:
    """The text in a MIME bundle; JSON (widgets, interactive plots) is nothing that a static report could show."""
    if not isinstance(bundle, dict):
        return {}
    data: dict[str, Any] = {}
    for mime, content in list(bundle.items())[:_MOST_DATA_KINDS]:
        if isinstance(content, str | list) and not str(mime).endswith("json"):
            data[untrusted.line(str(mime), limit=untrusted.NAME_CHARACTERS)] = _joined(content)
    return data


def _joined(content: Any) -> str:
    """Text that may come as a list of lines."""
    if isinstance(content, list):
        return "".join(_joined(one) for one in content if isinstance(one, str))
    return untrusted.output(content) if isinstance(content, str) else ""


def _size(value: Any) -> int:
    """The characters in an output."""
    if isinstance(value, str):
        return len(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(_size(part) for part in parts)
