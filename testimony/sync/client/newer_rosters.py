"""Brings central the rosters that are newer than its own, such as one that was restored from an older backup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from testimony.sealing.records.records import SignedRecord
from testimony.station.station import Station
from testimony.sync.errors import NotTheStation
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame

STRANGER: Final = frozenset({"signer.unknown", "signer.inactive"})
"""Rules by which a central refuses a station that only a newer roster names as active."""
A_TIME: Final = 256 * 1024
"""Bytes of rosters in one request, unless a single one is larger."""


def bring(station: Station, transport: Transport) -> bool:
    """Bring central what follows on its roster. Returns whether the one in force there is no older than here now.

    False also for a central of an earlier version, which takes no rosters so. Raises `NotDelivered`.
    """
    try:
        now = transport.rosters([])
        for some in _batches(_after(station, now)):
            now = transport.rosters([Frame("record", record.encode()) for record in some])
    except NotTheStation:  # a station of ours answered just before: it has no such path
        return False
    return now >= station.chain.latest.no


def is_named(station: Station, kid: str) -> bool:
    """Whether the roster in force here names the key `kid` as active."""
    entry = station.chain.latest.signer(kid)
    return entry is not None and entry.active


def _after(station: Station, number: int) -> Sequence[SignedRecord]:
    """The rosters and roots here that came after the roster `number`; none where that one is not held."""
    records = station.chain.records
    place = next((n for n, one in enumerate(records) if one.kind == "roster" and one.value["no"] == number), None)
    return () if place is None else records[place + 1 :]


def _batches(records: Sequence[SignedRecord]) -> Iterator[list[SignedRecord]]:
    batch: list[SignedRecord] = []
    size = 0
    for record in records:
        more = len(record.encode())
        if batch and size + more > A_TIME:
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += more
    if batch:
        yield batch
