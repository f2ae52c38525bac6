"""Show workers' withdrawals at a desk: which suspend a testimony, until when; and contest one as false."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.withdrawal import suspension
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.sealing.testimony.annex import seal_annex
from testimony.services.consent import acts as consent_acts
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.intake.intake import take_in
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming, Site
from testimony.services.withdrawal import destruction_receipts
from testimony.station.station import Station
from testimony.store.models.suspensions import ContestRow, Standing, SuspensionRow

KIND = "contest"


@dataclass(frozen=True, kw_only=True)
class Suspension:
    """One withdrawal that suspends the testimony, or (not `whole`) parts of it for some readers. `due`: the day on
    which it destroys; None: it waits for a lawyer.

    `signer`: an id of the roster. `reader`: they are a lawyer or coordinator, so that another one who withdraws
    everything destroys it at once. `contested`: kids of those who contested it; it takes both roles.
    """

    withdrawal: str
    signer: str
    day: str
    due: str | None
    whole: bool
    reader: bool
    contested: frozenset[str]


def suspensions(station: Station, session: Session, tid: str) -> list[Suspension]:
    """The workers' withdrawals in force against `tid`, earliest first."""
    wanted = select(SuspensionRow).where(SuspensionRow.subject == tid, SuspensionRow.standing == Standing.STANDING)
    found = []
    for row in session.scalars(wanted.order_by(SuspensionRow.day, SuspensionRow.withdrawal)):
        entry = station.chain.signer(row.signer)
        contested = session.scalars(select(ContestRow.signer).where(ContestRow.withdrawal == row.withdrawal))
        found.append(
            Suspension(
                withdrawal=row.withdrawal,
                signer=entry.id if entry else row.signer,
                day=row.day,
                due=row.due,
                whole=row.whole,
                reader=entry is not None and entry.role in suspension.READERS,
                contested=frozenset(contested),
            )
        )
    return found


def contest(station: Station, reader: Reader, tid: str, withdrawal: str, *, reason: str, day: date) -> str:
    """Contest `withdrawal` as false, with the reason (a code) sealed to the lawyers. Returns the name of the record.

    Raises `ConsentActRefused`: unknown (it is not in force here), twice.
    """
    with station.database.reading() as session:
        against = next((one for one in suspensions(station, session, tid) if one.withdrawal == withdrawal), None)
    if against is None:
        raise ConsentActRefused("unknown")
    signer = consent_acts.signer_of(reader)
    if signer.kid in against.contested:
        raise ConsentActRefused("twice")
    roster = station.chain.latest
    why = seal_annex(
        canonical.encode({"kind": KIND, "withdrawal": withdrawal, "reason": reason}),
        tid=tid,
        day=day.isoformat(),
        roster=roster.sha256,
        audiences={name: (roster.recipients(name), roster.slots[name]) for name in ("lawyers", "recovery")},
        signer=signer,
    )
    said = statements.contest(withdrawal=withdrawal, annex=why.record.id, day=day.isoformat(), signer=signer)
    objects = [*why.part.heads.values(), why.part.body]
    records = [Incoming("record", why.record.encode()), Incoming("record", said.encode())]
    items = [*records, *(Incoming("object", data) for data in objects)]
    consent_acts.keep(station, reader, items, [("contested", said.id)], day)
    return said.id


def say_destroyed(station: Station, signer: Signer) -> Sequence[str]:
    """At a desk: sign for each withdrawal and each end of keeping that it was carried out here. Returns the names of
    the queued records.
    """
    with station.database.reading() as session:
        owed, site = destruction_receipts.owed(session, signer.kid), Site.of(station)
        records = [destruction_receipts.receipt_of(site, session, name, signer=signer) for name in owed]
    if records:
        take_in(station, [Incoming("record", record.encode()) for record in records], outbound=True)
    return [record.id for record in records]
