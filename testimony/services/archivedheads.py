"""What a desk can prove out of central's logs for an archive: signed heads, entries in them, and that they grew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.errors import CheckpointForeign
from testimony.sealing import archive
from testimony.sealing.checkpoint import Checkpoint
from testimony.services import custody, gossip, verification
from testimony.services.merklelog import MerkleLog
from testimony.services.station import Station
from testimony.store.log import SEEN, LogHead


def of(station: Station, session: Session, records: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """(name in the archive, bytes) for each log of a central server that is followed here."""
    for key in verification.central_keys(station):
        note = custody.mirror_head(session, key.kid)
        if note:
            yield from _log(station, session, key.kid, note, records)


def _log(
    station: Station, session: Session, kid: str, note: str, records: Sequence[str]
) -> Iterator[tuple[str, bytes]]:
    _, head = gossip.verified(station, note)
    folder, tree = f"log/{kid}/{head.epoch or archive.NO_EPOCH}", MerkleLog(session, kid)
    yield _note(folder, note, head)
    for other in _seen(session):
        by, said = _verified(station, other)
        if said is None or (by, said.epoch) != (kid, head.epoch) or other == note:
            continue
        yield _note(folder, other, said)  # also one that contradicts: it is evidence
        if said.size < head.size:
            proof = archive.growth(said.size, head.size, tree.consistency(said.size, head.size))
            yield f"{folder}/{said.size}.grew", proof
    for record in records:
        found = custody.mirror_find(session, kid, record, "received")
        if found is not None and found[0] < head.size:
            no, entry = found
            yield f"{folder}/{no}.entry", archive.inclusion(entry, head.size, tree.inclusion(no, head.size))


def _note(folder: str, note: str, head: Checkpoint) -> tuple[str, bytes]:
    data = note.encode()
    return f"{folder}/{head.size}-{canonical.sha256_hex(data)[:8]}.note", data


def _seen(session: Session) -> list[str]:
    """The heads that others were shown and that wait here, or that contradict."""
    wanted = select(LogHead.checkpoint).where(LogHead.log.startswith(SEEN)).order_by(LogHead.log)
    return list(session.scalars(wanted))


def _verified(station: Station, note: str) -> tuple[str, Checkpoint | None]:
    try:
        return gossip.verified(station, note)
    except CheckpointForeign:
        return "", None
