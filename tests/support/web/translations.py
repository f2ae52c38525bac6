"""Rules of spelling by language, and the sentences that a page says."""

from __future__ import annotations

import functools
import re

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from testimony.catalogues import FOLDER

# Lexique des règles typographiques: a thin space that does not break before ; ! ?, a full one at : « », ’ for '
NOT_FRENCH = re.compile(r"[^\u202f][;!?]|[ \u202f]:|[^\xa0]»|«[^\xa0]|\w'\w")


# Ortografía de la lengua española: signs that open and close, no space before them, “ ” and ’
NOT_SPANISH = re.compile(r"\s[;:!?]|[¿¡]\s|[\"«»]|\w'\w")


# The Academy's orthography: Persian yeh and kaf, its own marks, Western digits as the catalogue has them everywhere
NOT_PERSIAN = re.compile(
    r"[\u064a\u0643\u0649]|[\u0600-\u06ff]\s*[?,;]|[?,;]\s*[\u0600-\u06ff]|\s\u200c|\u200c\s|[٠-٩۰-۹]"
)


SEPARATE = re.compile(r"(?<![\w\u200c])(?:می|نمی) [\u0600-\u06ff]|[\u0600-\u06ff] (?:ها|های|هایی)(?![\w\u200c])")
"""Prefixes and endings that a half space joins to their word."""


NOT_ARABIC = re.compile(r"[\u0600-\u06ff]\s*[?,;]|[?,;]\s*[\u0600-\u06ff]")


# Turkish: no straight quotes, no space before a mark; an ending after a name follows ’
NOT_TURKISH = re.compile(r"\"|\w'\w|\s[;:!?,]|\s\.(?!\w)")


QUOTES = {
    "de": "„“",
    "el": "«»",
    "it": "“”",
    "uk": "«»",
    "ru": "«»",
    "pl": "„”",
    "sr": "„“",
    "pt": "“”",
    "hr": "„”",
    "bs": "„“",
}
"""The signs that open and close what is quoted."""


def not_spelt(lang: str) -> re.Pattern[str]:
    """Quotes of another language, a straight ' within a word, a space before a mark; in Greek ?, since ; asks."""
    foreign = set('"«»“”„') - set(QUOTES[lang]) | ({"?"} if lang == "el" else set())
    return re.compile(rf"[{''.join(sorted(foreign))}]|\w'\w|\s[;:!?,]")


@functools.cache
def said_in() -> dict[str, set[str]]:
    """Each sentence in English, and the files that say it."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str, set[str]] = {}
    for name, _, message, *_ in extract_from_dir(
        FOLDER.parent / "testimony", methods, options, keywords=DEFAULT_KEYWORDS
    ):
        found.setdefault(message if isinstance(message, str) else message[0], set()).add(str(name).replace("\\", "/"))
    return found
