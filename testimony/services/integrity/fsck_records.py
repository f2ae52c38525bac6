"""Check records, receipts and the outbox: hash each record again and verify each signature again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import early_withdrawal, statements
from testimony.sealing.statements.statements import Receipt
from testimony.services.delivery import outbox
from testimony.services.integrity.home import Fault, Home, few
from testimony.services.records import validation
from testimony.services.roster.adoption import KINDS
from testimony.store.models.codes import CodeRow
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Progress, ReceiptRow, RecordRow

A_PAGE: Final = 500
UNSIGNED: Final = (Progress.UNPROVEN, Progress.VOID)
"""Withdrawals whose signer was unknown on arrival, or that are void."""
DAMAGED: Final = "{name}…, a record of kind {kind}, {what}. Restore the last backup; who delivered it brings it again."


def check(home: Home) -> Iterator[Fault]:
    yield from few(_records(home))
    yield from few(_outbox(home))


def own_receipts(home: Home, session: Session) -> Iterator[tuple[str, Receipt | None]]:
    """(record, this station's receipt for it); None if it cannot be read or this station did not sign it."""
    wanted = select(ReceiptRow.record, ReceiptRow.data).where(ReceiptRow.station == home.kid)
    for name, data in session.execute(wanted.execution_options(yield_per=A_PAGE)):
        yield name, receipt(home, data, name)


def receipt(home: Home, data: bytes, record: str) -> Receipt | None:
    """The receipt for `record` in the envelope `data`, verified against the station of the roster that gave it."""
    try:
        signed = SignedRecord.decode(data)
        entry = home.chain.signer(signed.by)
        said = statements.verify_receipt(signed, entry.keys) if entry is not None else None
    except (NotCanonical, Refused):
        return None
    return said if said is not None and said.record == record else None


def _records(home: Home) -> Iterator[Fault]:
    with home.reading() as session:
        codes = dict(session.execute(select(CodeRow.tid, CodeRow.key)).all())
        columns = (RecordRow.name, RecordRow.kind, RecordRow.subject, RecordRow.progress, RecordRow.data)
        wanted = select(*columns).order_by(RecordRow.arrival).execution_options(yield_per=A_PAGE)
        for name, kind, subject, progress, data in session.execute(wanted):
            what = _wrong(home, codes, name, kind, subject, Progress(progress), data)
            if what:
                yield Fault(subject="record", words=DAMAGED.format(name=name[:16], kind=kind, what=what))


def _wrong(
    home: Home, codes: Mapping[str, str], name: str, kind: str, subject: str | None, progress: Progress, data: bytes
) -> str:
    """What is wrong with a record; "" if nothing is."""
    if progress == Progress.SHREDDED:
        return "was destroyed and is still here" if data else ""
    try:
        record = SignedRecord.decode(data if isinstance(data, bytes) else b"")
        if record.id != name or record.kind != kind:
            return "is not the one that its name says"
        if kind in KINDS:
            return "" if any(record.data == held.data for held in home.chain.records) else "is in no chain of rosters"
        if progress not in UNSIGNED:
            _verify(home, record, codes.get(subject or ""))
    except NotCanonical:
        return "cannot be read"
    except Refused as refusal:
        return f"does not verify ({refusal.rule})"
    return ""


def _verify(home: Home, record: SignedRecord, code: str | None) -> None:
    """Raise `NotCanonical`, `Refused`. A code's withdrawal can be verified only if its testimony was here."""
    if record.kind == early_withdrawal.KIND:
        early_withdrawal.verify_early(record)
    elif record.kind == "withdraw":
        if code is not None or home.chain.signer(record.by) is not None:
            statements.verify_withdrawal(record, home.chain, code)
    elif record.kind in validation.JUDGES:
        validation.judge(record, home.chain, now_active=False)


def _outbox(home: Home) -> Iterator[Fault]:
    """Check that each delivered record has another station's receipt, which names everything that is held."""
    with home.reading() as session:
        delivered = select(OutboxRow.record).where(OutboxRow.delivered.is_(True))
        for name in session.scalars(delivered).all():
            others = (ReceiptRow.record == name, ReceiptRow.station != home.kid)
            given = [receipt(home, data, name) for data in session.scalars(select(ReceiptRow.data).where(*others))]
            needed = outbox.needed(session, name)
            if not any(said is not None and said.durable and needed <= set(said.parts) for said in given):
                words = (
                    f"{name[:16]}… counts as delivered, and central's receipt for all of it is not here. "
                    "Keep every other copy of it, and report it."
                )
                yield Fault(subject="outbox", words=words)
