"""Local recoding, to set the tiers beside it: each group of records is generalised by itself, as far as it needs.

Top-down, greedy and multidimensional (K. LeFevre, D. DeWitt, R. Ramakrishnan, *Mondrian Multidimensional K-Anonymity*,
2006), over fixed hierarchies instead of ranges, and under the rule of the engine: distinct persons, distinct incidents,
shares of stigmas. All begin at the ceilings. A group is cut along the attribute that loses most in it; those of its
parts that are valid go one level down, and what is left over stays where it was, as a group that has to be valid too.
"""

from __future__ import annotations

import numpy as np

from testimony.anonymity import loss
from testimony.anonymity.groups import Distinct, group, number
from testimony.anonymity.pool import Bools, Ints, Pool
from testimony.anonymity.validity import Rule


def recode(pool: Pool, rule: Rule) -> tuple[Ints, Bools]:
    """Of each record and attribute its level, n × attributes, and whether it is published."""
    return _Recoding(pool, rule).run()


def lost(pool: Pool, levels: Ints, published: Bools) -> float:
    """The loss (NCP, 0 to 1) of all records; one that is not published counts as wholly lost."""
    total = 0
    for attribute, column in enumerate(pool.columns):
        penalty = np.array(loss.penalties(column))[levels[:, attribute], column.base]
        total += int(np.where(published, penalty, loss.UNIT).sum())
    return total / (loss.UNIT * len(pool) * len(pool.columns))


class _Recoding:
    def __init__(self, pool: Pool, rule: Rule) -> None:
        self.pool, self.rule = pool, rule
        self.levels = np.tile(np.array(pool.schema.ceilings, dtype=np.int64), (len(pool), 1))
        self.up = [np.array(column.up) for column in pool.columns]
        self.penalty = [np.array(loss.penalties(column)) for column in pool.columns]

    def run(self) -> tuple[Ints, Bools]:
        tops = [column.up[-1][column.base] for column in self.pool.columns]
        roots = group(tops, [len(column.labels[-1]) for column in self.pool.columns])
        published = self._valid(np.arange(len(self.pool)), roots.of, len(roots))[roots.of]
        open_, where = np.flatnonzero(published), roots.of[published]
        while len(open_):
            open_, where = self._cut(open_, where)
        return self.levels, published

    def _cut(self, records: Ints, where: Ints) -> tuple[Ints, Ints]:
        """One cut of each group that can be cut; what comes of those: records, and the group of each."""
        where = number(where, int(where.max()) + 1).of
        groups = int(where.max()) + 1
        along, widest = np.full(groups, -1), np.zeros(groups)
        parts = []
        for attribute in range(self.levels.shape[1]):
            keep, label = self._parts(attribute, records, where, groups)
            now = self.penalty[attribute][self.levels[records, attribute], self.pool.columns[attribute].base[records]]
            wide = np.bincount(where, weights=now) / np.bincount(where)
            better = (wide > widest) & (np.bincount(where, weights=keep) > 0)
            along[better], widest[better] = attribute, wide[better]
            parts.append((keep, label))
        part = np.zeros(len(records), dtype=np.int64)
        for attribute, (keep, label) in enumerate(parts):
            down = keep & (along[where] == attribute)
            self.levels[records[down], attribute] -= 1
            part[down] = label[down] + 1
        on = along[where] >= 0
        return records[on], number(where * (int(part.max()) + 1) + part, groups * (int(part.max()) + 1)).of[on]

    def _parts(self, attribute: int, records: Ints, where: Ints, groups: int) -> tuple[Bools, Ints]:
        """Of each record whether it may go down a level along `attribute` with its part, and its label there."""
        finer = self.levels[records, attribute] - 1
        label = self.up[attribute][np.maximum(finer, 0), self.pool.columns[attribute].base[records]]
        wide = int(label.max()) + 1
        parts = number(where * wide + label, groups * wide)
        good = self._valid(records, parts.of, len(parts)) & (finer[parts.first] >= 0)
        return self._without_scraps(records, where, groups, parts.of, good)[parts.of], label

    def _without_scraps(self, records: Ints, where: Ints, groups: int, part: Ints, good: Bools) -> Bools:
        """`good` parts but those, the smallest first, that stay with what is left over so that it is valid too."""
        of_part = np.zeros(len(good), dtype=np.int64)
        of_part[part] = where
        while True:
            left = ~good[part]
            scraps = ~self._valid(records[left], where[left], groups) & (np.bincount(where[left], minlength=groups) > 0)
            joining = np.flatnonzero(good & scraps[of_part])
            if not len(joining):
                return good
            order = joining[np.lexsort((np.bincount(part)[joining], of_part[joining]))]
            good[order[np.unique(of_part[order], return_index=True)[1]]] = False

    def _valid(self, records: Ints, where: Ints, groups: int) -> Bools:
        person = self.pool.person[records]
        persons = Distinct.from_persons(where, person, groups).counts()
        incidents = Distinct.from_persons(where, self.pool.incident[records], groups).counts()
        return self.rule.counts(persons, incidents)
