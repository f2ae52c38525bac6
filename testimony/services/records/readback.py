"""Read back what was just stored, before anybody is told that it is durable."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from sqlalchemy import bindparam, delete, select, update

from testimony.services.records.head_cipher import HeadSafe
from testimony.store.errors import StoreFailing
from testimony.store.models.records import Held, ObjectRow, Progress, ReceiptRow, RecordRow

if TYPE_CHECKING:
    from testimony.station.station import Station
    from testimony.store.files.shred_keys import ShredKeys
    from testimony.store.sql.database import Database

HERE = (Held.HELD, Held.SUSPENDED)
_HEADS = select(ObjectRow.name, ObjectRow.record, ObjectRow.subject, ObjectRow.sealed).where(
    ObjectRow.record.in_(bindparam("records", expanding=True)),
    ObjectRow.audience.is_not(None),
    ObjectRow.held.in_(HERE),
)


@dataclass(frozen=True)
class Readback:
    """Reads back what one station stored. `proved`: the records whose heads were read back intact since this process
    began; it grows. `station`: the kid of its key, "" at a desk.
    """

    database: Database
    shred_keys: ShredKeys
    proved: set[str]
    station: str

    @classmethod
    def of(cls, station: Station) -> Self:
        """That of the station, whose set of proved records it shares."""
        return cls(station.database, station.shred_keys, station.proved, station.kid)

    def require_proved(self, records: Collection[str]) -> None:
        """Raise `StoreFailing` unless the heads of `records` were read back intact since this process began, before a
        receipt for them leaves the station.
        """
        unproved = set(records) - self.proved
        self.require_heads(unproved)
        self.proved.update(unproved)

    def require_heads(self, records: Collection[str]) -> None:
        """Raise `StoreFailing` unless every head of `records` is read back exactly as it was written.

        Their receipts were signed with the rest, in one transaction, but have not left the station. They are revoked,
        and the heads count as not arrived, so that the sender's next try repairs it.
        """
        damaged = self._damaged(records)
        if not damaged:
            return
        with self.database.transaction() as session:
            for name, record in damaged:
                row = (ObjectRow.name == name) & (ObjectRow.record == record)
                session.execute(update(ObjectRow).where(row).values(held=Held.EXPECTED, sealed=None))
            spoiled = {record for _, record in damaged}
            of_them = RecordRow.name.in_(spoiled)
            session.execute(update(RecordRow).where(of_them).values(progress=Progress.INCOMPLETE))
            session.execute(
                delete(ReceiptRow).where(ReceiptRow.record.in_(spoiled), ReceiptRow.station == self.station)
            )
        raise StoreFailing

    def _damaged(self, records: Collection[str]) -> list[tuple[str, str]]:
        """(head, record) of those that are not read back intact. What was shredded meanwhile is not damaged."""
        if not records:
            return []
        with self.database.reading() as session:
            heads = session.connection().execute(_HEADS, {"records": list(records)}).all()
        keys = self.shred_keys.find_all({head.subject for head in heads})
        safes = {subject: HeadSafe(key) for subject, key in keys.items()}
        return [
            (head.name, head.record)
            for head in heads
            if head.subject in safes and safes[head.subject].unlock(head.name, head.sealed or b"") is None
        ]
