"""Searches for the levels with the least information loss: best-first branch and bound over boxes of the lattice.

A box holds the vectors between two corners. No vector in it loses less than its finest corner or publishes more than
its coarsest corner, because persons, incidents and rows only grow towards coarser levels.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np

from testimony.anonymity.lattice import Lattice, Vector
from testimony.anonymity.loss import UNIT, weighted
from testimony.anonymity.pool import Bools

EXACT_BELOW: Final = 5_000
TOLERANCE: Final = 0.05


@dataclass(frozen=True, kw_only=True)
class Found:
    """`vector`, what it costs in all (loss of the published, lambda for each other record), vectors looked at."""

    vector: Vector
    cost: float
    looked_at: int


def search(lattice: Lattice, price: float) -> Found:
    """The vector that minimises K·G + price·(1 − K), K the share published, G its mean loss; of equals the first.

    Exact below `EXACT_BELOW` records; above, within `TOLERANCE` of the least.
    """
    return _Search(lattice, price).run()


def cost(lattice: Lattice, vector: Vector, price: float) -> float:
    """What `vector` costs: a whole number in units of `loss.UNIT` × records × the sum of the weights."""
    table = lattice.table(vector)
    return _cost(lattice, vector, lattice.enough(table)[table.cell_to], price_of(lattice, price))


def price_of(lattice: Lattice, price: float) -> float:
    """What one record costs that is not published, in whole units."""
    return float(round(price * UNIT * sum(lattice.weights)))


def _cost(lattice: Lattice, vector: Vector, kept: Bools, each: float) -> float:
    published = lattice.rows * kept
    return weighted(lattice.losses(vector), published) + each * (lattice.records - float(published.sum()))


class _Search:
    def __init__(self, lattice: Lattice, price: float) -> None:
        self.lattice = lattice
        self.each = price_of(lattice, price)
        self.slack = 0.0 if lattice.records < EXACT_BELOW else TOLERANCE
        self.best: tuple[float, Vector] = (self.each * lattice.records, (0,) * len(lattice.top))
        self.looked_at = 0
        self.weights = [
            [lattice.mean(attribute, level) for level in range(top + 1)] for attribute, top in enumerate(lattice.top)
        ]

    def run(self) -> Found:
        low: Vector = (0,) * len(self.lattice.top)
        boxes: list[tuple[float, Vector, Vector, bytes]] = []
        self._add(boxes, low, self.lattice.top, self._look(self.lattice.top))
        while boxes:
            bound, low, high, packed = heapq.heappop(boxes)
            if self._is_hopeless(bound, low):
                break  # and so is every box behind it
            split = self._split(low, high)
            if split is None:
                continue
            attribute, middle = split
            kept = np.unpackbits(np.frombuffer(packed, dtype=np.uint8), count=len(self.lattice.rows)).astype(np.bool_)
            self._add(boxes, _with(low, attribute, middle + 1), high, kept)
            below = _with(high, attribute, middle)
            self._add(boxes, low, below, self._look(below))
        return Found(vector=self.best[1], cost=self.best[0], looked_at=self.looked_at)

    def _look(self, vector: Vector) -> Bools:
        """For each cell, whether it has enough at `vector`, which is compared with the best on the way."""
        self.looked_at += 1
        table = self.lattice.table(vector)
        kept = self.lattice.enough(table)[table.cell_to]
        if self._bound(vector, kept) <= self.best[0]:
            self.best = min(self.best, (_cost(self.lattice, vector, kept, self.each), vector))
        return kept

    def _add(self, boxes: list[tuple[float, Vector, Vector, bytes]], low: Vector, high: Vector, kept: Bools) -> None:
        bound = self._bound(low, kept)
        if not self._is_hopeless(bound, low):
            heapq.heappush(boxes, (bound, low, high, np.packbits(kept).tobytes()))

    def _bound(self, low: Vector, kept: Bools) -> float:
        """What a vector costs at least that is nowhere finer than `low` and publishes no cell outside `kept`."""
        saved = self.each - self.lattice.losses(low)
        np.maximum(saved, 0, out=saved)
        return self.each * self.lattice.records - weighted(saved, self.lattice.rows * kept)

    def _is_hopeless(self, bound: float, low: Vector) -> bool:
        """Whether nothing in a box is better than the best, or as good and finer."""
        return (bound * (1 + self.slack), low) > self.best

    def _split(self, low: Vector, high: Vector) -> tuple[int, int] | None:
        """The attribute that loses most between the corners, and the level after which to cut it."""
        spans = [
            (self.weights[attribute][high[attribute]] - self.weights[attribute][low[attribute]], -attribute)
            for attribute in range(len(low))
            if high[attribute] > low[attribute]
        ]
        if not spans:
            return None
        attribute = -max(spans)[1]
        return attribute, (low[attribute] + high[attribute]) // 2


def _with(vector: Vector, attribute: int, level: int) -> Vector:
    return (*vector[:attribute], level, *vector[attribute + 1 :])
