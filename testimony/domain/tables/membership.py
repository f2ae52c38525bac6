"""Which accounts a file of published tables counts, as coordinators tell lawyers' desks.

Lawyers approve stories. Who reads a story counts its account out of the numbers beside it, so their desks look at the
files as they are, and need not guess which file counts what.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.tables import plan as tables_plan
from testimony.domain.tables.acts import member
from testimony.domain.tables.admission import MOST_EDITIONS
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.periods import Period
from testimony.domain.values import DAY, HASH, ID, listed, matched, number
from testimony.errors import NotCanonical

KIND: Final = "membership"
VERSION: Final = "testimony/1/membership"
AT_ONCE: Final = 5000
"""Accounts in one annex: sealed and padded, it fits into one frame (docs/sync.md)."""
FIELDS: Final = frozenset({"kind", "v", "day", "about", "period", "edition", "layer", "members"})

File = tuple[str, str, int, int]
"""Period, record that proposed its numbers, edition and layer."""


@dataclass(frozen=True, kw_only=True)
class Membership:
    """Some accounts of the file of `period`. `about`: the record that proposed its numbers. `members`: by `member`."""

    day: date
    about: str
    period: Period
    edition: int
    layer: int
    members: frozenset[str]

    @property
    def file(self) -> File:
        return self.period.label, self.about, self.edition, self.layer

    @classmethod
    def parse(cls, content: Mapping[str, Any]) -> Membership:
        """From the content of an annex. Raises `EventUnreadable`."""
        if content.keys() != FIELDS or content["kind"] != KIND or content["v"] != VERSION:
            raise EventUnreadable("structure")
        try:
            return cls(
                day=date.fromisoformat(matched(content["day"], DAY)),
                about=matched(content["about"], HASH),
                period=Period.of(content["period"]),
                edition=number(content["edition"], 1, MOST_EDITIONS),
                layer=number(content["layer"], min(tables_plan.LEAST), max(tables_plan.LEAST)),
                members=frozenset(listed(content["members"], ID, least=1, most=AT_ONCE)),
            )
        except (TypeError, ValueError, NotCanonical, TablesRefused) as error:
            raise EventUnreadable("structure") from error

    def to_value(self) -> dict[str, Any]:
        """The content of the annex; `parse(membership.to_value()) == membership`."""
        return {
            "kind": KIND,
            "v": VERSION,
            "day": self.day.isoformat(),
            "about": self.about,
            "period": self.period.label,
            "edition": self.edition,
            "layer": self.layer,
            "members": sorted(self.members),
        }


@dataclass(frozen=True, kw_only=True)
class PrintedFile:
    """A file of `period`, and the accounts in it."""

    period: Period
    layer: int
    members: frozenset[str]

    def counts(self, manifest: str) -> bool:
        return member(manifest) in self.members


def split(members: Collection[str]) -> Iterator[frozenset[str]]:
    """In lots that fit into one annex each."""
    ordered = sorted(members)
    for start in range(0, len(ordered), AT_ONCE):
        yield frozenset(ordered[start : start + AT_ONCE])


def whole(said: Iterable[tuple[str, Membership]]) -> set[tuple[str, File, frozenset[str]]]:
    """Who said what of which file, put together from `said`: who, and what in one annex."""
    known: dict[tuple[str, File], set[str]] = {}
    for by, one in said:
        known.setdefault((by, one.file), set()).update(one.members)
    return {(by, file, frozenset(members)) for (by, file), members in known.items()}


def files(said: Iterable[tuple[str, Membership]]) -> list[PrintedFile]:
    """The files that `said` (as `whole` takes it) describes, in the order of their periods.

    What two people say differently of one file are two files: nobody changes what another one said. A file with fewer
    accounts than its layer needs was never printed.
    """
    each = {(file, members) for _, file, members in whole(said)}
    return [
        PrintedFile(period=Period.of(label), layer=layer, members=members)
        for (label, _, _, layer), members in sorted(each, key=lambda one: (one[0], sorted(one[1])))
        if len(members) >= tables_plan.LEAST[layer]
    ]
