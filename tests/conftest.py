"""The single home of reading pages in tests: every element of a page, and whether the page is inert."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

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
