"""Verify receipts from central, many at once, and find out what they prove about a record's delivery."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.records import rows
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow, ReceiptRow

if TYPE_CHECKING:
    from testimony.station.station import Station

HERE = (Held.HELD, Held.SUSPENDED)


class Proof(IntEnum):
    """What a receipt of central proves about a record."""

    NOTHING = 0  # it is for a record that is not in this outbox
    TEXT = 1  # central holds everything but the media
    WHOLE = 2


@dataclass(frozen=True)
class Believed:
    """A receipt that an active central signed, and its content. `envelope` is how it is stored, `day` when it came."""

    record: str
    station: str
    parts: frozenset[str]
    envelope: bytes
    day: str


@dataclass
class _Row:
    """The delivery state of one record, and what is held here of it."""

    delivered: bool
    text_delivered: bool
    text: set[str]
    needed: set[str]


def verify(station: Station, receipt: SignedRecord) -> statements.Receipt:
    """Raise `ReceiptRefused` unless an active central of the roster in force promises durable storage."""
    try:
        entry = station.chain.latest.signer(receipt.by)
        if entry is None or entry.role != "central" or not entry.active:
            raise ReceiptRefused
        said = statements.verify_receipt(receipt, entry.keys)
    except (Refused, NotCanonical) as error:
        raise ReceiptRefused from error
    if not said.durable:
        raise ReceiptRefused
    return said


def believe(station: Station, receipt: SignedRecord) -> Believed:
    """A verified receipt, ready to be noted. Call it before a transaction is open. Raises `ReceiptRefused`."""
    said = verify(station, receipt)
    return Believed(
        said.record, said.station, frozenset(said.parts), receipt.encode(), station.clocks().delivered.isoformat()
    )


def acknowledge(station: Station, session: Session, receipt: SignedRecord) -> Proof:
    """Verify and store one receipt. Raises `ReceiptRefused`, and then changes nothing."""
    (proof,) = note(session, [believe(station, receipt)])
    if proof is None:
        raise ReceiptRefused
    return proof


def note(session: Session, receipts: Sequence[Believed]) -> list[Proof | None]:
    """Store these receipts in order. Returns what each now proves about its record's delivery.

    None: the receipt does not name all text of the record that is held here, so it is not stored. For a testimony with
    media, the first receipt covers the text. Its delivery is proved, and its copy may be dropped, only by a receipt
    that names everything held here or still to come.
    """
    names = {receipt.record for receipt in receipts}
    standing = _standing(session, names)
    kept = _kept(session, standing)
    noting = _Noting(kept)
    proofs = [_prove(receipt, standing.get(receipt.record), noting) for receipt in receipts]
    noting.write(session)
    return proofs


class _Noting:
    """What will be written: the final state of each receipt and record."""

    def __init__(self, kept: set[tuple[str, str]]) -> None:
        self.kept = kept  # (record, station) of the receipts in the database
        self.receipts: dict[tuple[str, str], bytes] = {}
        self.text: set[str] = set()
        self.whole: dict[str, str] = {}  # with the day on which that was proved

    def write(self, session: Session) -> None:
        changes: list[tuple[Collection[str], dict[str, object]]] = [(self.text, {"text_delivered": True})]
        for day in set(self.whole.values()):
            of_day = [record for record, proved in self.whole.items() if proved == day]
            changes.append((of_day, {"delivered": True, "signed_for": day}))
        for names, now in changes:
            if names:
                session.execute(update(OutboxRow).where(OutboxRow.record.in_(names)).values(**now))
        given = [(key, data) for key, data in self.receipts.items()]
        new = [{"record": key[0], "station": key[1], "data": data} for key, data in given if key not in self.kept]
        rows.write(session.connection(), ReceiptRow, new)
        newer = [{"of": key[0], "by": key[1], "now": data} for key, data in given if key in self.kept]
        if newer:
            row = (ReceiptRow.record == bindparam("of")) & (ReceiptRow.station == bindparam("by"))
            session.connection().execute(update(ReceiptRow).where(row).values(data=bindparam("now")), newer)


def _prove(receipt: Believed, row: _Row | None, noting: _Noting) -> Proof | None:
    if row is None:
        return Proof.NOTHING
    if not row.text <= receipt.parts:
        return None
    whole = row.needed <= receipt.parts
    key = (receipt.record, receipt.station)
    known = key in noting.kept or key in noting.receipts
    if not known or (whole and not row.delivered) or not row.text_delivered:  # not text_delivered: it was offered again
        noting.receipts[key] = receipt.envelope
    noting.text.add(receipt.record)
    row.text_delivered = True
    if whole and not row.delivered:
        noting.whole[receipt.record] = receipt.day
        row.delivered = True
    return Proof.WHOLE if whole else Proof.TEXT


def _standing(session: Session, names: Collection[str]) -> dict[str, _Row]:
    """Those of the records `names` that are in this outbox."""
    columns = (OutboxRow.record, OutboxRow.delivered, OutboxRow.text_delivered)
    rows_of = session.execute(select(*columns).where(OutboxRow.record.in_(names))) if names else ()
    standing = {name: _Row(delivered, text, set(), set()) for name, delivered, text in rows_of}
    for record, name, is_media, held in _objects(session, standing):
        row = standing[record]
        if is_media or held in HERE:
            row.needed.add(name)
        if held in HERE and not is_media:
            row.text.add(name)
    return standing


def _objects(session: Session, records: Collection[str]) -> Iterable[tuple[str, str, bool, int]]:
    """What is held of these records, and pieces still to come."""
    if not records:
        return ()
    columns = (ObjectRow.record, ObjectRow.name, ObjectRow.media, ObjectRow.held)
    to_come = (ObjectRow.held == Held.EXPECTED) & ObjectRow.media
    wanted = select(*columns).where(ObjectRow.record.in_(records), ObjectRow.held.in_(HERE) | to_come)
    return session.execute(wanted)


def _kept(session: Session, records: Collection[str]) -> set[tuple[str, str]]:
    if not records:
        return set()
    wanted = select(ReceiptRow.record, ReceiptRow.station).where(ReceiptRow.record.in_(records))
    return {(record, station) for record, station in session.execute(wanted)}
