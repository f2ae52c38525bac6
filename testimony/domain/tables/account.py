"""An account as published tables count it: its rows, the columns that it tells of, its person and its incident."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from testimony.domain.release.columns import MISSING, Line
from testimony.domain.tables.groups import groups
from testimony.domain.tables.questions import (
    BORDER,
    NATIONALITY,
    PEOPLE_AT_LEAST,
    PERSON,
    Told,
    gender_of,
    person_of,
    stage_of,
)

DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:\.\.[0-9]{4}-[0-9]{2})?", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """`name`: of its record. `incident`: "" where it may be any. `people`: the fewest that the incident concerned.

    `border`, `nationality`, `region` (of the nationality), `who`, `stage`, `gender`: "" where not known.
    `when`: "2026-03", "2026-Q1", "2026" or "" as exactly as known.
    """

    name: str
    person: str
    incident: str
    border: str
    nationality: str
    who: str
    when: str
    told: Told
    people: int = 0
    region: str = ""
    stage: str = ""
    gender: str = ""

    def row(self, dimension: str) -> str:
        return {BORDER: self.border, NATIONALITY: self.nationality, PERSON: self.who}[dimension]

    @property
    def groups(self) -> frozenset[str]:
        """The groups of people that it belongs to."""
        return groups(stage=self.stage, gender=self.gender, region=self.region, told=self.told)


def counted(
    line: Line,
    told: Told,
    *,
    name: str,
    person: str,
    incident: str,
    countries: Collection[str],
    people: int | None = None,
    region: str = "",
) -> Counted:
    """From what a coded account says. `people`: of its incident, as lawyers counted them; else by the group's size."""
    return Counted(
        name=name,
        person=person,
        incident=incident,
        border=border_of(line, countries),
        nationality=_known(line.value("nat")),
        who=person_of(line.value("age"), line.value("gender")),
        when=when_of(line.value("date")),
        told=told,
        people=PEOPLE_AT_LEAST.get(line.value("size"), 0) if people is None else people,
        region=region,
        stage=stage_of(line.value("age")),
        gender=gender_of(line.value("gender")),
    )


def border_of(line: Line, countries: Collection[str]) -> str:
    """The border that an account tells of; "" where it is not known.

    Any two different countries are one: people are brought over borders that are on no list, and back over each. What
    else stands there is not known, because one strange account must not hold the tables of all others back.
    """
    border = line.value("place").partition(":")[0]
    return border if is_border(border, countries) else ""


def is_border(code: str, countries: Collection[str]) -> bool:
    """Whether `code` names two different countries, as "HRV-BIH" does."""
    origin, _dash, destination = code.partition("-")
    return origin != destination and {origin, destination} <= set(countries)


def _known(code: str) -> str:
    return "" if code == MISSING else code


def when_of(date: str) -> str:
    """The month, quarter or year; a quarter is written by its number."""
    found = DATE.fullmatch(date)
    if found is None:
        return ""
    year, month = found.groups()
    if ".." in date:
        return f"{year}-Q{(int(month) + 2) // 3}"
    return date
