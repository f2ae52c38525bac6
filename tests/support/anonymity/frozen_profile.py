"""The profile of a made-up population, and records of people who look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from testimony.anonymity.pool import Pool, Record
from testimony.anonymity.profile import make
from testimony.anonymity.validity import TRUSTED, Preset
from tests.support.anonymity.populations import SCHEMA, population

PROFILE = make(Pool.from_records(population(1_200, 11), SCHEMA), TRUSTED).profile


def incidents(of_class: Sequence[Record]) -> set[str]:
    """Those that are known; a record of "" may tell of any of them."""
    return {record.incident for record in of_class} - {""}


def hides(of_class: Sequence[Record], preset: Preset = TRUSTED) -> bool:
    persons = {record.person for record in of_class}
    return len(persons) >= preset.k and len(incidents(of_class)) >= preset.m


def alike(number: int, start: int = 0, **changes: object) -> list[Record]:
    """Records of different people and incidents that tell the same of themselves."""
    values = ("2023-05", "BGR-TUR:all", "a18to24", "m", "SYR", "s6to10", "p1")
    made = [Record(values=values, person=f"p{one}", incident=f"i{one}") for one in range(start, start + number)]
    return [replace(one, **changes) for one in made]  # type: ignore[arg-type]
