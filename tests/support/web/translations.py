"""Shared by tests: translations."""

from __future__ import annotations

import re

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
