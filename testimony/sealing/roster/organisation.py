"""Validates a roster's organisation section: its names, consent offers, referrals and checked wordings.

The section is optional, and so is every key in it; keys that this version does not know are kept. Twin of
`sealing/roster/organisation.js`. `domain/consent/offers.py` interprets it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
KEY = re.compile(r"[a-z0-9_-]{1,64}")
PURPOSE = re.compile(r"P(?:0[1-9]|1[0-9])[a-d]?")
NAME = re.compile(r"[0-9a-f]{64}")
NAMES = ("name", "lawyers", "mechanism", "complaints")
KINDS = frozenset(("medical", "protection", "legal", "tracing", "psychosocial", "shelter"))
LONGEST_TEXT, LONGEST_LIFE, MOST, MOST_SPEAKERS = 300, 1200, 64, 1000
RECORD = "P01"


def is_organisation(value: Any) -> bool:
    """Whether `value` has the form of a roster's `organisation`."""
    return (
        isinstance(value, Mapping)
        and all(_is_text(value[name], empty=True) for name in NAMES if name in value)
        and _is_flag(value.get("thumbprint", False))
        and ("purposes" not in value or _are_purposes(value["purposes"]))
        and ("referrals" not in value or _are_referrals(value["referrals"]))
        and ("wordings" not in value or _are_wordings(value["wordings"]))
        and ("speakers" not in value or _are_speakers(value["speakers"]))
    )


def _are_purposes(value: Any) -> bool:
    """Each purpose once for a recipient, and keeping among them: without it nothing could be sealed."""
    if not _is_list(value) or not all(_is_purpose(one) for one in value):
        return False
    keys = [(one["purpose"], one["recipient"]) for one in value]
    return len(set(keys)) == len(keys) and RECORD in {one["purpose"] for one in value}


def _is_purpose(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and _matches(PURPOSE, value.get("purpose"))
        and _matches(KEY, value.get("recipient"))
        and ("name" not in value or _is_text(value["name"]))
        and ("life_months" not in value or _is_life(value["life_months"]))
    )


def _are_referrals(value: Any) -> bool:
    if not _is_list(value) or not all(_is_referral(one) for one in value):
        return False
    return len({one["id"] for one in value}) == len(value)


def _is_referral(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and _matches(KEY, value.get("id"))
        and isinstance(value.get("kind"), str)
        and value["kind"] in KINDS
        and _is_text(value.get("name"))
        and _is_text(value.get("how"))
    )


def _are_wordings(value: Any) -> bool:
    """The name of the wording that holds for a language, by its tag."""
    return (
        isinstance(value, Mapping)
        and len(value) <= MOST
        and all(_matches(LANGUAGE, lang) and _matches(NAME, name) for lang, name in value.items())
    )


def _are_speakers(value: Any) -> bool:
    """The languages that headquarters confirmed for each interviewer, by the person's id."""
    return (
        isinstance(value, Mapping)
        and len(value) <= MOST_SPEAKERS
        and all(_matches(KEY, person) and _are_languages(tags) for person, tags in value.items())
    )


def _are_languages(value: Any) -> bool:
    return _is_list(value) and all(_matches(LANGUAGE, tag) for tag in value) and len(set(value)) == len(value)


def _is_text(value: Any, *, empty: bool = False) -> bool:
    """One text for every language, or one a language. An empty one counts as not said, where that is allowed."""
    if isinstance(value, Mapping):
        return bool(value) and all(_matches(LANGUAGE, lang) and _is_line(said, 1) for lang, said in value.items())
    return _is_line(value, 0 if empty else 1)


def _is_line(value: Any, least: int) -> bool:
    return isinstance(value, str) and least <= len(value) <= LONGEST_TEXT


def _is_life(value: Any) -> bool:
    """Months, or None for no limit."""
    return value is None or (isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST_LIFE)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
