"""Which accounts a period counts: those that no other period of its kind counted, and what its shorter periods counted.

An account that was withdrawn is counted in no later period, and no printed number changes for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.periods import Period, may_hold

MOST_EDITIONS: Final = 2
LEAST_CHANGED: Final = 10
LEAST_INCIDENTS_CHANGED: Final = 5
LEAST_IN_ROW: Final = 5


def admitted(period: Period, admissible: Iterable[str], counted: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Those of `admissible` that `period` counts. `counted`: label of an earlier file -> the accounts in it."""
    holders: dict[str, list[Period]] = defaultdict(list)
    for label, members in counted.items():
        for member in members:
            holders[member].append(Period.of(label))
    return frozenset(member for member in admissible if may_hold(period, holders[member]))


def require_recount(changed: Collection[tuple[str, str, str]], edition: int) -> None:
    """Raise `TablesRefused("recount")` unless so much changed that no person can be told from the difference.

    `changed`: person, incident and border row of each account that came or went. `edition`: the one to be made.
    """
    rows: dict[str, set[str]] = defaultdict(set)
    for person, _, row in changed:
        rows[row].add(person)
    persons = {person for person, _, _ in changed}
    incidents = {incident for _, incident, _ in changed} - {""}
    enough = len(persons) >= LEAST_CHANGED and len(incidents) >= LEAST_INCIDENTS_CHANGED
    if edition > MOST_EDITIONS or not enough or any(len(found) < LEAST_IN_ROW for found in rows.values()):
        raise TablesRefused("recount")
