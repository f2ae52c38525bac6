"""Report how far a record has been delivered, for the phone that uploaded it, with central's receipt as proof."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.services.intake import questions
from testimony.services.intake.questions import Asked
from testimony.services.records import media_counts
from testimony.services.records.media_counts import Pieces
from testimony.services.tracking import readership
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Progress, ReceiptRow, RecordRow, TombstoneRow
from testimony.store.models.suspensions import ContestRow, Standing, SuspensionRow

if TYPE_CHECKING:
    from testimony.station.station import Station

Place = Literal["node", "headquarters", "desk", "withdrawn"]
Void = dict[str, list[SignedRecord]]


@dataclass(frozen=True)
class Whereabouts:
    """Where a record is. `receipt` is central's, which proves "headquarters"; "desk" is only what central reports.

    For a testimony with media, `place` is where its text is; `pieces` counts its media. `void`: for a testimony that is
    served again, the contests of each of its withdrawals that two roles contested. `asked`: the lawyers' questions to
    the interviewer of the testimony.
    """

    place: Place
    receipt: SignedRecord | None = None
    pieces: Pieces | None = None  # of its media; None: it has none
    void: Void = field(default_factory=dict)
    asked: tuple[Asked, ...] = ()


def find(station: Station, session: Session, names: Collection[str]) -> dict[str, Whereabouts]:
    """Those of `names` (records) that are held here in full, or in full but for media, by name."""
    counted = media_counts.count(session, set(names))
    wanted = (
        select(RecordRow.name, RecordRow.kind, OutboxRow.text_delivered, OutboxRow.pieces_there, TombstoneRow.subject)
        .outerjoin(OutboxRow, OutboxRow.record == RecordRow.name)
        .outerjoin(TombstoneRow, TombstoneRow.subject == RecordRow.subject)
        .where(RecordRow.name.in_(set(names)), RecordRow.progress != Progress.INCOMPLETE)
    )
    void, asked = _void(session, names), _asked(session, names)
    places = {
        name: Whereabouts("withdrawn")
        if stone and kind != "withdraw"
        else _whereabouts_of(
            station, session, name, bool(delivered), _there(counted.get(name), there), void.get(name, {})
        )
        for name, kind, delivered, there, stone in session.execute(wanted).all()
    }
    return {name: replace(place, asked=asked.get(name, ())) for name, place in places.items()}


def _asked(session: Session, names: Collection[str]) -> dict[str, tuple[Asked, ...]]:
    """The questions about each testimony, by manifest."""
    named = (RecordRow.name.in_(set(names)), RecordRow.kind == "manifest")
    tids = dict(session.execute(select(RecordRow.name, RecordRow.subject).where(*named)).all())
    found = questions.of_all(session, [tid for tid in tids.values() if tid])
    return {name: tuple(found[tid]) for name, tid in tids.items() if tid in found}


def of_withdrawal(station: Station, session: Session, name: str) -> Place:
    """How far the withdrawal `name` itself has come from this node: "node", "headquarters" or "desk"."""
    row = session.get(OutboxRow, name)
    return _whereabouts_of(station, session, name, row is not None and row.text_delivered, None).place


def _void(session: Session, names: Collection[str]) -> dict[str, Void]:
    """For manifests among the records `names`: the contests that made withdrawals of their testimony void."""
    wanted = (
        select(RecordRow.name, SuspensionRow.withdrawal, ContestRow.record)
        .join(SuspensionRow, SuspensionRow.subject == RecordRow.subject)
        .join(ContestRow, ContestRow.withdrawal == SuspensionRow.withdrawal)
        .where(RecordRow.name.in_(set(names)), RecordRow.kind == "manifest", SuspensionRow.standing == Standing.VOID)
        .order_by(ContestRow.record)
    )
    found: dict[str, Void] = {}
    for name, withdrawal, contest in session.execute(wanted).all():
        said = SignedRecord.decode(session.get_one(RecordRow, contest).data)
        found.setdefault(name, {}).setdefault(withdrawal, []).append(said)
    return found


def _whereabouts_of(
    station: Station, session: Session, name: str, delivered: bool, media: Pieces | None, void: Void | None = None
) -> Whereabouts:
    void = void or {}
    receipt = _receipt(station, session, name) if delivered else None
    if receipt is None:
        return Whereabouts("node", pieces=media, void=void)
    read = readership.heard(session, receipt.by)
    return Whereabouts("desk" if receipt.value["log_size"] <= read else "headquarters", receipt, media, void)


def _there(counted: Pieces | None, there: int | None) -> Pieces | None:
    return None if counted is None else replace(counted, there=there or 0)


def _receipt(station: Station, session: Session, name: str) -> SignedRecord | None:
    """Central's receipt. It was verified on arrival, and its readers verify it again."""
    given = select(ReceiptRow.data).where(ReceiptRow.record == name, ReceiptRow.station != station.kid)
    for data in session.scalars(given.order_by(ReceiptRow.station)):
        try:
            return SignedRecord.decode(data)
        except NotCanonical:
            continue  # damaged on the disk: not a proof, so not reported
    return None
