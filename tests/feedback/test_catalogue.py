"""The catalogues: both languages say the same things, about exactly what the code asks for."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest

import grader
from grader.feedback.catalogue import LOCALES, MessageError, keys, number, read_catalogue, say, text
from grader.feedback.known_errors import MESSAGES, as_pattern
from grader.feedback.run import NOTICES, REASONS, STATUSES
from grader.model.grade import Status
from grader.model.result import FindingKind
from grader.model.text import Language, Text
from grader.model.verdict import Verdict
from grader.sandbox.conformance import State
from grader.wire.evidence import BROKEN_OFF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

ROOT = Path(grader.__file__).parent
WALLS = (
    *("own_process", "closed_descriptors", "limits", "own_folder", "leftovers_killed", "capabilities", "filesystem"),
    *("system_calls", "network", "namespaces"),
)
BUILT = {
    *(f"finding.{kind}" for kind in FindingKind),
    *(f"verdict.{verdict}" for verdict in Verdict),
    *(f"ended.{verdict}" for verdict in Verdict),
    *(f"status.{status}" for status in Status),
    *(f"notice.{kind}" for kind in NOTICES),
    *(f"statement.{reason}" for reason in REASONS),
    *(f"ended_early.{end}" for end in BROKEN_OFF),
    *(f"wall.{wall}{state}" for wall in WALLS for state in ("", ".missing")),
    *(f"doctor.{part}.{wall}" for wall in WALLS for part in ("name", "stops")),
    *(f"doctor.state.{state}" for state in State),
    *(f"report.cell.{status}" for status in (*STATUSES, "text")),
    *(key for key, _, _ in MESSAGES),
}
"""Keys that the code puts together from closed lists."""
CHOSEN = re.compile(r"finding\.[a-z_]+\.[a-z_]+")
"""Variants of a finding's sentence; `grader.feedback.messages` names their endings."""
JINJA_KEY = re.compile(r"""\bt\(\s*(["'])([a-z_.]+)\1|(["'])((?:report|terminal)\.[a-z_.]+)\3""")


def messages(language: Language) -> dict[str, Message]:
    """A catalogue's messages by their id."""
    catalogue = read_catalogue(language)
    return {message.id[0] if message.pluralizable else str(message.id): message for message in catalogue if message.id}


def forms(message: Message) -> tuple[str, ...]:
    """Every plural form of a translation."""
    return tuple(message.string or ()) if message.pluralizable else (str(message.string),)


def placeholders(form: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(form) if name is not None}


def python_strings() -> Iterator[tuple[Path, str]]:
    """Every string constant in grader's own code."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path, node.value


def asked_keys() -> Iterator[tuple[str, str]]:
    """Each constant key that code or a template asks for, with the place."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                key = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
                if name in ("say", "text") and isinstance(key, str) and "." in key:
                    yield f"{path.name}:{node.lineno}", key
    for path in sorted(ROOT.rglob("*.jinja")):
        for match in JINJA_KEY.finditer(path.read_text(encoding="utf-8")):
            key = match[2] or match[4]
            if not key.endswith("."):
                yield path.name, key


def submission_error_kinds() -> set[str]:
    """Each kind of bad hand-in that `grader.submission` can raise."""
    kinds = set()
    for path in sorted((ROOT / "submission").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "SubmissionError" and node.args:
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno}: the kind must be a constant"
                kinds.add(str(node.args[0].value))
    return kinds


def test_both_languages_have_the_same_keys() -> None:
    """Nothing is said in one language only."""
    assert set(messages(Language.EN)) == set(messages(Language.ZH)) == keys()


@pytest.mark.parametrize("language", list(Language))
def test_no_key_stands_twice(language: Language) -> None:
    """A second translation of a key would silently replace the first."""
    source = (ROOT / "feedback" / "locale" / f"{LOCALES[language]}.po").read_text(encoding="utf-8")
    twice = [key for key, times in Counter(re.findall(r'^msgid "(.+)"$', source, re.MULTILINE)).items() if times > 1]

    assert twice == []


@pytest.mark.parametrize("language", list(Language))
def test_no_translation_is_empty_fuzzy_or_obsolete(language: Language) -> None:
    """Every key has a finished translation in every plural form of its language."""
    catalogue = read_catalogue(language)
    unfinished = [
        key
        for key, message in messages(language).items()
        if not all(form.strip() for form in forms(message)) or message.fuzzy
    ]

    assert unfinished == []
    assert not catalogue.obsolete
    assert {len(forms(m)) for m in messages(language).values() if m.pluralizable} == {catalogue.num_plurals}


