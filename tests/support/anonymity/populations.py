"""Invented pools as the real ones are: heavy tails, families in one van, people who testify again, missing answers."""

from __future__ import annotations

import random

import numpy as np

from testimony.anonymity.field_hierarchies import AGES, PREVIOUS, SIZES, standard
from testimony.anonymity.hierarchies import MISSING, encode
from testimony.anonymity.pool import Pool, Record, Schema

MARKS = ("beaten", "dogs", "electric", "firearm", "undress", "sexual", "psych", "water", "dead", "robbed")
OFTEN = (0.55, 0.12, 0.04, 0.1, 0.2, 0.03, 0.6, 0.08, 0.01, 0.5)
STIGMA = ("sexual", "lgbti", "trafficked")
SEGMENTS = (
    *("HRV-BIH:north", "HRV-BIH:south", "HRV-BIH:all", "GRC-TUR:evros", "GRC-TUR:lesvos", "GRC-TUR:samos"),
    *("BGR-TUR:all", "HUN-SRB:all", "POL-BLR:all", "SVN-HRV:kolpa", "ESP-MAR:ceuta", "LTU-BLR:all", "HRV-SRB:all"),
)
NATIONS = (
    *("AFG", "SYR", "PAK", "IRQ", "MAR", "DZA", "BGD", "IRN", "TUR", "SOM", "ERI", "TUN", "NPL", "IND", "EGY", "CMR"),
    *("COD", "PSE", "GIN", "NGA", "LBY", "SDN", "YEM", "CUB", "LKA", "CIV", "KWT", "XXA"),
)
RECIPIENTS = (frozenset({"P06"}), frozenset({"P06", "P07"}), frozenset({"P07"}))
UNKNOWN = 0.07  # of the accounts, those of which nobody knows of which incident they tell
SCHEMA = Schema(attributes=standard(SEGMENTS), marks=MARKS, stigma=STIGMA)


def population(size: int, seed: int = 0, *, years: int = 3, recipients: bool = False) -> list[Record]:
    """About 18 % come from somebody who testified before; incidents hold one to six of the records."""
    dice = random.Random(seed)
    made: list[Record] = []
    incident = 0
    while len(made) < size:
        incident += 1
        month = f"{2021 + dice.randrange(years)}-{dice.randint(1, 12):02d}"
        date = month if dice.random() < 0.85 else month[:4]
        segment = _skewed(dice, SEGMENTS)
        band = dice.choice(tuple(SIZES)) if dice.random() < 0.8 else MISSING
        for _ in range(min(dice.choice((1, 1, 1, 2, 3, 6)), size - len(made))):
            made.append(_record(dice, made, (date, segment, band), incident, recipients))
    return made


def _record(
    dice: random.Random, before: list[Record], of_incident: tuple[str, str, str], incident: int, recipients: bool
) -> Record:
    date, segment, size = of_incident
    again = dice.choice(before) if before and dice.random() < 0.18 else None
    who = again.values if again else None
    nation = who[4] if who else _skewed(dice, NATIONS) if dice.random() < 0.95 else MISSING
    return Record(
        values=(
            date if dice.random() < 0.97 else MISSING,
            segment,
            who[2] if who else dice.choices(tuple(AGES), (2, 3, 10, 35, 28, 12, 8, 2))[0],
            who[3] if who else dice.choices(("m", "f", "x", MISSING), (82, 15, 1, 2))[0],
            nation,
            size,
            dice.choices((*PREVIOUS, MISSING), (30, 20, 25, 15, 5, 5))[0],
        ),
        marks=frozenset(mark for mark, often in zip(MARKS, OFTEN, strict=True) if dice.random() < often),
        stigma=frozenset(one for one in STIGMA if dice.random() < 0.04),
        person=again.person if again else f"person-{len(before)}",
        incident="" if dice.random() < UNKNOWN else f"incident-{incident}",
        recipients=dice.choices(RECIPIENTS, (6, 3, 1))[0] if recipients else RECIPIENTS[0],
    )


def _skewed(dice: random.Random, values: tuple[str, ...]) -> str:
    """The first ones very often, the last ones hardly ever."""
    return values[min(int(dice.paretovariate(0.9)) - 1, len(values) - 1)]


def large(size: int, seed: int = 0, *, years: int = 5) -> Pool:
    """The same kind of pool as `population`, made as columns at once: for the benchmark."""
    dice = np.random.default_rng(seed)
    incidents = max(1, int(size / 2.3))
    incident = dice.integers(0, incidents, size)
    months = np.array([f"{2021 + month // 12}-{month % 12 + 1:02d}" for month in range(12 * years)])
    when = dice.integers(0, len(months), incidents)
    where = _tail(dice, incidents, len(SEGMENTS))
    big = dice.integers(0, len(SIZES) + 1, incidents)
    person = np.where(dice.random(size) < 0.18, dice.integers(0, size, size), np.arange(size))
    ages = dice.choice(len(AGES), size, p=np.array((2, 3, 10, 35, 28, 12, 8, 2)) / 100)[person]
    genders = dice.choice(4, size, p=(0.82, 0.15, 0.01, 0.02))[person]
    nations = _tail(dice, size, len(NATIONS) + 1)[person]
    before = dice.choice(len(PREVIOUS) + 1, size, p=(0.3, 0.2, 0.25, 0.15, 0.05, 0.05))
    names = (
        months[when[incident]],
        np.array(SEGMENTS)[where[incident]],
        np.array(tuple(AGES))[ages],
        np.array(("m", "f", "x", MISSING))[genders],
        np.array((*NATIONS, MISSING))[nations],
        np.array((*SIZES, MISSING))[big[incident]],
        np.array((*PREVIOUS, MISSING))[before],
    )
    return Pool(
        schema=SCHEMA,
        columns=tuple(
            encode(attribute, column.tolist()) for attribute, column in zip(SCHEMA.attributes, names, strict=True)
        ),
        person=person.astype(np.int64),
        incident=incident,
        marks=dice.random((size, len(MARKS))) < np.array(OFTEN),
        stigma=dice.random((size, len(STIGMA))) < 0.04,
        unknown=np.zeros((size, len(MARKS)), dtype=np.bool_),
        unasked=np.zeros((size, len(MARKS)), dtype=np.bool_),
        group=np.zeros(size, dtype=np.int64),
        groups=(("P06",),),
        waited=np.full(size, 9, dtype=np.int64),
    )


def _tail(dice: np.random.Generator, size: int, values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.minimum(dice.pareto(0.9, size).astype(np.int64), values - 1)
