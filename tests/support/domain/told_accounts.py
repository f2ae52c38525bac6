"""Invented accounts as published tables count them, drawn with a seed: borders of all sizes, incidents of many."""

from __future__ import annotations

from random import Random
from typing import Final

from testimony.domain.tables.account import Counted
from testimony.domain.tables.questions import QUESTIONS

BORDERS: Final = {"HRV-BIH": 30, "GRC-TUR": 25, "HUN-SRB": 16, "BGR-TUR": 12, "POL-BLR": 8, "ROU-SRB": 6, "CYP-SYR": 3}
NATIONS: Final = {"SYR": 30, "AFG": 30, "PAK": 12, "IRQ": 10, "MAR": 8, "TUR": 6, "SOM": 4}
STAGES: Final = {"adult": 3, "child": 1}
GENDERS: Final = {"m": 8, "f": 3, "x": 1}
YEAR: Final = "2026"


def account(number: int, **values: object) -> Counted:
    """A plain account, its own person and incident, with `values` in place of its own."""
    plain: dict[str, object] = {
        "name": f"account-{number}",
        "person": f"person-{number}",
        "incident": f"incident-{number}",
        "border": "HRV-BIH",
        "nationality": "SYR",
        "who": "adult-m",
        "when": "2026-03",
        "told": {},
        "people": 1,
    }
    return Counted(**(plain | values))  # type: ignore[arg-type]  # a test gives what fits


def population(size: int, seed: int, *, year: str = YEAR) -> list[Counted]:
    """`size` accounts. What accounts of one incident tell is alike and never equal in all."""
    random, found, incident = Random(seed), list[Counted](), 0
    while len(found) < size:
        incident += 1
        border, month = _drawn(random, BORDERS), f"{year}-{random.randint(1, 12):02d}"
        often = {
            (question.id, column): random.random() ** 2
            for question in QUESTIONS.values()
            for column in question.columns
        }
        people = random.choice((1, 3, 8, 15, 30))
        for _ in range(min(random.choice((1, 1, 2, 3, 6)), size - len(found))):
            number = len(found)
            found.append(
                account(
                    number,
                    incident=f"incident-{incident}",
                    border=border,
                    when=month,
                    people=people,
                    nationality=_drawn(random, NATIONS),
                    who=f"{_drawn(random, STAGES)}-{_drawn(random, GENDERS)}",
                    told=_told(random, often),
                )
            )
    return found


def _told(random: Random, often: dict[tuple[str, str], float]) -> dict[str, frozenset[str]]:
    told: dict[str, frozenset[str]] = {}
    for question in QUESTIONS.values():
        columns = frozenset(column for column in question.columns if random.random() < often[question.id, column])
        if columns and random.random() < 0.9:
            told[question.id] = columns
    return told


def _drawn(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]
