"""Keeps opened coded accounts until the next unlocking, with the days on which they are valid.

They are kept as services/opening/sealed_index.py says. Links, reviews and clearances are read each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.domain.coding import data_quality
from testimony.domain.coding.data_quality import Status
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.release.columns import Line
from testimony.services.coding.eligibility import Account
from testimony.services.opening import sources
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.sealed_index import SealedIndex
from testimony.services.records import queries as record_queries

KIND: Final = "account"


@dataclass(frozen=True, kw_only=True)
class AccountMemory:
    """The coded accounts in a `SealedIndex`, on the day `at`. `concerns`: the annexes that can change an account."""

    index: SealedIndex
    annexes: AnnexIndex
    concerns: Callable[[OpenedAnnex], bool]
    at: date

    def sources(self, session: Session, manifests: Mapping[str, str]) -> dict[str, str]:
        """As `opened_cache.Memory` says. Testimonies with heads that withdrawals deleted have none: no record says
        when this desk deleted them, and that can change an account.
        """
        partly = record_queries.partly_withdrawn(session, manifests.values())
        whole = {tid: name for tid, name in manifests.items() if name not in partly}
        return sources.hashes(session, self.annexes, whole, self.concerns)

    def recall(self, manifests: Mapping[str, str], made: Mapping[str, str]) -> dict[str, Account]:
        """Testimony -> account, for what was kept and is valid on that day."""
        held = self.index.find(KIND, {tid: (tid,) for tid in manifests})
        read = {tid: _read(tid, manifests[tid], value) for tid, value in held.items() if value["made"] == made.get(tid)}
        found = {tid: one for tid, one in read.items() if one.days and one.days[0] <= self.at <= one.days[1]}
        self.index.drop(KIND, held.keys() - found.keys())
        return found

    def keep(self, opened: Mapping[str, Account], made: Mapping[str, str]) -> None:
        """Keep those accounts that cannot change by themselves."""
        lasting = {tid: one for tid, one in opened.items() if one.days and tid in made}
        entries = {tid: {"made": made[tid], **_written(one)} for tid, one in lasting.items()}
        self.index.keep(KIND, entries, {tid: (tid,) for tid in entries})


def _written(one: Account) -> dict[str, Any]:
    return {
        "keys": _plain_keys(one.keys),
        "ended": _plain_keys(one.ended),
        "line": None if one.line is None else _plain_line(one.line),
        "told": {question: sorted(columns) for question, columns in one.told.items()},
        "said": [f"{name} {status}" for name, status in one.said],
        "corrected": sorted(one.corrected),
        "language": one.language,
        "alone": one.alone,
        "closed": one.closed,
        "days": [day.isoformat() for day in one.days or ()],
    }


def _plain_keys(keys: Iterable[Key]) -> list[list[str]]:
    return [[*key] for key in sorted(keys)]


def _plain_line(line: Line) -> list[list[str]]:
    return [list(line.values), *(sorted(one) for one in (line.marks, line.stigma, line.unknown, line.unasked))]


def _read(tid: str, manifest: str, value: Mapping[str, Any]) -> Account:
    first, last = (date.fromisoformat(day) for day in value["days"])
    return Account(
        tid=tid,
        manifest=manifest,
        keys=_keys(value["keys"]),
        ended=_keys(value["ended"]),
        line=None if value["line"] is None else _line(*value["line"]),
        told={question: frozenset(columns) for question, columns in value["told"].items()},
        said=tuple(_said(one) for one in value["said"]),
        corrected=frozenset(value["corrected"]),
        language=value["language"],
        alone=value["alone"],
        closed=value["closed"],
        days=(first, last),
    )


def _keys(written: Iterable[Iterable[str]]) -> frozenset[Key]:
    return frozenset(Key(Purpose(purpose), recipient) for purpose, recipient in written)


def _line(values: list[str], *sets: list[str]) -> Line:
    marks, stigma, unknown, unasked = map(frozenset, sets)
    return Line(values=tuple(values), marks=marks, stigma=stigma, unknown=unknown, unasked=unasked)


@lru_cache(maxsize=1024)
def _said(written: str) -> tuple[str, Status]:
    """Remembered: there are a few hundred, the same for every account."""
    name, _, status = written.partition(" ")
    return data_quality.pair(name, Status(status))
