"""Cache the opened consents of a desk, in memory only, while the reader's key is unlocked.

The lists of a desk are built from it: available uses, consent that expires, and for coordinators the counts. New
records are read on each call; on a new day or with a new roster everything is opened again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.compartments import COUNTING
from testimony.domain.consent.fold import Standing
from testimony.domain.consent.purposes import Key
from testimony.domain.errors import EventUnreadable
from testimony.domain.roles import Audience
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import consents
from testimony.services.opening import news
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.bulk import Openings, Sealed
from testimony.services.opening.compartments import Compartment
from testimony.services.opening.news import Changes
from testimony.services.opening.reader import Reader
from testimony.services.records import queries as record_queries
from testimony.station.station import Station

Label = Callable[[Station, AnnexIndex, SignedRecord, Compartment, Compartment], tuple[str, str] | None]
"""What a coordinator may count a testimony under, from its manifest, its coded part and its consent part: border and
language; None if the coded part does not open. `services.coding.counts.label` provides it.
"""
CHUNK: Final = 200
"""Testimonies that are opened with one database query."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """The state of one testimony's consent on that day. `standings`: None if it cannot be read here.

    `usable`: the allowed uses; `ends`: the last day of those that end. `told`: at a coordinator's desk the border and
    the language of the conversation, if it may be counted for somebody. `final`: nothing that arrives by itself can
    change this.
    """

    standings: Mapping[Key, Standing] | None = None
    usable: frozenset[Key] = frozenset()
    ends: Mapping[Key, date] = field(default_factory=dict)
    told: tuple[str, str] | None = None
    final: bool = True


@dataclass
class _Held:
    """The opened consents. `made`: for which roster and day."""

    changes: Changes = field(default_factory=Changes)
    stands: dict[str, Stand] = field(default_factory=dict)
    made: tuple[str, date] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


_held: WeakKeyDictionary[AnnexIndex, _Held] = WeakKeyDictionary()
"""Forgotten with the annexes of the same key, which are forgotten when it is locked."""


def current_consents(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    *,
    at: date,
    label: Label,
    watched: Callable[[int, int], None] = lambda opened, total: None,
) -> list[tuple[str, Stand | None]]:
    """Each testimony that is here, in order of arrival; None for one that is suspended.

    Refreshes `annexes`. `watched` gets how many of how many were opened; if it raises, opening ends, and what was
    opened until then stays.
    """
    held = _held.setdefault(annexes, _Held())
    with held.lock:
        annexes.refresh(station, session, reader)
        gone = news.gone(session)
        _forget(held, station, session, annexes, at, gone)
        here = held.changes.here
        waiting = [tid for tid in here if tid not in gone and not _is_final(held, tid)]
        for start in range(0, len(waiting), CHUNK):
            names = [here[tid] for tid in waiting[start : start + CHUNK]]
            openings = Openings(station, session, reader, record_queries.records_of(session, names))
            for sealed in openings.sealed:
                held.stands[sealed.tid] = _stand(station, session, reader, annexes, sealed, openings, at, label)
            watched(start + len(names), len(waiting))
        return [(tid, held.stands.get(tid)) for tid in here if gone.get(tid) != news.WITHDRAWN]


def _forget(
    held: _Held, station: Station, session: Session, annexes: AnnexIndex, at: date, gone: Mapping[str, str]
) -> None:
    """Forget what changed, and everything that may not be served: none of it is kept."""
    made = (station.chain.latest.sha256, at)
    if held.made != made:
        held.stands, held.made = {}, made
    for tid in {*held.changes.come(session), *(one.tid for one in held.changes.new_annexes(annexes)), *gone}:
        held.stands.pop(tid, None)


def _is_final(held: _Held, tid: str) -> bool:
    return tid in held.stands and held.stands[tid].final


def _stand(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    sealed: Sealed,
    how: Openings,
    at: date,
    label: Label,
) -> Stand:
    held, said = how.open(sealed, "consent"), sealed.withdrawals
    try:
        stands = consents.consents_of(station, session, sealed.record, held, annexes=annexes, at=at, withdrawals=said)
        standings = stands.standings
        ends = {} if standings is None else consent_fold.ends(stands.counted.events, at)
    except (CannotOpen, EventUnreadable):  # altered on the disk, or two acts with one number
        return Stand(final=False)
    found = Stand(standings=standings, usable=stands.usable, ends=ends, final=_came(held))
    if reader.audience is not Audience.COORDINATORS or COUNTING.isdisjoint(key.purpose for key in found.usable):
        return found
    coded = how.open(sealed, "coded")
    told = label(station, annexes, sealed.record, coded, held)
    if told is None:
        return replace(found, final=found.final and _came(coded))
    return replace(found, told=told)


def _came(held: Compartment) -> bool:
    """Whether it opened, or is for others. Only a part that did not arrive in full, or is damaged here, can still
    change.
    """
    return held.closed in (None, "not_for_you")
