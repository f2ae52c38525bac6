"""Invented releases as a desk makes them: a pool, its plan, its batch, and what one recipient gets of it."""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from testimony.anonymity.class_table import table
from testimony.anonymity.field_hierarchies import standard
from testimony.anonymity.frozen_profile import Batch, walk
from testimony.anonymity.pool import Pool, Record, Schema
from testimony.anonymity.profile import Profile, make
from testimony.anonymity.remainder import asked, by_label
from testimony.anonymity.risk import assess
from testimony.anonymity.validity import TRUSTED
from testimony.domain.release.columns import MARK_IDS, STIGMA_IDS
from testimony.publication.edition import Edition
from tests.support.anonymity.populations import SEGMENTS, population

SCHEMA = Schema(attributes=standard(SEGMENTS), marks=MARK_IDS, stigma=STIGMA_IDS)
WORST = "HRV-BIH"


def records(size: int = 400, seed: int = 1) -> list[Record]:
    """As `population` makes them, with the marks of the questionnaire: some often, some hardly ever, some never."""
    dice = random.Random(seed)
    often = [*(dice.choice((0.02, 0.05, 0.2, 0.5)) for _ in MARK_IDS[1:]), 0]
    return [
        replace(
            one,
            marks=marks,
            unknown=unknown,
            unasked=_some(dice, 0.2) - marks - unknown,
            stigma=marks & frozenset(STIGMA_IDS) | frozenset(mark for mark in STIGMA_IDS if dice.random() < 0.03),
        )
        for one in population(size, seed, recipients=True)
        for marks in [_told(one, often, dice)]
        for unknown in [_some(dice, 0.1) - marks]
    ]


def _some(dice: random.Random, share: float) -> frozenset[str]:
    return frozenset(mark for mark in MARK_IDS if dice.random() < share)


def _told(one: Record, often: Sequence[float], dice: random.Random) -> frozenset[str]:
    """At the first border most people tell of undressing."""
    worst = {"undress": 0.7} if one.values[1].startswith(WORST) else {}
    shares = dict(zip(MARK_IDS, often, strict=True)) | worst
    return frozenset(mark for mark, share in shares.items() if dice.random() < share)


def profile(of: Sequence[Record]) -> Profile:
    return make(Pool.from_records(of, SCHEMA), TRUSTED).profile.faster(9)


def edition(of: Sequence[Record], plan: Profile, *, recipient: str = "P06", name: str = "b7") -> Edition:
    pool = Pool.from_records(of, SCHEMA)
    batch = walk(pool, plan, name=name)
    whole = table(batch, pool)
    own = _own(batch, pool, recipient)
    return Edition(
        name=name,
        recipient=recipient,
        preset=plan.preset.id,
        k=plan.preset.k,
        m=plan.preset.m,
        alpha=plan.preset.alpha,
        attributes=plan.attributes,
        marks=SCHEMA.marks,
        stigma=SCHEMA.stigma,
        table=whole.for_recipient(recipient),
        risk=assess(own, pool, whole.for_recipient(recipient)),
        legend=plan.legend(),
        revoked=("0a" * 16,),
        recalled=(),
        organisation="Border Watch (invented)",
        waiting=by_label(own, pool),
        asked=asked(own, pool),
    )


def _own(batch: Batch, pool: Pool, recipient: str) -> Batch:
    """What of the batch is the recipient's: its classes, and who waits of those that it may have."""
    concerned = np.array([recipient in group for group in pool.groups], dtype=np.bool_)[pool.group]
    return replace(
        batch,
        layers=tuple(layer for layer in batch.layers if recipient in layer.recipients),
        waiting=batch.waiting[concerned[batch.waiting]],
        records=int(concerned.sum()),
    )


@functools.cache
def usual() -> Edition:
    """One release of 400 accounts."""
    of = records()
    return edition(of, profile(of))


@functools.cache
def few() -> Edition:
    """One of 150."""
    of = records(150)
    return edition(of, profile(of))
