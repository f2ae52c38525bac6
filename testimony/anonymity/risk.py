"""Computes the risk and utility figures that accompany every release, from the counts of its classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from testimony.anonymity import loss
from testimony.anonymity.class_table import ClassTable
from testimony.anonymity.errors import RiskTooHigh
from testimony.anonymity.frozen_profile import Batch
from testimony.anonymity.pool import Pool, Schema


@dataclass(frozen=True, kw_only=True)
class Risk:
    """Shares from 0 to 1.

    `prosecutor`: the largest chance to pick the right person of a class that is known to hold them. `marketer`: the
    share of persons that somebody would get right who picks in every class (global risk). `stigma`: of each, the
    largest share in a class that shows its count. `loss`: the normalised certainty penalty of each attribute over
    published records. `waiting`: of the records held back, how many waited so many batches before this one.
    """

    records: int
    published: int
    classes: int
    persons: int
    smallest: int
    prosecutor: float
    marketer: float
    stigma: tuple[float, ...]
    blanks: float
    shown: int
    tiers: tuple[int, ...]
    loss: tuple[float, ...]
    waiting: tuple[tuple[int, int], ...]


def assess(batch: Batch, pool: Pool, table: ClassTable) -> Risk:
    """The risk of `batch`; zero where nothing leaves."""
    persons = [one.persons for one in batch.classes]
    cells = len(table.rows) * len(pool.schema.marks)
    waited = np.unique(pool.waited[batch.waiting], return_counts=True)
    return Risk(
        records=batch.records,
        published=batch.published,
        classes=len(batch.classes),
        persons=sum(persons),
        smallest=min(persons, default=0),
        prosecutor=1 / min(persons) if persons else 0.0,
        marketer=len(persons) / sum(persons) if persons else 0.0,
        stigma=tuple(
            max((held[column] for held in _shares(batch, table, pool.schema)), default=0.0)
            for column in range(len(pool.schema.stigma))
        ),
        blanks=table.blanks / cells if cells else 0.0,
        shown=cells - table.blanks,
        tiers=tuple(
            sum(one.n for one in batch.classes if one.tier == tier) for tier in range(len(batch.profile.tiers))
        ),
        loss=_loss(batch, pool),
        waiting=tuple(zip(waited[0].tolist(), waited[1].tolist(), strict=True)),
    )


def allowed(batch: Batch, risk: Risk) -> None:
    """Raises `RiskTooHigh` where the global risk is above what the preset allows; then nothing may leave."""
    limit = batch.profile.preset.global_risk
    if risk.marketer > limit:
        raise RiskTooHigh(risk=f"{100 * risk.marketer:.2f}", allowed=f"{100 * limit:g}")


def _shares(batch: Batch, table: ClassTable, schema: Schema) -> Iterator[tuple[float, ...]]:
    """Of each class, the share of each stigma; 0 where no line says its count."""
    shown = {row.id: row.counts for row in table.rows}
    for one in batch.classes:
        counts = shown[one.id]
        yield tuple(
            held / one.persons if isinstance(counts.get(stigma), int) else 0.0
            for stigma, held in zip(schema.stigma, one.flagged, strict=True)
        )


def _loss(batch: Batch, pool: Pool) -> tuple[float, ...]:
    if not batch.classes:
        return (1.0,) * len(pool.columns)
    found = []
    for attribute, column in enumerate(pool.columns):
        penalty = loss.penalties(column)
        total = sum(
            int(penalty[batch.profile.tiers[one.tier][attribute]][column.base[one.members]].sum())
            for one in batch.classes
        )
        found.append(total / (loss.UNIT * batch.published))
    return tuple(found)
