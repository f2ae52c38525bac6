"""Translated sentences. A language whose catalogue is missing is an error, and never silently English."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from typing import Final

from testimony.errors import CatalogueMissing
from testimony.folders import folder

FOLDER = folder("translations")
DOMAINS: Final = ("messages", "questionnaire")
SOURCE: Final = "en"
"""The language of the sentences in the code, which needs no catalogue."""


def translation(domain: str, lang: str) -> gettext.NullTranslations:
    """The catalogue `domain` of `lang`; that of the source for a language into which nothing is translated.

    Raises `CatalogueMissing` where no language has one.
    """
    if lang != SOURCE and not any(FOLDER.glob(f"*/LC_MESSAGES/{domain}.mo")):
        raise CatalogueMissing(lang=lang)
    return gettext.translation(domain, FOLDER, [lang], fallback=True)


def languages(domain: str) -> tuple[str, ...]:
    """The languages that have a catalogue `domain`, in the order of their tags."""
    return tuple(sorted(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{domain}.mo")))


def require(langs: Iterable[str]) -> None:
    """Raises `CatalogueMissing` for the first of `langs` that lacks a catalogue."""
    for lang in langs:
        if lang != SOURCE and None in [gettext.find(domain, FOLDER, [lang]) for domain in DOMAINS]:
            raise CatalogueMissing(lang=lang)
