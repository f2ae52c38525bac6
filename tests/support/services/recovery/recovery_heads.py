"""The heads for the recovery key, brought from central to a desk without a stick."""

from __future__ import annotations

from testimony.services.access import recovery_heads
from testimony.services.intake.intake import take_in
from testimony.services.records import bulk_read
from testimony.services.records.types import Incoming
from testimony.station.station import Station


def bring_heads(central: Station, desk: Station) -> None:
    with central.database.reading() as session:
        found = [
            data
            for record, names in recovery_heads.stored_heads(session).items()
            for _, data in bulk_read.sealed_objects(central, session, record, names)
            if data is not None
        ]
    take_in(desk, [Incoming("object", data) for data in found])
