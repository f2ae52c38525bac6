"""Turns a coded account into a line for counting: year, border, child or adult, families of violence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from testimony.answer import Answers, read

FAMILIES = (
    "force_body",
    "dogs",
    "electric",
    "chem_projectile",
    "firearm",
    "water_sea",
    "vehicle",
    "undress",
    "sexual",
    "psych",
)  # "other" stays behind: what it means is in the narrative, and it never leaves
CHILD_BANDS = ("a0to11", "a12to14", "a15to17")
ADULT_BANDS = ("a18to24", "a25to34", "a35to44", "a45to59", "a60plus")
YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:-[0-9.-]{1,18})?")
BORDER = re.compile(r"([A-Z]{3}-[A-Z]{3})(?::[a-z0-9_-]{1,32})?")
MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class ReleaseLine:
    """What one testimony adds to a release: three labels and the violence families said to have happened."""

    year: str
    border: str
    age: str
    families: frozenset[str]


def release_line(answers: Answers) -> ReleaseLine:
    """Map the coded `answers`. What is missing becomes the label "missing", never a wildcard.

    year "2022"; border "HRV-BIH"; age "child" | "adult"; families out of `FAMILIES`. What is no code at all, as a
    dishonest phone may seal it, says nothing: no word of it leaves, and it stops no release.
    """
    return ReleaseLine(
        year=_matched(YEAR, _value(answers, "i_date")) or MISSING,
        border=_border(answers),
        age=_age(_value(answers, "w_age")),
        families=_families(_value(answers, "v_acts")),
    )


def _age(band: Any) -> str:
    return "child" if band in CHILD_BANDS else "adult" if band in ADULT_BANDS else MISSING


def _families(acts: Any) -> frozenset[str]:
    return frozenset(family for family in FAMILIES if isinstance(acts, list) and family in acts)


def _border(answers: Answers) -> str:
    """The border pair: of the segment, or where that is missing of the two States."""
    segment = _value(answers, "i_segment")
    if segment is None:
        segment = f"{_value(answers, 'i_from')}-{_value(answers, 'i_to')}"
    return _matched(BORDER, segment) or MISSING


def _matched(form: re.Pattern[str], value: Any) -> str:
    """The part of `value` that `form` captures; empty for what is no such text."""
    found = form.fullmatch(value) if isinstance(value, str) else None
    return found[1] if found else ""


def _value(answers: Answers, field: str) -> Any:
    answer = answers.get(field)
    return read(answer).get("value") if isinstance(answer, dict) else None
