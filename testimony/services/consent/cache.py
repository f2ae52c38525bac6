"""Cache the opened consents of a desk, in memory only, while the reader's key is unlocked.

The lists of a desk are built from it: available uses, consent that expires, and for coordinators the counts. New
records are read on each call; on a new day or with a new roster everything is opened again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy.orm import Session

from testimony.domain.consent import days
from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.compartments import COUNTING
from testimony.domain.consent.fold import ConsentState, Standing
from testimony.domain.consent.purposes import Key
from testimony.domain.errors import EventUnreadable
from testimony.domain.roles import Audience
from testimony.sealing.errors import CannotOpen
from testimony.sealing.records.records import SignedRecord
from testimony.services.consent import consents, permissions
from testimony.services.consent.consent_memory import ConsentMemory
from testimony.services.consent.consents import Consents
from testimony.services.consent.stand import Stand
from testimony.services.opening import news
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.bulk import Openings, Sealed
from testimony.services.opening.compartments import Compartment
from testimony.services.opening.opened_cache import OpenedCache, Watch
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.station.station import Station

Label = Callable[[Station, AnnexIndex, SignedRecord, Compartment, Compartment], tuple[str, str] | None]
"""What a coordinator may count a testimony under, from its manifest, its coded part and its consent part: border and
language; None if the coded part does not open. `services.coding.counts.label` provides it.
"""


_caches: WeakKeyDictionary[AnnexIndex, OpenedCache[Stand]] = WeakKeyDictionary()
"""Forgotten with the annexes of the same key, which are forgotten when it is locked."""


def current_consents(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    *,
    at: date,
    label: Label,
    watched: Watch = lambda opened, total: None,
) -> list[tuple[str, Stand | None]]:
    """Each testimony that is here, in order of arrival; None for one that is suspended.

    Refreshes `annexes`. `watched`: see `opened_cache.Watch`.
    """
    index = annexes.memory(station, reader)
    reading = ReadingSession.at(station, session, reader)

    def open_all(records: Mapping[str, SignedRecord]) -> Iterator[tuple[str, Stand]]:
        openings = Openings(reading, records)
        for sealed in openings.sealed:
            yield sealed.tid, _stand(station, reading, annexes, sealed, openings, at, label)

    cache = _caches.setdefault(annexes, OpenedCache())
    with cache.lock:
        memory = ConsentMemory(index=index, annexes=annexes, at=at) if index else None
        gone = cache.refresh(station, reading, annexes, at=at, open_all=open_all, watched=watched, memory=memory)
        return [(tid, cache.held.get(tid)) for tid in cache.here if gone.get(tid) != news.WITHDRAWN]


def _stand(
    station: Station,
    reading: ReadingSession,
    annexes: AnnexIndex,
    sealed: Sealed,
    how: Openings,
    at: date,
    label: Label,
) -> Stand:
    reader, held, said = reading.reader, how.open_consent(sealed), sealed.withdrawals
    try:
        stands = consents.consents_of(
            reading.chain,
            reading.session,
            sealed.record,
            held,
            annexes=annexes,
            at=reading.day(sealed.tid, at),
            withdrawals=said,
            manifest=sealed.manifest,
        )
        standings = stands.standings
        ends = {} if standings is None else consent_fold.ends(stands.counted.events, stands.at)
        ended = {} if standings is None else _ended(stands, standings)
    except (CannotOpen, EventUnreadable):  # altered on the disk, or two acts with one number
        return Stand(final=False)
    came = _came(held)
    steady = days.steady((one.event for one in stands.said), stands.at) if came else None
    found = Stand(standings=standings, usable=stands.usable, ends=ends, ended=ended, final=came, days=steady)
    if reader.audience is not Audience.COORDINATORS or COUNTING.isdisjoint(key.purpose for key in found.usable):
        return found
    coded = how.open(sealed, "coded", permissions.permission(stands, reader.audience, held))
    told = label(station, annexes, sealed.record, coded, held)
    if told is None:
        came = found.final and _came(coded)
        return replace(found, final=came, days=found.days if came else None)
    return replace(found, told=told)


def _ended(stands: Consents, standings: Mapping[Key, Standing]) -> dict[Key, date]:
    expired = (key for key, one in standings.items() if one.state is ConsentState.EXPIRED)
    last = {key: consent_fold.life_end(stands.counted.events, key) for key in expired}
    return {key: day for key, day in last.items() if day is not None}


def _came(held: Compartment) -> bool:
    """Whether it opened, or is for others. Only a part that did not arrive in full, or is damaged here, can still
    change.
    """
    return held.closed in (None, "not_for_you")