def test_placeholders_agree_between_the_languages() -> None:
    """Both languages need the same values; a plural form may leave out the count that it implies."""
    zh = messages(Language.ZH)
    different = []
    for key, message in messages(Language.EN).items():
        needed = [placeholders(form) for form in (*forms(message), *forms(zh[key]))]
        everything = set().union(*needed)
        if any(everything - each - {"count"} for each in needed):
            different.append((key, needed))

    assert different == []


def test_placeholders_are_plain_names() -> None:
    """A placeholder never reaches into a value (``{value.attribute}``) or formats it."""
    for language in Language:
        for key, message in messages(language).items():
            for form in forms(message):
                for _, name, spec, conversion in Formatter().parse(form):
                    assert name is None or (name.isidentifier() and not spec and conversion is None), key


def test_every_key_that_the_code_asks_for_exists() -> None:
    """A typing mistake in a key is found here, not by a student."""
    missing = [(place, key) for place, key in asked_keys() if key not in keys()]

    assert missing == []
    assert BUILT - keys() == set()


def test_every_kind_of_bad_hand_in_has_its_sentence() -> None:
    """The sentences ``invalid.<kind>`` are exactly those for what `grader.submission` raises."""
    told = {key.removeprefix("invalid.") for key in keys() if key.startswith("invalid.")}

    assert told == submission_error_kinds()


def test_no_key_is_unused() -> None:
    """A sentence that nobody says is deleted."""
    used = {value for _, value in python_strings()} | {key for _, key in asked_keys()} | BUILT
    endings = {value for path, value in python_strings() if path.name == "messages.py" and value.startswith(".")}
    chosen = {key for key in keys() if CHOSEN.fullmatch(key) and f".{key.rpartition('.')[2]}" in endings}
    invalid = {key for key in keys() if key.startswith("invalid.")}

    assert keys() - used - chosen - invalid == set()


def test_chinese_sentences_use_chinese_punctuation() -> None:
    """A Chinese sentence ends and pauses with full-width marks."""
    half_width = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(?!\w)")
    wrong = [key for key, message in messages(Language.ZH).items() if any(map(half_width.search, forms(message)))]

    assert wrong == []


def test_plural_forms_follow_the_language() -> None:
    """English tells one from several; Chinese does not."""
    one, two = text("report.mismatched", count=1, total=4), text("report.mismatched", count=2, total=4)

    assert (one.en, two.en) == ("1 of 4 value differs", "2 of 4 values differ")
    assert (one.zh, two.zh) == ("4 个值中有 1 个不同", "4 个值中有 2 个不同")


def test_a_missing_key_raises() -> None:
    """The message names the key and the file."""
    with pytest.raises(MessageError, match=r"en\.po has no message 'finding\.nonsense'"):
        say("finding.nonsense", Language.EN)


def test_a_missing_placeholder_raises() -> None:
    """The message names the key, the placeholder and what was given."""
    with pytest.raises(MessageError, match=r"message 'place\.module' needs a value for 'line', got \['cell'\]"):
        say("place.module", Language.ZH, cell=1)


def test_a_plural_without_a_count_raises() -> None:
    """Which form to take must be known."""
    with pytest.raises(MessageError, match="needs a whole number as count, got None"):
        say("report.mismatched", Language.EN, total=4)


def test_a_text_among_the_values_is_said_in_the_same_language() -> None:
    """Sentences contain other sentences, never pieces of another language."""
    place = text("place.notebook", cell=2, line=5)

    assert (
        say("finding.raised.placed", Language.EN, error_type="E", place=place) == "Your code raised E (cell 2, line 5)."
    )
    assert say("finding.raised.placed", Language.ZH, error_type="E", place=place) == (
        "你的代码引发了 E（第 2 个单元格第 5 行）。"
    )


def test_braces_in_a_value_stay_text() -> None:
    """A value is never read as a template."""
    assert say("place.module", Language.EN, line="{cell} {0} %s") == "line {cell} {0} %s"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (2.0, "2"),
        (0.1 + 0.2, "0.3"),
        (7, "7"),
        (1.25e-9, "1.25e-09"),
        (float("nan"), "NaN"),
        (float("inf"), "∞"),
        (float("-inf"), "-∞"),
    ],
)
def test_numbers_are_written_without_float_dust(value: float, written: str) -> None:
    """``2`` instead of ``2.0``, ``0.3`` instead of ``0.30000000000000004``."""
    assert number(value) == written


def test_every_known_error_gives_its_sentence_what_it_needs() -> None:
    """The named parts of a message are the placeholders of its explanation."""
    en = messages(Language.EN)
    lacking = [
        (key, message)
        for key, _, message in MESSAGES
        if placeholders(str(en[key].string)) - set(as_pattern(message).groupindex)
    ]

    assert lacking == []
    assert isinstance(text("error.key"), Text)
