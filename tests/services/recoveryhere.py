"""The heads for the recovery key, brought from central to a desk without a stick."""

from __future__ import annotations

from testimony.services import carrying, collect, recoveryheads
from testimony.services.collect import Incoming
from testimony.station.station import Station


def bring_heads(central: Station, desk: Station) -> None:
    with central.database.reading() as session:
        found = [
            data
            for record, names in recoveryheads.held(session).items()
            for _, data in carrying.sealed_objects(central, session, record, names)
            if data is not None
        ]
    collect.take_in(desk, [Incoming("object", data) for data in found])
