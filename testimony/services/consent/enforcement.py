"""Enforce withdrawn uses at a desk: withdraw the heads of readers who have no other use left."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from datetime import date

from sqlalchemy.orm import Session

from testimony.domain.consent import authority
from testimony.domain.errors import EventUnreadable
from testimony.sealing.statements import statements
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import scope_reduction, usable
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.station.station import Station

Seen = MutableMapping[str, frozenset[str]]
"""By testimony, the annexes that were checked."""


def obey(station: Station, reader: Reader, index: AnnexIndex, *, day: date, seen: Seen | None = None) -> int:
    """Withdraw the heads that no use keeps after a phone, a code or a worker withdrew some, or two erased some. Returns
    for how many testimonies.

    A phone seals which uses end and cannot see which remain, so the first desk that opens it does the rest: it
    withdraws those heads, signed by its reader, suspended at once and contestable like any other withdrawal. `seen`
    remembers for the caller what need not be checked again. Raises `StationKeyless`, `StoreFull`.
    """
    with station.database.reading() as session:
        index.refresh(station, session, reader)
        owed = list(_owed(station, session, reader, index, day, {} if seen is None else seen))
    for tid, heads in owed:
        signer = consent_acts.signer_of(reader)
        record = statements.withdrawal(tid=tid, scope=heads, day=day.isoformat(), signer=signer)
        consent_acts.keep(station, reader, [Incoming("record", record.encode())], [("withdrawn", record.id)], day)
    return len(owed)


def _owed(
    station: Station, session: Session, reader: Reader, index: AnnexIndex, day: date, seen: Seen
) -> Iterator[tuple[str, list[str]]]:
    for tid in sorted({one.tid for one in index.everything() if _takes_back(one)}):
        names = frozenset(one.name for one in index.about(tid))
        if seen.get(tid) == names:
            continue
        stands = usable.one_of(station, session, reader, tid, index, at=day)
        if stands is None or stands.lines is None:
            continue  # not here yet, suspended, or its consent cannot be read
        seen[tid] = names
        if heads := scope_reduction.heads_left(station, session, reader, stands):
            yield tid, heads


def _takes_back(one: OpenedAnnex) -> bool:
    if one.content.get("kind") != authority.KIND:
        return False
    try:
        return any(event.act in scope_reduction.TAKING for event in authority.events_of(one.content))
    except EventUnreadable:
        return False
