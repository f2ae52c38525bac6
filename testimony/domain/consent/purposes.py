"""The purposes that a witness may consent to, each with one recipient, and the requirements of each purpose."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

from testimony.errors import N_


class Purpose(StrEnum):
    """What the witness may agree to, each asked apart (design of the purposes: docs/consent.md)."""

    RECORD = "P01"
    VOICE = "P02"
    PHOTOGRAPH = "P03"
    LAWYER = "P04"
    SERVICE = "P05"
    COUNT = "P06"
    MECHANISM = "P07"
    UN_CASE = "P08a"
    UN_LETTER = "P08b"
    UN_REPORT = "P08c"
    UN_NAME = "P08d"
    COURT = "P09"
    NETWORK = "P10"
    QUOTES = "P11"
    JOURNALISTS = "P12"
    CONTACT = "P13"
    TRACING = "P14"
    HANDOVER = "P15"
    NARRATIVE = "P16"

    __hash__ = str.__hash__  # as an Enum it would be hashed in Python, many times in every fold


WORDS: Final = {
    "P01": N_("Record and keep it, locked"),
    "P02": N_("Record the voice"),
    "P03": N_("Photograph injuries and papers"),
    "P04": N_("Our lawyers read everything, with the name"),
    "P05": N_("Pass name and contact to one service"),
    "P06": N_("Count it in public numbers"),
    "P07": N_("Give the coded record to the monitoring mechanism"),
    "P08a": N_("Take it to the United Nations by name"),
    "P08b": N_("The United Nations may write to the State"),
    "P08c": N_("A summary in a public United Nations report"),
    "P08d": N_("How the name is shown there"),
    "P09": N_("Use it in a complaint or in court"),
    "P10": N_("Give the coded record to a partner network"),
    "P11": N_("Altered quotes in reports"),
    "P12": N_("Speak to journalists"),
    "P13": N_("Contact the person again"),
    "P14": N_("Search for a missing person"),
    "P15": N_("Hand everything to another organisation, with the name"),
    "P16": N_("Publish the story without names and places"),
}
"""What each is called on pages, by its code."""

NEEDS_NO_LAWYER = frozenset({Purpose.RECORD, Purpose.LAWYER, Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK})
PARTS_OF_A_CASE = frozenset({Purpose.UN_LETTER, Purpose.UN_REPORT, Purpose.UN_NAME})
"""What may happen to a case before the United Nations: void for a mandate that does not have the case."""


def prerequisites(purpose: Purpose) -> frozenset[Purpose]:
    """The purposes without which `purpose` is void: P01 for all, P04 too for most, P08a for the rest of P08."""
    return NEEDED[purpose]


def _needed(purpose: Purpose) -> frozenset[Purpose]:
    if purpose is Purpose.RECORD:
        return frozenset()
    if purpose in NEEDS_NO_LAWYER:
        return frozenset({Purpose.RECORD})
    case = {Purpose.UN_CASE} if purpose in PARTS_OF_A_CASE else set()
    return frozenset({Purpose.RECORD, Purpose.LAWYER, *case})


NEEDED = {purpose: _needed(purpose) for purpose in Purpose}


def effective(purposes: Iterable[Purpose]) -> frozenset[Purpose]:
    """`purposes` without those whose prerequisites are not among them."""
    given = frozenset(purposes)
    return frozenset(purpose for purpose in given if NEEDED[purpose] <= given)


class Key(NamedTuple):
    """What a consent is about: one purpose for one recipient."""

    purpose: Purpose
    recipient: str


def effective_keys(keys: Iterable[Key]) -> frozenset[Key]:
    """`keys` without those whose prerequisites are not among them; the case before a mandate must be its own."""
    given = frozenset(keys)
    kept = effective(key.purpose for key in given)
    return frozenset(key for key in given if key.purpose in kept and _has_its_case(key, given))


def _has_its_case(key: Key, given: frozenset[Key]) -> bool:
    return key.purpose not in PARTS_OF_A_CASE or Key(Purpose.UN_CASE, key.recipient) in given


@lru_cache(maxsize=4096)
def months_later(day: date, months: int) -> date:
    """The same day `months` later, the last one of a life; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
