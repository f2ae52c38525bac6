"""Finds accounts that tell again what another account of the same person tells, so that an event counts once for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Linked:
    """An account, and the persons and incidents to which lawyers linked it."""

    name: str
    persons: frozenset[str]
    incidents: frozenset[str]


def several(accounts: Iterable[Linked]) -> frozenset[str]:
    """The names of accounts with an incident whose person told several."""
    return frozenset(one.name for group in _by_person(accounts) for one in group)


def told_again(accounts: Iterable[Linked], counted: Collection[str], came: Mapping[str, Any]) -> frozenset[str]:
    """The names of those that do not count, because another account of the same person tells of all their incidents.

    `counted`: names of those that were counted before. They stay, and the others do not count. Else the account with
    more incidents counts, and of two with the same ones the one that came first. `came`: by name, when it came, of
    `several`; one without a time came last. Only links count: two people may answer alike.
    """

    def place(one: Linked) -> tuple[Any, ...]:
        return one.name not in counted, -len(one.incidents), one.name not in came, came.get(one.name, ()), one.name

    found = set()
    for group in _by_person(accounts):
        kept: list[Linked] = []
        for one in sorted(group, key=place):
            if one.name not in counted and any(one.incidents <= other.incidents for other in kept):
                found.add(one.name)
            else:
                kept.append(one)
    return frozenset(found)


def _by_person(accounts: Iterable[Linked]) -> list[list[Linked]]:
    groups: dict[str, list[Linked]] = defaultdict(list)
    for one in accounts:
        for person in one.persons if one.incidents else ():
            groups[person].append(one)
    return [group for group in groups.values() if len(group) > 1]
