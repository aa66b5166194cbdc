"""The single home of text in two languages."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Language(StrEnum):
    """A language that students and instructors may choose."""

    EN = "en"
    ZH = "zh"


class Text(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One text in every language, written by an author or made by the catalogue."""

    en: str
    zh: str

    def pick(self, language: Language) -> str:
        """The text in ``language``."""
        return self.zh if language is Language.ZH else self.en
