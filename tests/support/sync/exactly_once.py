"""What must be so whatever happened on the way: nothing lost, nothing doubled, no receipt that is not true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow, ReceiptRow, RecordRow
from tests.support.sync.world import all_names, held, tid_of


def logged(station: Station, kind: str = "received") -> list[str]:
    """What the log says `kind` of, in order."""
    with station.database.reading() as session:
        said = [canonical.decode_object(entry) for _, entry in custody_log.entries(session, 0, 1_000_000)]
    return [entry["ref"] for entry in said if entry["kind"] == kind]


def require_once(central: Station, everything: Iterable[SealedTestimony]) -> None:
    """Each is there, whole, and was received one time."""
    times = Counter(logged(central))
    for sealed in everything:
        assert times[sealed.record.id] == 1
        assert held(central, sealed) == all_names(sealed)
    assert all(number == 1 for number in times.values())


def require_true_receipts(node: Station, central: Station) -> int:
    """Every receipt of central that the node keeps is signed, of central's log as it was, and names what is there.

    What the node calls delivered has such a receipt. The number of receipts.
    """
    with node.database.reading() as session:
        wanted = select(ReceiptRow.data).where(ReceiptRow.station == central.kid)
        given = [SignedRecord.decode(data) for data in session.scalars(wanted)]
        delivered = set(session.scalars(select(OutboxRow.record).where(OutboxRow.delivered)))
    said = [statements.verify_receipt(each, central.signer.public_keys) for each in given]
    assert delivered <= {each.record for each in said}
    with central.database.reading() as session:
        sizes = {each.log_size for each in said}  # those that were given together name one
        roots = {size: custody_log.root(session, size) for size in sizes}
        for each in said:
            assert roots[each.log_size] == each.root
            _require_there(session, each)
    return len(said)


def _require_there(session: Session, said: statements.Receipt) -> None:
    assert session.get(RecordRow, said.record) is not None
    objects = select(ObjectRow.name).where(ObjectRow.record == said.record, ObjectRow.held != Held.EXPECTED)
    assert set(said.parts) <= set(session.scalars(objects))


def require_gone(station: Station, sealed: SealedTestimony) -> None:
    """Nothing of it is served here, and nothing could be. A station that never had it need not know."""
    with station.database.reading() as session:
        known = record_queries.record_of(session, sealed.record.id) is not None
        assert not known or not record_queries.is_served(session, tid_of(sealed))
    assert held(station, sealed) == set()
    assert station.shred_keys.find(tid_of(sealed)) is None
