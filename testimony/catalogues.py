"""Translated sentences. A language whose catalogue is missing is an error, and never silently English."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable
from typing import Final

from testimony.errors import CatalogueMissing
from testimony.folders import folder

FOLDER = folder("translations")
DOMAINS: Final = ("messages", "questionnaire")
SOURCE: Final = "en"
"""The language of the sentences in the code, which needs no catalogue."""
TWO_STOPS: Final = re.compile(r"([0-9]\.(?:</\w+>)*)\.(?!\.)")
DAY_AND_MONTH: Final = re.compile(r"([0-9]\. )([^\W\d_]{3,})")
GENITIVE: Final = (("bar", "bra"), ("бар", "бра"), ("uni", "una"), ("uli", "ula"))
"""How a month ends alone and after a day in Serbian and Bosnian, where it does not just take an a."""


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


def one_stop(sentence: str) -> str:
    """`sentence` with one full stop where a value such as "18. veljače 2027." ends it."""
    return TWO_STOPS.sub(r"\1", sentence)


def day_inflected(day: str, lang: str) -> str:
    """`day` with its month in the genitive in Serbian and Bosnian, whose CLDR has none: "18. februara 2027."."""
    if lang not in ("sr", "bs"):
        return day
    return DAY_AND_MONTH.sub(lambda found: found[1] + _genitive(found[2]), day)


def _genitive(month: str) -> str:
    for ending, instead in GENITIVE:
        if month.endswith(ending):
            return month.removesuffix(ending) + instead
    return month + ("а" if month[-1] > "z" else "a")
