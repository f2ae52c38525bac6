"""Keeps the state of consents until the next unlocking, with the days on which it is valid.

It is kept as services/opening/sealed_index.py says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony.domain.consent.fold import STANDINGS, ConsentState, Standing
from testimony.domain.consent.purposes import Key, Purpose
from testimony.services.consent.stand import Stand
from testimony.services.opening import sources
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.sealed_index import SealedIndex

KIND: Final = "consent"


@dataclass(frozen=True, kw_only=True)
class ConsentMemory:
    """The states of consent in a `SealedIndex`, on the day `at`.

    Any annex about a testimony makes its entry outdated, since it may change what a coordinator counts.
    """

    index: SealedIndex
    annexes: AnnexIndex
    at: date

    def sources(self, session: Session, manifests: Mapping[str, str]) -> dict[str, str]:
        """As `opened_cache.Memory` says."""
        return sources.hashes(session, self.annexes, manifests, _any)

    def recall(self, manifests: Mapping[str, str], made: Mapping[str, str]) -> dict[str, Stand]:
        """Testimony -> state, for what was kept and is valid on that day."""
        held = self.index.find(KIND, {tid: (tid,) for tid in manifests})
        read = {tid: _read(value) for tid, value in held.items() if value["made"] == made.get(tid)}
        found = {tid: stand for tid, stand in read.items() if stand.days and stand.days[0] <= self.at <= stand.days[1]}
        self.index.drop(KIND, held.keys() - found.keys())
        return found

    def keep(self, opened: Mapping[str, Stand], made: Mapping[str, str]) -> None:
        """Keep those states that cannot change by themselves."""
        lasting = {tid: stand for tid, stand in opened.items() if stand.days and tid in made}
        entries = {tid: {"made": made[tid], **_written(stand)} for tid, stand in lasting.items()}
        self.index.keep(KIND, entries, {tid: (tid,) for tid in lasting})


def _any(_: OpenedAnnex) -> bool:
    return True


def _written(stand: Stand) -> dict[str, Any]:
    states = stand.standings
    return {
        "states": None if states is None else [[*key, one.state, one.on_hold] for key, one in states.items()],
        "usable": [[*key] for key in sorted(stand.usable)],
        "ends": _with_days(stand.ends),
        "ended": _with_days(stand.ended),
        "told": stand.told,
        "days": [day.isoformat() for day in stand.days or ()],
    }


def _with_days(last: Mapping[Key, date]) -> list[list[str]]:
    return [[*key, day.isoformat()] for key, day in last.items()]


def _read(value: Mapping[str, Any]) -> Stand:
    states, told = value["states"], value["told"]
    first, last = (date.fromisoformat(day) for day in value["days"])
    return Stand(
        standings=None if states is None else dict(_standing(*one) for one in states),
        usable=frozenset(_key(*key) for key in value["usable"]),
        ends=_days_of(value["ends"]),
        ended=_days_of(value["ended"]),
        told=None if told is None else (told[0], told[1]),
        days=(first, last),
    )


def _standing(purpose: str, recipient: str, state: str, on_hold: bool) -> tuple[Key, Standing]:
    return _key(purpose, recipient), STANDINGS[ConsentState(state), on_hold]


def _days_of(said: Iterable[Iterable[str]]) -> dict[Key, date]:
    return {_key(purpose, recipient): date.fromisoformat(day) for purpose, recipient, day in said}


def _key(purpose: str, recipient: str) -> Key:
    return Key(Purpose(purpose), recipient)
