"""The parts of a testimony that a station holds."""

from __future__ import annotations

from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.records import queries as record_queries
from testimony.station.station import Station


def here(station: Station, sealed: SealedTestimony) -> set[str]:
    with station.database.reading() as session:
        return {item.name for item in record_queries.parts_of(session, sealed.record.id) if item.held}
