"""Answer requests for this station's log: entries and objects for a reader, hashes alone for a node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.roles import AUDIENCE_OF, Audience, Role
from testimony.sealing.log import merkle
from testimony.sealing.parts.manifest import is_media
from testimony.sealing.statements import early_withdrawal
from testimony.services.custody import log as custody_log
from testimony.services.delivery import deliveries
from testimony.services.intake.receipts import MEDIA_CAME, VOID
from testimony.services.records import bulk_read
from testimony.services.records import queries as record_queries
from testimony.services.records.bulk_read import Lying
from testimony.services.records.types import HeldObject
from testimony.services.records.validation import GRANTED
from testimony.services.withdrawal import codes, destruction_receipts, shredding, suspension
from testimony.station.station import Station

if TYPE_CHECKING:
    from testimony.sealing.records.records import SignedRecord

COORDINATORS_MAY_OPEN: Final = frozenset({"coded", "consent", "annex"})
"""Code, not the roster, forbids coordinators every other part."""
FOR_NODES: Final = frozenset({"roster", "revoked"})
OF_WITHDRAWALS: Final = frozenset({"withdrawn", "contested", "shredded", "destroyed"})
"""What a node is told about withdrawals of what it delivered."""
OF_DELIVERED: Final = OF_WITHDRAWALS | {"asked", "answered", "kept"}
"""Also lawyers' questions to its people, and the answers; and until when a testimony is kept."""
BY_RECEIPT: Final = frozenset({"shredded", shredding.ENDED})
"""Kinds whose entries are sent with this station's record that it destroyed."""
WITH_OBJECTS: Final = frozenset({"received", "granted"})
OTHERWISE: Final = frozenset({MEDIA_CAME, VOID, *BY_RECEIPT})
"""Kinds whose entries are sent with something other than the record that they name."""
NODE: Final = "node"
FIRST_STRIDE: Final = 8
STRIDE: Final = 64
"""Entries read at once, at first and at most: a piece of the feed often holds no more than a few."""
AT_ONCE: Final = 48 * 1024
"""Bytes of records whose objects are looked up together: some 300 objects."""


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who signed the request: the kid and, by the roster in force, the role of a person or kind of a device.

    `created`: seconds since 1970 by the asker's clock, for display; None if it was not given.
    """

    kid: str
    role: str
    created: int | None = None


@dataclass(frozen=True, kw_only=True)
class FedEntry:
    """One position of the log as the asker gets it: its entry, records and objects, or only the leaf hash."""

    position: int
    leaf: bytes
    entry: bytes | None = None
    records: tuple[SignedRecord, ...] = ()
    objects: tuple[bytes, ...] = ()


def feed(station: Station, session: Session, asker: Asker, after: int) -> Iterator[FedEntry]:
    """The log from position `after`, in order, one position at a time; objects are read when it is their turn."""
    stride = FIRST_STRIDE
    while page := custody_log.entries(session, after, stride):
        entries = [(position, entry, canonical.decode_object(entry)) for position, entry in page]
        ahead = _Ahead(session, asker, [said for _, _, said in entries])
        for position, entry, said in entries:
            yield _fed(station, session, asker, ahead, position, entry, said)
        after = page[-1][0] + 1
        stride = min(STRIDE, 2 * stride)


class _Ahead:
    """Reads ahead what the next entries are about: one query for each would cost more than the answer."""

    def __init__(self, session: Session, asker: Asker, entries: Sequence[dict[str, Any]]) -> None:
        self._session, self._asker = session, asker
        given = [said for said in entries if asker.role != NODE or said["kind"] in FOR_NODES | OF_DELIVERED]
        refs = [said["ref"] for said in given if said["kind"] not in OTHERWISE]
        self.records = record_queries.records_of(session, refs)
        self._order = [self.records[ref] for ref in dict.fromkeys(refs) if ref in self.records]
        self._lying: dict[str, list[Lying]] = {}

    def lying(self, record: SignedRecord) -> list[Lying]:
        """Objects of the records from this one on, as many at a time as fit in `AT_ONCE` bytes."""
        if record.id not in self._lying:
            some, size = [record], 0
            for one in self._order[self._order.index(record) + 1 :] if record in self._order else ():
                size += len(one.data)
                if size > AT_ONCE:
                    break
                some.append(one)
            self._lying = {one.id: [] for one in some} | _lying(self._session, self._asker, some)
        return self._lying[record.id]


def may_open(asker: Asker, held: HeldObject, parts: dict[str, set[str]]) -> bool:
    """Whether a head or a body goes to this reader: heads for their audience, and bodies that such a head opens.

    `parts`: the audiences that have a head, by part. A granted head names none: it goes to everybody who may open the
    part.
    """
    audience = AUDIENCE_OF.get(Role(asker.role))
    if audience == Audience.COORDINATORS:
        if held.part not in COORDINATORS_MAY_OPEN:
            return False
    elif audience != Audience.LAWYERS:
        return False
    if held.audience is None:
        return not parts.get(held.part, set()).isdisjoint((audience, GRANTED))
    return held.audience in (audience, GRANTED)


def _fed(
    station: Station, session: Session, asker: Asker, ahead: _Ahead, position: int, entry: bytes, said: dict[str, Any]
) -> FedEntry:
    leaf = merkle.leaf_hash(entry)
    if asker.role == NODE and not _for_node(session, asker, said):
        return FedEntry(position=position, leaf=leaf)
    records = _records(station, session, ahead, said)
    objects: tuple[bytes, ...] = ()
    if asker.role != NODE and said["kind"] in {*WITH_OBJECTS, VOID}:
        objects = tuple(data for record in records for data in _objects(station, ahead.lying(record)))
    return FedEntry(position=position, leaf=leaf, entry=entry, records=records, objects=objects)


def _records(station: Station, session: Session, ahead: _Ahead, said: dict[str, Any]) -> tuple[SignedRecord, ...]:
    """The records that an entry is about. For a void withdrawal, the testimony, which a reader did not get
    meanwhile.
    """
    kind, ref = said["kind"], said["ref"]
    if kind == MEDIA_CAME:
        return ()  # it was given before
    if kind == VOID:
        about = record_queries.records_about(session, suspension.subject_of(session, ref))
        return tuple(record for record in about if record.kind in {"manifest", "grant"})
    if kind in BY_RECEIPT:
        found = destruction_receipts.own(session, ref, station.kid)
    else:
        found = ahead.records.get(ref)
    return () if found is None else (found,)


def _for_node(session: Session, asker: Asker, said: dict[str, Any]) -> bool:
    """Rosters and revocations; and for what this node itself delivered, withdrawals and questions."""
    if said["kind"] in FOR_NODES:
        return True
    if said["kind"] not in OF_DELIVERED:
        return False
    record = record_queries.record_of(session, said["ref"])
    if record is not None and "withdrawal" in record.value:
        record = record_queries.record_of(session, str(record.value["withdrawal"]))
    if record is None:
        return False
    if record.kind == early_withdrawal.KIND:
        tids = codes.testimonies(session, str(record.value["key"]))  # also what was destroyed before it came
    else:
        tids = [str(record.value["tid"])]
    return any(deliveries.was_delivered_by(session, asker.kid, tid) for tid in tids)


def _lying(session: Session, asker: Asker, records: Sequence[SignedRecord]) -> dict[str, list[Lying]]:
    """By record, the heads and bodies that this reader may have; pieces of media are requested separately."""
    kinds = {record.id: record.kind for record in records}
    wanted: dict[str, set[str]] = {}
    for name, held in record_queries.parts_of_all(session, kinds).items():
        parts: dict[str, set[str]] = {}
        for item in held:
            if item.audience is not None:
                parts.setdefault(item.part, set()).add(item.audience)
        of_text = [item for item in held if not (kinds[name] == "manifest" and is_media(item.part))]
        wanted[name] = {item.name for item in of_text if item.held and may_open(asker, item, parts)}
    return bulk_read.lying(session, wanted)


def _objects(station: Station, lying: Iterable[Lying]) -> Iterator[bytes]:
    for _, data in bulk_read.unlocked(station, lying):
        if data is not None:
            yield data
