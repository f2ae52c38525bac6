"""Say at a lawyer's desk, in clear and signed, until when witnesses agreed to have their testimonies kept.

Stations without keys destroy by it. It is said of what has a manifest of version 1, and when a witness agreed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.consent import authority
from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.events import Act
from testimony.domain.consent.fold import ConsentState
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.roles import Audience
from testimony.domain.withdrawal import endings as rules
from testimony.sealing.statements import keep
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import usable
from testimony.services.consent.consents import Consents
from testimony.services.consent.enforcement import Seen
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.services.withdrawal import endings
from testimony.station.station import Station

AT_ONCE: Final = 200
"""Statements at one exchange: an organisation that has thousands of older testimonies says them in several."""


def say(station: Station, reader: Reader, index: AnnexIndex, *, day: date, seen: Seen | None = None) -> int:
    """Sign until when testimonies are kept, where the consent that opens here says more than anybody said in clear.

    Returns for how many. Not at a coordinator's desk. `seen` remembers for the caller what need not be opened again.
    Raises `StationKeyless`, `StoreFull`.
    """
    if reader.audience is not Audience.LAWYERS:
        return 0
    with station.database.reading() as session:
        index.refresh(station, session, reader)
        owed = list(islice(_owed(station, session, reader, index, day, {} if seen is None else seen), AT_ONCE))
    signer = consent_acts.signer_of(reader) if owed else None
    records = [
        keep.keep(tid=tid, until=until, day=day.isoformat(), signer=signer) for tid, until in owed if signer is not None
    ]
    if records:
        items = [Incoming("record", record.encode()) for record in records]
        consent_acts.keep(station, reader, items, [("kept", record.id) for record in records], day)
    return len(records)


def _owed(
    station: Station, session: Session, reader: Reader, index: AnnexIndex, day: date, seen: Seen
) -> Iterator[tuple[str, str | None]]:
    again = sorted({one.tid for one in index.everything() if _agrees_again(one)})
    for tid in dict.fromkeys([*endings.unknown(session), *again]):
        names = frozenset(one.name for one in index.about(tid))
        if seen.get(tid) == names:
            continue
        stands = usable.one_of(station, session, reader, tid, index, at=day)
        if stands is None:
            continue  # not here yet, or suspended
        seen[tid] = names
        for until in _until(stands):
            if _is_news(session, tid, until):
                yield tid, until


def _until(stands: Consents) -> Iterable[str | None]:
    """The last month in which keeping stands by this consent, None without an end; nothing where it cannot be read,
    was taken back, or is in doubt.
    """
    key = Key(Purpose.RECORD, "organisation")
    standing = (stands.standings or {}).get(key)
    if standing is None or standing.on_hold or standing.state not in (ConsentState.GRANTED, ConsentState.EXPIRED):
        return
    last = consent_fold.life_end(stands.counted.events, key)
    yield None if last is None else rules.month_of(last)


def _is_news(session: Session, tid: str, until: str | None) -> bool:
    """Whether it is later than what is known here."""
    try:
        known = endings.until(session, tid)
    except KeyError:
        return True
    return known is not None and rules.latest([known, until]) != known


def _agrees_again(one: OpenedAnnex) -> bool:
    if one.content.get("kind") != authority.KIND:
        return False
    try:
        events = authority.events_of(one.content)
    except EventUnreadable:
        return False
    return any(event.act is Act.GRANT and event.purpose is Purpose.RECORD for event in events)
