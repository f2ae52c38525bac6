"""Forms the classes of a batch under a frozen profile: publishes valid classes, defers the rest. It does no search.

A class contains only records with the same set of consented recipients, so recipients who compare their tables see
nothing but whole classes. Each record enters one class, once; a class is never edited, merged or split again.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from testimony.anonymity.groups import Distinct, group
from testimony.anonymity.lattice import Vector
from testimony.anonymity.pool import Bools, Ints, Pool
from testimony.anonymity.profile import Profile
from testimony.anonymity.validity import flagged


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
class Layer:
    """The classes that one tier made of the records for one set of recipients, as columns: c classes of n records.

    `members`: n positions in the pool, class after class; `ends`: where each class ends in them. `codes`: of each
    attribute, the number of each class's label. `persons`, `incidents`: c; `flagged`: c × stigmas.
    """

    tier: int
    recipients: tuple[str, ...]
    members: Ints
    ends: Ints
    codes: tuple[Ints, ...]
    persons: Ints
    incidents: Ints
    flagged: Ints


@dataclass(frozen=True, kw_only=True)
class Batch:
    """`layers` hold the classes; `waiting`: positions of the records that found none."""

    name: str
    profile: Profile
    labels: tuple[tuple[tuple[str, ...], ...], ...]
    layers: tuple[Layer, ...]
    waiting: Ints
    records: int

    @functools.cached_property
    def classes(self) -> tuple[FrozenClass, ...]:
        """In the order of recipients, tier and labels."""
        return tuple(one for layer in self.layers for one in self._frozen(layer))

    @property
    def published(self) -> int:
        return self.records - len(self.waiting)

    def _frozen(self, layer: Layer) -> Iterator[FrozenClass]:
        vector = self.profile.tiers[layer.tier]
        names = [labels[level] for labels, level in zip(self.labels, vector, strict=True)]
        spelt = zip(
            *([name[code] for code in codes.tolist()] for name, codes in zip(names, layer.codes, strict=True)),
            strict=True,
        )
        counts = zip(layer.persons.tolist(), layer.incidents.tolist(), layer.flagged.tolist(), strict=True)
        for labels, members, (persons, incidents, held) in zip(
            spelt, np.split(layer.members, layer.ends[:-1]), counts, strict=True
        ):
            yield FrozenClass(
                id=_id(self.name, layer.recipients, layer.tier, labels),
                tier=layer.tier,
                labels=labels,
                recipients=layer.recipients,
                members=members,
                persons=persons,
                incidents=incidents,
                flagged=tuple(held),
            )


def walk(pool: Pool, profile: Profile, *, name: str) -> Batch:
    """The batch `name` (a code of the ledger, another for each batch) of `pool`, whose records were never published.

    A record that waited a batches may use the tiers 1 … first + a. Raises `ProfileUnfit`.
    """
    profile.fits(pool.schema)
    layers: list[Layer] = []
    waits = np.ones(len(pool), dtype=np.bool_)
    for number, recipients in enumerate(pool.groups):
        left = np.flatnonzero(pool.group == number)
        for tier in range(len(profile.tiers)):
            may = tier < profile.first + pool.waited[left]
            layer = _layer(pool, profile, left[may], tier, recipients)
            if layer is not None:
                waits[layer.members] = False
                left = left[waits[left]]
                layers.append(layer)
    return Batch(
        name=name,
        profile=profile,
        labels=tuple(column.labels for column in pool.columns),
        layers=tuple(layers),
        waiting=np.flatnonzero(waits),
        records=len(pool),
    )


def _layer(pool: Pool, profile: Profile, chosen: Ints, tier: int, recipients: tuple[str, ...]) -> Layer | None:
    """The valid classes of the records `chosen` at one tier; None where there is none."""
    rule, vector = profile.preset.rule, profile.tiers[tier]
    chosen, where, classes = _large(pool, chosen, vector, rule.k)
    if not classes:
        return None
    persons = Distinct.from_persons(where, pool.person[chosen], classes).counts()
    incidents = Distinct.from_persons(where, pool.incident[chosen], classes).counts()
    valid = rule.counts(persons, incidents)
    if not valid.any():
        return None
    held = flagged(pool.stigma[chosen], where, pool.person[chosen], classes)
    keep = valid[where]
    members, where = chosen[keep], (np.cumsum(valid) - 1)[where[keep]]
    members = members[np.argsort(where, kind="stable")]
    ends = np.cumsum(np.bincount(where))
    return Layer(
        tier=tier,
        recipients=recipients,
        members=members,
        ends=ends,
        codes=tuple(
            column.up[level][column.base[members[ends - 1]]] for column, level in zip(pool.columns, vector, strict=True)
        ),
        persons=persons[valid],
        incidents=incidents[valid],
        flagged=held[valid],
    )


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
