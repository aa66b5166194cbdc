"""The single home of how a message key becomes a sentence, in one language or in both.

The sentences live in ``locale/en.po`` and ``locale/zh_CN.po``. They are ordinary gettext catalogues with two
conventions:

- A message's id is a symbol (``finding.shape``), so that English is a translation like any other. Nothing is extracted
  from the code; a test compares the keys used there with the keys in both files.
- Placeholders are named, ``{got_shape}``, and both languages have the same ones. A message with plural forms (its
  ``msgid_plural`` repeats the id) chooses among them by the value of ``{count}``, by the rule in the file's
  ``Plural-Forms`` header.

To change a sentence, edit both files with any text or .po editor; nothing has to be compiled. A missing key, a missing
placeholder, or a plural message without ``count`` raises: a half-made sentence never reaches a reader.
"""

from __future__ import annotations

import functools
import io
import math
from gettext import GNUTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from grader.model.text import Language, Text

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

Value = str | int | float | Text

LOCALES: Final = {Language.EN: "en", Language.ZH: "zh_CN"}
_FOLDER: Final = Path(__file__).parent / "locale"


class MessageError(LookupError):
    """A sentence was asked for that the catalogue cannot make: a mistake in grader's own code or catalogues."""


class _Messages(msgspec.Struct, frozen=True):
    """One language's messages, as gettext reads them."""

    translations: GNUTranslations
    plural_keys: frozenset[str]
    keys: frozenset[str]


def say(key: str, language: Language, **values: Value) -> str:
    """The sentence ``key`` in one language.

    A `Text` among ``values`` is said in the same language; numbers are written without float dust (``2``, not ``2.0``).

    Raises:
        MessageError: if the catalogue has no such key, or the sentence has a placeholder that ``values`` lacks.
    """
    messages = _messages(language)
    if key not in messages.keys:
        raise MessageError(f"{LOCALES[language]}.po has no message {key!r}")
    template = _template(messages, key, values)
    try:
        return template.format(**{name: _written(value, language) for name, value in values.items()})
    except KeyError as missing:
        raise MessageError(f"message {key!r} needs a value for {missing}, got {sorted(values)}") from missing


def text(key: str, **values: Value) -> Text:
    """The sentence ``key`` in every language.

    Raises:
        MessageError: as `say`.
    """
    return Text(en=say(key, Language.EN, **values), zh=say(key, Language.ZH, **values))


def keys() -> frozenset[str]:
    """Every key that the catalogues have."""
    return _messages(Language.EN).keys | _messages(Language.ZH).keys


def number(value: float) -> str:
    """A number as people write it: ``2``, ``0.5``, ``1.3e-06``, ``NaN``."""
    if isinstance(value, int):
        return str(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return f"{value:.6g}"


def read_catalogue(language: Language) -> Catalog:
    """The catalogue file of one language, as Babel reads it.

    Raises:
        babel.messages.pofile.PoFileError: if the file is no catalogue.
    """
    with (_FOLDER / f"{LOCALES[language]}.po").open("rb") as file:
        return read_po(file, locale=LOCALES[language], abort_invalid=True)


@functools.cache
def _messages(language: Language) -> _Messages:
    """Read the file once; gettext itself applies the plural rule."""
    catalog = read_catalogue(language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    named = [message for message in catalog if message.id]
    return _Messages(
        translations=GNUTranslations(compiled),
        plural_keys=frozenset(message.id[0] for message in named if message.pluralizable),
        keys=frozenset(message.id[0] if message.pluralizable else str(message.id) for message in named),
    )


def _template(messages: _Messages, key: str, values: dict[str, Value]) -> str:
    """The translation, in the plural form that ``count`` asks for."""
    if key not in messages.plural_keys:
        return messages.translations.gettext(key)
    count = values.get("count")
    if not isinstance(count, int):
        raise MessageError(f"message {key!r} has plural forms and needs a whole number as count, got {count!r}")
    return messages.translations.ngettext(key, key, count)


def _written(value: Value, language: Language) -> str:
    """One value as it stands in a sentence."""
    if isinstance(value, Text):
        return value.pick(language)
    return value if isinstance(value, str) else number(value)
