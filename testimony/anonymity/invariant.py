"""Checks the invariant over all releases with plain sets, and what a release says, independently of the engine.

An attacker who holds every table ever published holds records grouped by the ids of their classes, and nothing finer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from testimony.anonymity.validity import Rule


@dataclass(frozen=True, kw_only=True)
class Membership:
    """`record` was published in `class_id`: pseudonyms, which are never published. An `incident` of "" may be any."""

    record: str
    class_id: str
    person: str
    incident: str


@dataclass(frozen=True, kw_only=True)
class Broken:
    """`small`: ids of classes with too few persons or incidents; `twice`: records that entered more than one."""

    small: tuple[str, ...]
    twice: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.small or self.twice)


def broken(memberships: Iterable[Membership], rule: Rule) -> Broken:
    """What does not hold over `memberships`, of all releases; false where all does."""
    persons: dict[str, set[str]] = defaultdict(set)
    incidents: dict[str, set[str]] = defaultdict(set)
    entered: Counter[str] = Counter()
    for one in memberships:
        persons[one.class_id].add(one.person)
        incidents[one.class_id].update({one.incident} - {""})
        entered[one.record] += 1
    return Broken(
        small=tuple(sorted(id for id in persons if len(persons[id]) < rule.k or len(incidents[id]) < rule.m)),
        twice=tuple(sorted(record for record, times in entered.items() if times > 1)),
    )


def overstated(
    tellers: Mapping[tuple[str, str], Collection[str]],
    persons: Mapping[str, Collection[str]],
    shown: Iterable[tuple[str, str]],
    alpha: float,
) -> tuple[tuple[str, str], ...]:
    """Those of `shown` that are said of too many: (class, stigma) of which a table says a number.

    `persons`: of each class. `tellers`: of each class and stigma, the persons of whom it holds.
    """
    return tuple(
        sorted(
            (class_id, stigma)
            for class_id, stigma in shown
            if len(set(tellers.get((class_id, stigma), ()))) > alpha * len(set(persons[class_id])) + 1e-9
        )
    )
