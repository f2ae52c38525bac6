"""The lattice of level vectors: computes the classes at one vector by rolling up the smallest finer table in memory.

A class's persons, incidents and rows only grow as levels become coarser. The search depends on this.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from testimony.anonymity import loss
from testimony.anonymity.groups import Distinct, group
from testimony.anonymity.hierarchies import Encoded
from testimony.anonymity.pool import Bools, Ints
from testimony.anonymity.validity import Rule

Vector = tuple[int, ...]
Floats = NDArray[np.float64]
KEPT: Final = 24_000_000
"""Numbers that tables may hold together; older ones are rolled up again where they are wanted."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """The classes at `vector`. `codes`: of each attribute, each class's label. `cell_to`: of each cell, its class."""

    vector: Vector
    codes: tuple[Ints, ...]
    rows: Ints
    persons: Distinct
    incidents: Distinct
    cell_to: Ints

    @property
    def weight(self) -> int:
        return len(self.cell_to) + len(self.rows) * (3 + len(self.codes)) + 2 * len(self.persons.where)


class Lattice:
    """Records (`chosen`, positions) under every vector of levels. Cells are what is alike at the floors.

    `weights`: of each attribute, how much its loss counts; a whole number, 1 where it is empty.
    """

    def __init__(
        self,
        columns: Sequence[Encoded],
        person: Ints,
        incident: Ints,
        chosen: Ints,
        rule: Rule,
        weights: Sequence[int] = (),
    ) -> None:
        self.columns = columns
        self.weights: tuple[int, ...] = tuple(weights) or (1,) * len(columns)
        self.rule = rule
        self.top: Vector = tuple(len(column.up) - 1 for column in columns)
        self.records = len(chosen)
        base = [column.base[chosen] for column in columns]
        grouping = group(base, [len(column.up[0]) for column in columns])
        self.cell_of = grouping.of
        cells = len(grouping)
        self._base = [one[grouping.first] for one in base]
        self._penalty = [loss.penalties(column) for column in columns]
        self._losses: dict[tuple[int, int], Floats] = {}
        self.rows: Floats = np.bincount(self.cell_of, minlength=cells).astype(np.float64)
        floor = Table(
            vector=(0,) * len(columns),
            codes=tuple(column.up[0][one] for column, one in zip(columns, self._base, strict=True)),
            rows=np.bincount(self.cell_of, minlength=cells),
            persons=Distinct.from_persons(self.cell_of, person[chosen], cells),
            incidents=Distinct.from_persons(self.cell_of, _dense(incident[chosen]), cells),
            cell_to=np.arange(cells),
        )
        self._floor = self._at_floor(floor)
        self._kept: dict[Vector, Table] = {self._floor.vector: self._floor}
        self._weight = 0

    def table(self, vector: Vector) -> Table:
        """The classes at `vector`."""
        if vector in self._kept:
            return self._kept[vector]
        finer = min(
            (one for one in self._kept.values() if all(a <= b for a, b in zip(one.vector, vector, strict=True))),
            key=lambda one: (len(one.rows), one.vector),
        )
        made = self._rolled_up(finer, vector)
        if len(made.rows) * 2 <= len(finer.rows) and self._weight + made.weight <= KEPT:
            self._kept[vector] = made
            self._weight += made.weight
        return made

    def enough(self, table: Table) -> Bools:
        """For each class, whether it may be published: it has enough persons and incidents."""
        found = table.rows >= self.rule.k
        if found.any():
            found &= self.rule.counts(table.persons.counts(), table.incidents.counts())
        return found

    def losses(self, vector: Vector) -> Floats:
        """For each cell, the weighted loss of one of its records at `vector`, over all attributes: whole numbers."""
        total = np.zeros(len(self.rows), dtype=np.float64)
        for attribute, level in enumerate(vector):
            if level:
                total += self._loss(attribute, level)
        return total

    def mean(self, attribute: int, level: int) -> float:
        """What all records lose by `attribute` at `level`."""
        return loss.weighted(self._loss(attribute, level), self.rows)

    def _loss(self, attribute: int, level: int) -> Floats:
        """For each cell, the weighted loss of one attribute at one level."""
        if (attribute, level) not in self._losses:
            penalty = self._penalty[attribute][level].astype(np.float64) * self.weights[attribute]
            self._losses[attribute, level] = penalty[self._base[attribute]]
        return self._losses[attribute, level]

    def _at_floor(self, cells: Table) -> Table:
        """Cells are of values; two values may share a label at the floor."""
        return self._grouped(cells, cells.codes, cells.vector)

    def _rolled_up(self, finer: Table, vector: Vector) -> Table:
        codes = tuple(
            code if level == to else column.step(level, to)[code]
            for column, code, level, to in zip(self.columns, finer.codes, finer.vector, vector, strict=True)
        )
        return self._grouped(finer, codes, vector)

    def _grouped(self, finer: Table, codes: tuple[Ints, ...], vector: Vector) -> Table:
        grouping = group(codes, [len(column.labels[level]) for column, level in zip(self.columns, vector, strict=True)])
        classes = len(grouping)
        return Table(
            vector=vector,
            codes=tuple(code[grouping.first] for code in codes),
            rows=np.bincount(grouping.of, weights=finer.rows, minlength=classes).astype(np.int64),
            persons=finer.persons.merged(grouping.of, classes),
            incidents=finer.incidents.merged(grouping.of, classes),
            cell_to=grouping.of[finer.cell_to],
        )


def _dense(numbers: Ints) -> Ints:
    """Without gaps from 0; what is below 0 counts for nothing and stays below."""
    return np.where(numbers < 0, numbers, np.unique(np.maximum(numbers, 0), return_inverse=True)[1])
