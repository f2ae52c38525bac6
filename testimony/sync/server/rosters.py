"""Takes newer rosters in at central from any sender, and statements that one is the newest: keys of ours prove both."""

from __future__ import annotations

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.statements import fresh
from testimony.services.roster import adoption, freshness
from testimony.station.station import Station
from testimony.sync.errors import ContainerTorn
from testimony.sync.wire.frames import read_frames

TAKEN = frozenset({"record", "end"})


def answer_rosters(station: Station, data: bytes) -> bytes:
    """A container of rosters and roots, in their order, then a freshness statement -> canonical JSON {"roster"}: the
    number in force then.

    Nobody has to sign the request: a restored central may know no key of the station that brings them. It stops at the
    first record that does not follow, so that inventing many costs no more than inventing one. Raises `Refused` for
    what is no whole container of rosters; then nothing was taken in.
    """
    for record in _records(data):
        if record.kind == fresh.KIND:
            freshness.take(station, record.encode())
            break
        (answer,) = adoption.adopt_sound(station, [record])
        if isinstance(answer, RosterRefused):
            break
    return canonical.encode({"roster": station.chain.latest.no})


def _records(data: bytes) -> list[SignedRecord]:
    try:
        frames = list(read_frames(data, TAKEN))
        records = [SignedRecord.decode(frame.payload) for frame in frames if frame.kind == "record"]
        if any(record.kind not in (*adoption.KINDS, fresh.KIND) for record in records):
            raise Refused("kind.unknown")
    except (ContainerTorn, NotCanonical) as error:
        raise Refused("structure") from error
    return records
