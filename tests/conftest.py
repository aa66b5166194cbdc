"""The single home of what many tests look at: a page's elements, and what a run leaves on the machine."""

from __future__ import annotations

import os
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SVG = frozenset(["svg", "symbol", "use", "path", "circle", "rect", "text", "title", "desc", "g"])


FORBIDDEN = frozenset(
    "script iframe frame object embed link base form input button select textarea style math video audio template "  # noqa: SIM905 - words
    "noscript canvas meta html body head".split()
)
OWN_CLASSES = frozenset(("math", "math-block", "t-k", "t-d", "t-b", "t-s", "t-n", "t-c", "t-m"))
OWN_SVG = frozenset(("icon", "sprite", "bar", "chart", "swatch", "swatch-line", "spread-bar", "broadcast"))
LOADS = re.compile(r"url\s*\(|@import|expression\s*\(", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/]+=*")
INVISIBLE_BUT_MEANT = frozenset("\n\t\u200c\u200d")
"""Line feeds, tabs, and the joiners that letters of some scripts and some pictures are made with."""


@dataclass
class Node:
    """One element with its attributes and the text directly within it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    ancestors: tuple[Node, ...] = field(default=(), repr=False)


class _Reader(HTMLParser):
    """Collects every element and every tag that is not closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.nodes: list[Node] = []
        self.open: list[Node] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> repeats an attribute: {names}")
        node = Node(tag, {name: value or "" for name, value in attrs}, ancestors=tuple(self.open))
        self.nodes.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in SVG and tag not in VOID:
            self.faults.append(f"<{tag}/> is not a void element")
        self.nodes.append(Node(tag, {name: value or "" for name, value in attrs}, ancestors=tuple(self.open)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1].tag if self.open else 'nothing'} at {self.getpos()}")
        else:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.open[-1].text += data


@pytest.fixture
def read_page() -> Callable[[str], list[Node]]:
    """A reader that gives every element of a page and fails on tags that are not balanced."""

    def read(html: str) -> list[Node]:
        reader = _Reader()
        reader.feed(html)
        reader.close()
        assert not reader.faults, reader.faults[:5]
        assert not reader.open, f"never closed: {reader.open[-1].tag}"
        return reader.nodes

    return read


@pytest.fixture
def check_inert(read_page: Callable[[str], list[Node]]) -> Callable[..., list[Node]]:
    """A check that nothing on a page runs, loads, submits, deceives, or looks like a part of it that it is not.

    Gives the page's elements; ``links`` are the addresses that the page has of its own beside those of students.
    """

    def check(html: str, *, links: Collection[str] = ()) -> list[Node]:
        odd = {character for character in html if unicodedata.category(character) in ("Cc", "Cf", "Cs")}
        assert not odd - INVISIBLE_BUT_MEANT, [hex(ord(character)) for character in odd]
        nodes = read_page(html)
        for node in nodes:
            ancestors = {ancestor.tag for ancestor in node.ancestors}
            if "body" in ancestors:
                _check_element(node, links)
            elif "head" in ancestors:
                _check_in_head(node)
        return nodes

    return check


def _check_element(node: Node, links: Collection[str]) -> None:
    """An element of the page's body."""
    assert node.tag not in FORBIDDEN, node
    assert not [name for name in node.attributes if name.startswith("on")], node
    assert not {"style", "srcset", "srcdoc", "formaction", "xlink:href", "background", "name"} & set(node.attributes)
    assert node.tag != "svg" or node.attributes["class"] in OWN_SVG
    source, target = node.attributes.get("src", ""), node.attributes.get("href", "")
    assert not source or PICTURE.fullmatch(source), node
    assert not target or target in links or target.startswith(("#", "http://", "https://", "mailto:")), node
    if target.startswith("http"):
        assert node.tag == "a"
        assert "noopener" in node.attributes["rel"]
    if any("rich" in ancestor.attributes.get("class", "") for ancestor in node.ancestors):
        assert "id" not in node.attributes
        assert set(node.attributes.get("class", "").split()) <= OWN_CLASSES


def _check_in_head(node: Node) -> None:
    """An element of the page's head."""
    assert node.tag in ("meta", "title", "style"), node
    assert node.attributes.get("http-equiv", "content-security-policy").lower() == "content-security-policy", node
    assert node.tag != "style" or not LOADS.search(node.text), "the style sheet loads something"


# -- what is left on the machine --------------------------------------------------------------------------------------


class Traces:
    """What processes that work below a folder leave there and on the machine."""

    def __init__(self, place: Path) -> None:
        """Make the folder for temporary files, and beside it a decoy that nobody may touch."""
        self._place = place
        self.temporary = place / "temporary"
        """To be the processes' ``TMPDIR``."""
        self.temporary.mkdir()
        self._decoy = place / "decoy" / "kept.txt"
        self._decoy.parent.mkdir()
        self._decoy.write_text("kept", encoding="utf-8")
        self._as_it_was = _facts(self._decoy)

    def ours(self) -> set[str]:
        """Every process of ours, every folder that a zygote works in, and whether something outside was changed."""
        below = psutil.Process().children(recursive=True)
        processes = {process.pid for process in below} | set(_with_environment(str(self.temporary)))
        entries = (path for depth in ("*", "*/*") for path in self.temporary.glob(depth))
        harm = {"file decoy, not as it was"} if _facts(self._decoy) != self._as_it_was else set()
        files = {f"file {path.relative_to(self._place)}" for path in entries}
        return {f"process {pid}" for pid in processes} | files | harm

    def lasting(self) -> set[str]:
        """Shared memory, semaphores and message queues of this user, and mounts: what outlives processes."""
        found = {
            f"mount {point}" for point in _mount_points() if point.startswith((str(self._place), "/dev/", "/proc/"))
        }
        for folder in (Path("/dev/shm"), Path("/dev/mqueue")):
            for path in folder.glob("*"):
                with suppress(OSError):
                    if path.lstat().st_uid == os.geteuid():
                        found.add(str(path))
        for table in Path("/proc/sysvipc").glob("*"):
            rows = table.read_text(encoding="ascii").splitlines()[1:]
            found |= {f"{table.name} {' '.join(row.split()[:2])}" for row in rows}
        return found


@pytest.fixture(scope="session")
def traces_below() -> Callable[[Path], Traces]:
    """A maker of `Traces` of a folder."""
    return Traces


def _facts(decoy: Path) -> list[tuple[str, int, int, int, int, int]]:
    """All that an attack could change about a file and its folder, which lie outside of what it may touch."""
    told = ((path.name, path.lstat()) for path in (decoy.parent, *sorted(decoy.parent.iterdir())))
    return [(name, it.st_mode, it.st_uid, it.st_size, it.st_nlink, it.st_mtime_ns) for name, it in told]


def _mount_points() -> list[str]:
    """Where something is mounted, in the order of mounting."""
    return [line.split()[1] for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()]


def _with_environment(words: str) -> Iterator[int]:
    """The processes that were started with an environment that holds ``words``, whoever adopted them."""
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if words.encode() in (path / "environ").read_bytes():
                yield int(path.name)
