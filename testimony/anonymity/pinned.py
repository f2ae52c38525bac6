"""A batch under a pinned profile: walk the tiers, freeze the classes that are valid, let the rest wait. No search.

Classes form only among records with the same set of consented recipients, so recipients who compare what each of them
got hold nothing but whole classes. Each record enters one class, once; a class is never edited, merged or cut again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from testimony.anonymity.grouping import Distinct, group
from testimony.anonymity.lattice import Vector
from testimony.anonymity.pool import Bools, Ints, Pool
from testimony.anonymity.profile import Profile
from testimony.anonymity.validity import Rule, flagged


@dataclass(frozen=True, kw_only=True)
class FrozenClass:
    """Records that leave as one row. `members` are positions in the pool; they, `persons`, `incidents` and `flagged`
    (distinct persons for each stigma) stay inside.

    `id`: from batch, recipients, tier and labels alone, so that it says nothing of its members.
    """

    id: str
    tier: int
    labels: tuple[str, ...]
    recipients: tuple[str, ...]
    members: Ints
    persons: int
    incidents: int
    flagged: tuple[int, ...]

    @property
    def n(self) -> int:
        return len(self.members)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Classes in the order of recipients, tier and labels; `waiting`: positions of the records that found none."""

    name: str
    profile: Profile
    classes: tuple[FrozenClass, ...]
    waiting: Ints
    records: int

    @property
    def published(self) -> int:
        return self.records - len(self.waiting)


def walk(pool: Pool, profile: Profile, *, name: str) -> Batch:
    """The batch `name` (a code of the ledger, another for each batch) of `pool`, whose records were never published.

    A record that waited a batches may use the tiers 1 … first + a. Raises `ProfileUnfit`.
    """
    profile.fits(pool.schema)
    classes: list[FrozenClass] = []
    waits = np.ones(len(pool), dtype=np.bool_)
    for number, recipients in enumerate(pool.groups):
        left = np.flatnonzero(pool.group == number)
        for tier, vector in enumerate(profile.tiers):
            may = tier < profile.first + pool.waited[left]
            made = list(_valid(pool, left[may], vector, profile.preset.rule))
            for members, labels, counted in made:
                waits[members] = False
                classes.append(
                    FrozenClass(
                        id=_id(name, recipients, tier, labels),
                        tier=tier,
                        labels=labels,
                        recipients=recipients,
                        members=members,
                        persons=counted[0],
                        incidents=counted[1],
                        flagged=tuple(counted[2:]),
                    )
                )
            left = left[waits[left]]
    return Batch(name=name, profile=profile, classes=tuple(classes), waiting=np.flatnonzero(waits), records=len(pool))


def _valid(pool: Pool, chosen: Ints, vector: Vector, rule: Rule) -> Iterator[tuple[Ints, tuple[str, ...], list[int]]]:
    """Of the records `chosen`, each valid class: its members, labels, and counts of persons, incidents, stigmas."""
    chosen, where, classes = _large(pool, chosen, vector, rule.k)
    if not classes:
        return
    persons = Distinct.of(where, pool.person[chosen], classes).counts()
    incidents = Distinct.of(where, pool.incident[chosen], classes).counts()
    held = flagged(pool.stigma[chosen], where, pool.person[chosen], classes)
    valid = rule.counts(persons, incidents) & rule.shares(persons, held)
    order = np.argsort(where, kind="stable")
    ends = np.cumsum(np.bincount(where, minlength=classes))
    codes = [column.up[level][column.base[chosen[order]]] for column, level in zip(pool.columns, vector, strict=True)]
    names = [column.labels[level] for column, level in zip(pool.columns, vector, strict=True)]
    for one in np.flatnonzero(valid).tolist():
        end = int(ends[one])
        start = int(ends[one - 1]) if one else 0
        labels = tuple(name[code[start]] for name, code in zip(names, codes, strict=True))
        yield chosen[order[start:end]], labels, [int(persons[one]), int(incidents[one]), *held[one].tolist()]


def _large(pool: Pool, chosen: Ints, vector: Vector, k: int) -> tuple[Ints, Ints, int]:
    """The records in groups of at least `k` rows, the group of each, and how many groups there are."""
    if len(chosen) < k:
        return chosen[:0], chosen[:0], 0
    grouping = group(
        [column.up[level][column.base[chosen]] for column, level in zip(pool.columns, vector, strict=True)],
        [len(column.labels[level]) for column, level in zip(pool.columns, vector, strict=True)],
    )
    large: Bools = np.bincount(grouping.of) >= k
    keep = large[grouping.of]
    return chosen[keep], (np.cumsum(large) - 1)[grouping.of[keep]], int(large.sum())


def _id(name: str, recipients: tuple[str, ...], tier: int, labels: tuple[str, ...]) -> str:
    said = json.dumps([name, list(recipients), tier, list(labels)], separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()[:32]
