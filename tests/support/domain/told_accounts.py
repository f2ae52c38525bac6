"""Invented accounts as published tables count them, drawn with a seed: borders of all sizes, incidents of many."""

from __future__ import annotations

from random import Random
from typing import Final

from testimony.domain.tables.account import Counted
from testimony.domain.tables.questions import QUESTIONS, Told

BORDERS: Final = {"HRV-BIH": 30, "GRC-TUR": 25, "HUN-SRB": 16, "BGR-TUR": 12, "POL-BLR": 8, "ROU-SRB": 6, "CYP-SYR": 3}
NATIONS: Final = {"SYR": 30, "AFG": 30, "PAK": 12, "IRQ": 10, "MAR": 8, "TUR": 6, "SOM": 4}
REGIONS: Final = {"MAR": "m002", "SOM": "m002"}
"""Of those nations that are not in Asia, m142."""
STAGES: Final = {"adult": 3, "child": 1}
GENDERS: Final = {"m": 8, "f": 3, "x": 1}
SEVERAL: Final = ("act", "officers", "return", "answer", "custody", "property", "injury")
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
    values = plain | values
    region = REGIONS.get(str(values["nationality"]), "m142") if values["nationality"] else ""
    stage, _dash, gender = str(values["who"]).partition("-")
    return Counted(**({"region": region, "stage": stage, "gender": gender} | values))  # type: ignore[arg-type]  # a test gives what fits


def population(size: int, seed: int, *, variety: float = 0.1) -> list[Counted]:
    """`size` accounts of incidents of 51 kinds, each told of about as richly as published testimonies are.

    `variety`: how often an account leaves a question of its kind out, or answers one otherwise.
    """
    random, kinds, found, incident = Random(seed), _kinds(), list[Counted](), 0
    while len(found) < size:
        incident += 1
        border, told = random.choice(kinds)
        month, people = f"{YEAR}-{random.randint(1, 12):02d}", random.choice((1, 3, 8, 15, 30))
        for _ in range(min(random.choice((1, 1, 2, 3, 6)), size - len(found))):
            found.append(
                account(
                    len(found),
                    incident=f"incident-{incident}",
                    border=border,
                    when=month,
                    people=people,
                    nationality=_drawn(random, NATIONS),
                    who=f"{_drawn(random, STAGES)}-{_drawn(random, GENDERS)}",
                    told=_varied(random, told, variety),
                )
            )
    return found


def _kinds() -> list[tuple[str, Told]]:
    random = Random(51)
    return [(_drawn(random, BORDERS), _told(random)) for _ in range(51)]


def _told(random: Random) -> Told:
    """Twelve of the questions, with fifteen columns: what the coded cases of the tests have in the mean."""
    asked = random.sample(sorted(QUESTIONS), 12)
    return {question: frozenset(_columns(random, question)) for question in asked}


def _columns(random: Random, question: str) -> list[str]:
    columns = sorted(QUESTIONS[question].columns)
    return random.sample(columns, 2 if question in SEVERAL and random.random() < 0.6 else 1)


def _varied(random: Random, told: Told, variety: float) -> Told:
    kept = {question: columns for question, columns in told.items() if random.random() >= variety}
    others = {question: frozenset(_columns(random, question)) for question in kept if random.random() < variety}
    return kept | others


def _drawn(random: Random, weights: dict[str, int]) -> str:
    return random.choices(list(weights), list(weights.values()))[0]
