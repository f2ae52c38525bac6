"""Generalisation hierarchies of the questionnaire's fields: the finest value accepted and the coarsest published.

They match `hierarchies` in the codebook, and a test compares the two. Places are given as codes of the gazetteer
("HRV-BIH:north"; "HRV-BIH:all" means that the part is not known), dates as in the coded account: "2022-03",
"2022-01..2022-03" (only the quarter is known) or "2022".
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from testimony.anonymity.hierarchies import Hierarchy, Ladder, from_table

DATE_LEVELS: Final = ("month", "quarter", "half", "year", "three_years")
PLACE_LEVELS: Final = ("segment", "border")
MONTHS = re.compile(r"((?:19|20|21)[0-9]{2})(?:-(0[1-9]|1[0-2])(?:\.\.\1-(0[1-9]|1[0-2]))?)?")
SEGMENT = re.compile(r"([A-Z]{3}-[A-Z]{3}):[a-z0-9_-]{1,32}")
STATELESS: Final = "XXA"

AGES: Final = {
    "a0to11": ("child", "child"),
    "a12to14": ("child", "child"),
    "a15to17": ("child", "child"),
    "a18to24": ("a18to34", "adult"),
    "a25to34": ("a18to34", "adult"),
    "a35to44": ("a35to59", "adult"),
    "a45to59": ("a35to59", "adult"),
    "a60plus": ("a60plus", "adult"),
}
SIZES: Final = {
    "s1": ("s1",),
    "s2to5": ("s2to10",),
    "s6to10": ("s2to10",),
    "s11to20": ("s11to50",),
    "s21to50": ("s11to50",),
    "s51to100": ("sgt50",),
    "sgt100": ("sgt50",),
}
PREVIOUS: Final = {"p0": ("none",), "p1": ("one",), "p2to4": ("more",), "p5to9": ("more",), "p10plus": ("more",)}
PLACE_KINDS: Final = {
    "bcp": ("facility",),
    "green": ("land",),
    "river": ("water",),
    "sea_terr": ("water",),
    "sea_high": ("water",),
    "island": ("land",),
    "desert": ("land",),
    "mountain": ("land",),
    "fence": ("land",),
    "road": ("land",),
    "rail": ("vehicle",),
    "truck": ("vehicle",),
    "urban": ("land",),
    "police": ("facility",),
    "detention": ("facility",),
    "camp": ("facility",),
    "airport": ("facility",),
    "other": ("other",),
}
DISTANCES: Final = {
    "lt1km": ("zone",),
    "km1to10": ("zone",),
    "km10to50": ("interior",),
    "km50to200": ("interior",),
    "kmgt200": ("interior",),
    "sea": ("sea",),
}


def dates() -> Hierarchy:
    """Month > quarter > half > year > three years (those that begin in a year divisible by three), and no further.

    A date that is known less exactly keeps its own label up to the level at which it is known: "2022" stands beside
    the months of 2022, not among them.
    """
    return Hierarchy(name="date", levels=DATE_LEVELS, climb=_date)


def span(label: str) -> tuple[str, str]:
    """The first and the last month ("2022-01", "2022-03") of a label of a date. Raises ValueError for others."""
    found = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2}))?(?:\.\.([0-9]{4})-([0-9]{2}))?", label)
    if found is None:
        raise ValueError("no label of a date")
    year, month, last_year, last_month = found.groups()
    return f"{year}-{month or '01'}", f"{last_year or year}-{last_month or month or '12'}"


def places(segments: Iterable[str] = ()) -> Hierarchy:
    """Border segment > border (the two States, directed), and no further. `segments`: of the gazetteer, to be checked.

    A segment that an organisation added later needs no new profile: its border stands in its code.
    """
    return Hierarchy(name="place", levels=PLACE_LEVELS, climb=_place, domain=tuple(segments))


def ages() -> Hierarchy:
    """The eight bands as collected > child and three of adults > child or adult > any. Every cut keeps 18."""
    return from_table("age", ("band", "stage", "majority"), AGES)


def genders() -> Hierarchy:
    """As the person says > any. A rare answer is never merged with another one: it is hidden in "any" or waits."""
    return from_table("gender", ("gender",), {"f": (), "m": (), "x": ()})


def nationalities() -> Hierarchy:
    """Country > sub-region > region (UN M49) > any. Stateless persons are in no region and keep their own label."""
    return from_table("nat", ("country", "subregion", "region"), {**_regions(), STATELESS: (STATELESS, STATELESS)})


def sizes() -> Hierarchy:
    """Seven bins with an open top > alone, up to ten, up to fifty, more > any."""
    return from_table("size", ("bin", "size"), SIZES)


def previous() -> Hierarchy:
    """Earlier pushbacks of the person: five bands > none, one, more > any."""
    return from_table("prev", ("band", "some"), PREVIOUS)


def place_kinds() -> Hierarchy:
    """Kind of place > land, water, facility, vehicle, other > any."""
    return from_table("place_kind", ("kind", "ground"), PLACE_KINDS)


def distances() -> Hierarchy:
    """Distance inside the country > border zone (up to ten kilometres), interior, sea > any."""
    return from_table("dist", ("band", "zone"), DISTANCES)


def standard(segments: Iterable[str] = ()) -> tuple[Hierarchy, ...]:
    """The seven quasi-identifiers of a release: date, place, age, gender, nationality, group size, earlier ones."""
    return (dates(), places(segments), ages(), genders(), nationalities(), sizes(), previous())


@functools.cache
def _date(value: str) -> Ladder | None:
    found = MONTHS.fullmatch(value)
    if found is None:
        return None
    year, first, last = int(found[1]), found[2], found[3]
    three = f"{year // 3 * 3}-01..{year // 3 * 3 + 2}-12"
    if first is None:
        return (found[1],) * 4 + (three,)
    begin, end = int(first), int(last or first)
    labels = [value] if last is None else []
    for months in (3, 6):
        start = (begin - 1) // months * months + 1
        labels.append(f"{year}-{start:02d}..{year}-{start + months - 1:02d}")
    if last is not None:  # a quarter, and nothing else: it is its own label until the quarters come
        return (labels[0], *labels, found[1], three) if value == labels[0] and end - begin == 2 else None
    return (*labels, found[1], three)


def _place(value: str) -> Ladder | None:
    found = SEGMENT.fullmatch(value)
    return (value, found[1]) if found else None


@functools.cache
def _regions() -> dict[str, tuple[str, str]]:
    held = json.loads((Path(__file__).parent / "m49.json").read_text(encoding="utf-8"))
    return {
        country: (subregion, held["regions"][subregion])
        for subregion, countries in held["subregions"].items()
        for country in countries
    }
