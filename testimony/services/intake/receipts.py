"""Log what a station accepted and sign receipts for it: a receipt promises that the log holds the record."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.services.custody import log as custody_log
from testimony.services.custody.log import Act
from testimony.services.records import rows
from testimony.services.records.readback import Readback
from testimony.store.models.records import ReceiptRow

if TYPE_CHECKING:
    from testimony.sealing.records.signatures import Signer
    from testimony.services.intake.writer import Completed, Entered

ENTRY_KINDS = {
    "grant": "granted",
    "withdraw": "withdrawn",
    "contest": "contested",
    "shredded": "destroyed",
    "keep": "kept",
    "question": "asked",
    "answer": "answered",
    "ceremony": "ceremony",
    "stamp": "stamped",
    "cosigned": "cosigned",
}
AGAIN = ("media", "mended")
"""Stages in which a record was signed for before."""
VOID = "void"
"""Kind of log entry for a withdrawal that was in force and is void now: what it suspended is served again."""
MEDIA_CAME = "completed"
"""Kind of log entry for a testimony whose media are complete here too; its text was logged before."""


def sign_for(signer: Signer, session: Session, entered: Entered, day: str) -> None:
    """Log what the transaction completed on `day`, and sign for it with the station's key."""
    acts = [
        Act(kind=kind, ref=done.name, by=done.signer, day=day)
        for done in (*entered.completed.values(), *entered.proved)
        for kind in _entry_kinds(done)
    ]
    # again: while their subject was unknown, nodes read them as mere hashes
    acts += [Act(kind=ENTRY_KINDS["contest"], ref=name, by=by, day=day) for name, by in entered.contested.items()]
    acts += [Act(kind=VOID, ref=name, by=by, day=day) for name, by in entered.voided.items()]
    parts = {done.name: done.held for done in entered.completed.values()} | dict.fromkeys(entered.buried, ())
    if not acts and not parts:
        return
    size, root = custody_log.append_all(session, acts)
    for name, held in parts.items():
        entered.receipts[name] = statements.receipt(
            record=name, parts=held, log_size=size, root=root, durable=True, signer=signer
        )
    of_text = [name for name in parts if name in entered.completed and entered.completed[name].stage in AGAIN]
    if of_text:  # the full receipt replaces it
        earlier = (ReceiptRow.record.in_(of_text), ReceiptRow.station == signer.kid)
        session.execute(delete(ReceiptRow).where(*earlier))
    receipts = [
        {"record": name, "station": signer.kid, "data": receipt.encode()} for name, receipt in entered.receipts.items()
    ]
    rows.write(session.connection(), ReceiptRow, receipts)


def entry_kind(kind: str) -> str:
    """What the log says of a record of this `kind` that came in."""
    return ENTRY_KINDS.get(kind, "received")


def _entry_kinds(done: Completed) -> tuple[str, ...]:
    came = entry_kind(done.kind)
    return {"media": (MEDIA_CAME,), "both": (came, MEDIA_CAME)}.get(done.stage, (came,))


def of_batch(readback: Readback, entered: Entered, unread: Collection[str]) -> list[SignedRecord]:
    """Receipts for what is complete now, and again for what was complete before: the very same bytes.

    None for what another sender's batch has stored but not yet read back (`unread`), nor for what is lost here and the
    sender may hold: it will be requested again. What a crashed process had signed for is read back before this one
    acknowledges it. Raises `StoreFailing`.
    """
    earlier = [name for name in entered.touched if name not in entered.receipts and name not in unread]
    found = dict(entered.receipts)
    if earlier and readback.station:
        readback.require_proved(earlier)
        with readback.database.reading() as session:
            found |= receipts_for(session, earlier, readback.station)
    return [found[name] for name in entered.touched if name in found and name not in entered.withheld]


def receipts_for(session: Session, records: Iterable[str], station_kid: str) -> dict[str, SignedRecord]:
    """The receipts that the station gave for these records, by record; those without one are left out."""
    names = list(records)
    wanted = select(ReceiptRow.record, ReceiptRow.data)
    wanted = wanted.where(ReceiptRow.record.in_(names), ReceiptRow.station == station_kid)
    return {name: SignedRecord.decode(data) for name, data in (session.execute(wanted) if names else ())}
