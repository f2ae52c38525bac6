"""What a station can still read of a testimony after a withdrawal."""

from __future__ import annotations

from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from tests.support.services.world import tid_of


def readable(station: Station, sealed: SealedTestimony) -> set[str]:
    """Names of the heads that the station can still decrypt, and of the bodies that it can still read."""
    found: set[str] = set()
    with station.database.reading() as session:
        for part in sealed.record.value["parts"]:
            found |= {head for head in part["heads"].values() if record_queries.read_head(station, session, head)}
            found |= {part["body"]} if record_queries.read_body(station, part["body"]) else set()
    return found


def is_served(station: Station, sealed: SealedTestimony) -> bool:
    with station.database.reading() as session:
        return record_queries.is_served(session, tid_of(sealed))


def raw_disk(station: Station) -> bytes:
    """Everything that the station's home holds, the write-ahead log too."""
    return b"".join(path.read_bytes() for path in station.settings.home.rglob("*") if path.is_file())


def heads_of(sealed: SealedTestimony, audience: str) -> list[str]:
    return sorted(part["heads"][audience] for part in sealed.record.value["parts"] if audience in part["heads"])
