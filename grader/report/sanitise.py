"""The single home of what HTML of a student may become part of a report: an allow-list, and nothing beside it.

Nothing that runs (scripts, event handlers, frames, forms, SVG, MathML), nothing that loads (remote pictures, styles,
relative addresses), nothing that reaches the page around it (ids, style attributes, foreign classes), and no headings
above those of the report. The report's Content-Security-Policy stands behind this list, not in its place.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from html import escape
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup

from grader.feedback.catalogue import say
from grader.report.safe_text import visible
from grader.report.straight import straightened

if TYPE_CHECKING:
    from grader.model.text import Language

_TAGS = set(
    "p br hr div span a img figure figcaption em strong b i u s del ins sub sup small mark abbr cite q blockquote "  # noqa: SIM905 - words
    "code pre kbd samp var ul ol li dl dt dd table caption thead tbody tfoot tr th td details summary "
    "h1 h2 h3 h4 h5 h6".split()
)
_TAGS_WITH_CONTENT = set(
    "script style svg math iframe frame frameset object embed applet noscript noembed noframes template title xmp "  # noqa: SIM905 - words
    "textarea select option button audio video canvas map dialog portal".split()
)
_ATTRIBUTES = {
    "*": {"title", "lang"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
_CLASSES = {
    "span": {"math", "math-block", "t-k", "t-d", "t-b", "t-s", "t-n", "t-c", "t-m"},
}
_PICTURE_DATA = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/]+={0,2}")
_SMALL_NUMBER = re.compile(r"[0-9]{1,4}")
_NUMERIC = frozenset(("width", "height", "colspan", "rowspan", "start"))
_FEW_TAGS = 60
"""So few cannot make a parser repeat much."""
_MOST_GROWTH, _ALWAYS_SHOWN = 16, 20_000
"""A short element may become a long one; what becomes longer than that has been repeated."""
_TOP_LEVEL = 4
"""The highest heading a student's text may have: it stands below the heading of its cell."""
_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_IMAGE = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_IMAGE_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_EMPTY_HEADER = re.compile(r"<th(?: [a-z]+=\"[^\"]*\")*></th>")
"""The corner of a data frame: a header that heads nothing."""
_MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}
_SIZE_FIELDS = {"png": (">II", 16), "gif": ("<HH", 6)}
"""How width and height are written, and where."""
_MOST_PIXELS = 32_000_000


def _permitted(tag: str, attribute: str, value: str) -> str | None:
    """The attribute's value if it may stay."""
    if tag == "img" and attribute == "src":
        return value if _PICTURE_DATA.fullmatch(value) else None
    if tag == "a" and attribute == "href" and not value.lower().startswith(("http://", "https://", "mailto:")):
        return None
    if attribute in _NUMERIC and not _SMALL_NUMBER.fullmatch(value):
        return None
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags=_TAGS_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_permitted,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto", "data"},
    url_relative="deny",
    link_rel="noopener noreferrer nofollow",
)


def sanitised(html: str, language: Language) -> Markup | None:
    """What may stay of ``html``: balanced, inert, with alternative texts and headings below the report's own.

    None where it is too deep to be read, or where reading it repeats what is written once.
    """
    shown = visible(html)
    straight = straightened(shown) if shown.count("<") > _FEW_TAGS else shown
    if straight is None:
        return None
    clean = _CLEANER.clean(straight)
    if len(clean) > _MOST_GROWTH * len(html) + _ALWAYS_SHOWN:
        return None
    return Markup(_demoted(_described(_EMPTY_HEADER.sub("<td></td>", clean), language)))  # noqa: S704 - this is what the cleaner is for


def picture_source(mime: str, data: str) -> str | None:
    """A ``data:`` address for a picture of an output, if it is one and not larger than a browser can bear."""
    kind = mime.removeprefix("image/")
    compact = "".join(data.split())
    try:
        head = base64.b64decode(compact[:64], validate=True)
    except (binascii.Error, ValueError):
        return None
    address = f"data:image/{kind};base64,{compact}"
    if not head.startswith(_MAGIC.get(kind, b"?")) or _pixels(kind, head) > _MOST_PIXELS:
        return None
    return address if _PICTURE_DATA.fullmatch(address) else None


def _pixels(kind: str, head: bytes) -> int:
    """Width times height as the file's header has it; a JPEG's is not at its beginning."""
    layout, start = _SIZE_FIELDS.get(kind, ("", 0))
    if not layout or len(head) < start + struct.calcsize(layout):
        return 0
    width, height = struct.unpack_from(layout, head, start)
    return int(width * height)


def _described(html: str, language: Language) -> str:
    """Every picture with an alternative text; a picture that may not be loaded becomes a note."""

    def describe(match: re.Match[str]) -> str:
        attributes = dict(_IMAGE_ATTRIBUTE.findall(match[1]))
        name = attributes.get("alt") or attributes.get("title", "")
        if "src" not in attributes:
            return f"<em>{escape(say('report.picture.left_out', language), quote=False)} {name}</em>"
        attributes["alt"] = name or escape(say("report.picture", language))
        written = "".join(f' {key}="{value}"' for key, value in attributes.items())
        return f"<img{written}>"

    return _IMAGE.sub(describe, html) if "<img" in html else html


def _demoted(html: str) -> str:
    """The headings moved below the report's own, without gaps between levels."""
    opened: list[int] = []
    deepest = _TOP_LEVEL - 1

    def demote(match: re.Match[str]) -> str:
        nonlocal deepest
        if match[1]:
            return f"</h{opened.pop() if opened else _TOP_LEVEL}"
        deepest = min(int(match[2]) + _TOP_LEVEL - 1, deepest + 1, 6)
        opened.append(deepest)
        return f"<h{deepest}"

    return _HEADING.sub(demote, html) if "<h" in html else html
