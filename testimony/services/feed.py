"""What an asker may have of this station's log: entries and objects for a reader, mere hashes for a node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.roles import AUDIENCE_OF, Audience, Role
from testimony.sealing import early, merkle
from testimony.sealing.manifest import is_media
from testimony.services import carrying, collect, custody, deliveries, destroyed, shredding, suspension
from testimony.services.collect import HeldObject
from testimony.services.countersigning import MEDIA_CAME, VOID
from testimony.services.station import Station

if TYPE_CHECKING:
    from testimony.sealing.records import SignedRecord

COORDINATORS_MAY_OPEN: Final = frozenset({"coded", "consent", "annex"})
"""Code, not the roster, forbids coordinators every other part."""
FOR_NODES: Final = frozenset({"roster", "revoked"})
OF_WITHDRAWALS: Final = frozenset({"withdrawn", "contested", "shredded", "destroyed"})
"""What a node is told of the testimonies that it delivered."""
STRIDE: Final = 512


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who signed the request: the kid and, by the roster in force, the role of a person or kind of a device.

    `created`: seconds since 1970 by the asker's clock, to be shown; None where it was not said.
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
    """The log from position `after`, in order, one position at a time; objects are read when their turn comes."""
    while page := custody.entries(session, after, STRIDE):
        for position, entry in page:
            yield _fed(station, session, asker, position, entry)
        after = page[-1][0] + 1


def may_open(asker: Asker, held: HeldObject, parts: dict[str, set[str]]) -> bool:
    """Whether a head or a body goes to this reader: heads of their audience, bodies that such a head opens.

    `parts`: the audiences that have a head, by part. A granted head names none: it goes to all who may open the part.
    """
    audience = AUDIENCE_OF.get(Role(asker.role))
    if audience == Audience.COORDINATORS:
        if held.part not in COORDINATORS_MAY_OPEN:
            return False
    elif audience != Audience.LAWYERS:
        return False
    if held.audience is None:
        return not parts.get(held.part, set()).isdisjoint((audience, collect.GRANTED))
    return held.audience in (audience, collect.GRANTED)


def _fed(station: Station, session: Session, asker: Asker, position: int, entry: bytes) -> FedEntry:
    said = canonical.decode_object(entry)
    leaf = merkle.leaf_hash(entry)
    if asker.role == "node" and not _for_node(session, asker, said):
        return FedEntry(position=position, leaf=leaf)
    records = _records(station, session, said)
    objects: tuple[bytes, ...] = ()
    if asker.role != "node" and said["kind"] in {"received", "granted", VOID}:
        objects = tuple(data for record in records for data in _objects(station, session, asker, record))
    return FedEntry(position=position, leaf=leaf, entry=entry, records=records, objects=objects)


def _records(station: Station, session: Session, said: dict[str, Any]) -> tuple[SignedRecord, ...]:
    """What an entry is about. Of a withdrawal that is void the testimony, which a reader was not given meanwhile."""
    kind, ref = said["kind"], said["ref"]
    if kind == MEDIA_CAME:
        return ()  # it was given before
    if kind == VOID:
        about = collect.records_about(session, suspension.subject_of(session, ref))
        return tuple(record for record in about if record.kind in {"manifest", "grant"})
    if kind == "shredded":
        found = destroyed.own(session, ref, station.kid)
    else:
        found = collect.record_of(session, ref)
    return () if found is None else (found,)


def _for_node(session: Session, asker: Asker, said: dict[str, Any]) -> bool:
    """Rosters and revocations, and what is said of the withdrawals of what this node itself delivered."""
    if said["kind"] in FOR_NODES:
        return True
    if said["kind"] not in OF_WITHDRAWALS:
        return False
    record = collect.record_of(session, said["ref"])
    if record is not None and "withdrawal" in record.value:
        record = collect.record_of(session, str(record.value["withdrawal"]))
    if record is None:
        return False
    tids = shredding.taken_by(session, record.id) if record.kind == early.KIND else [str(record.value["tid"])]
    return any(deliveries.was_delivered_by(session, asker.kid, tid) for tid in tids)


def _objects(station: Station, session: Session, asker: Asker, record: SignedRecord) -> Iterator[bytes]:
    held = collect.parts_of(session, record.id)
    parts: dict[str, set[str]] = {}
    for item in held:
        if item.audience is not None:
            parts.setdefault(item.part, set()).add(item.audience)
    wanted = [item for item in held if not (record.kind == "manifest" and is_media(item.part))]  # those are asked for
    names = {item.name for item in wanted if item.held and may_open(asker, item, parts)}
    for _, data in carrying.sealed_objects(station, session, record.id, names):
        if data is not None:
            yield data
