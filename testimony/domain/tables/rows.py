"""Which borders, nationalities and groups of persons have a row of their own, and what is left in the rest.

Decided from the rounded number of persons, so that a row's being there says nothing that its number does not say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from testimony.domain.tables.account import Counted
from testimony.domain.tables.offsets import CellName, Offsets, Unit
from testimony.domain.tables.questions import BORDER, NATIONALITY, PERSON

LEAST_PERSONS: Final[Mapping[str, int]] = {BORDER: 10, NATIONALITY: 20, PERSON: 20}
"""The published number of persons that a row needs: 10 stands for at least 6."""
LEAST_INCIDENTS: Final = 2
LEAST_IN_REST: Final = 10
"""The published number of persons from which the rest has columns."""
ALL: Final = "all"
REST: Final = ":rest-without:"


@dataclass(frozen=True, kw_only=True)
class Row:
    """`cell`: its code by dimension, none for the row of all. `columns`: whether more than its totals is published."""

    cell: Mapping[str, str]
    accounts: tuple[Counted, ...]
    columns: bool = True


def persons_in(accounts: Iterable[Counted]) -> int:
    return len({one.person for one in accounts})


def incidents_in(accounts: Iterable[Counted]) -> int:
    """Distinct incidents. An account that may tell of any of them adds none."""
    return len({one.incident for one in accounts} - {""})


def named(
    dimension: str, accounts: Iterable[Counted], offsets: Offsets, *, period: str, edition: int
) -> tuple[str, ...]:
    """The codes of `dimension` that have a row of their own, in order."""
    groups: dict[str, list[Counted]] = defaultdict(list)
    for one in accounts:
        if one.row(dimension):
            groups[one.row(dimension)].append(one)

    def has_row(code: str) -> bool:
        name = CellName.of({dimension: code}, period=period, unit=Unit.PERSONS, edition=edition)
        enough = offsets.published(name, persons_in(groups[code])) >= LEAST_PERSONS[dimension]
        return enough and incidents_in(groups[code]) >= LEAST_INCIDENTS

    return tuple(code for code in sorted(groups) if has_row(code))


def rest_code(codes: Iterable[str]) -> str:
    """The code of the rest: it says what it is without, so that another rest has another name."""
    return f"{ALL}{REST}{'+'.join(codes)}"


def rows_of(
    dimension: str, codes: Iterable[str], accounts: Iterable[Counted], offsets: Offsets, *, period: str, edition: int
) -> list[Row]:
    """The row of all, those of `codes`, and the rest, which is there also when it is empty.

    Without `codes` there is no rest: it would be the same accounts as the row of all, under a second name.
    """
    everything, codes = tuple(accounts), tuple(codes)
    if not codes:
        return [Row(cell={}, accounts=everything)]
    groups: dict[str, list[Counted]] = {code: [] for code in (*codes, "")}
    for one in everything:
        code = one.row(dimension)
        groups[code if code in groups else ""].append(one)
    rest, code = tuple(groups.pop("")), rest_code(codes)
    name = CellName.of({dimension: code}, period=period, unit=Unit.PERSONS, edition=edition)
    shown = offsets.published(name, persons_in(rest)) >= LEAST_IN_REST
    return [
        Row(cell={}, accounts=everything),
        *(Row(cell={dimension: one}, accounts=tuple(groups[one])) for one in codes),
        Row(cell={dimension: code}, accounts=rest, columns=shown),
    ]
