"""Gives a restored central back what this desk holds: only what it lacks, and only what its earlier log names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from testimony.services.continuity import epochs, given_back
from testimony.services.continuity.given_back import Kept
from testimony.services.custody.earlier_logs import Logged
from testimony.services.records import bulk_read
from testimony.services.records import queries as record_queries
from testimony.station.station import Station
from testimony.sync.client.delivery import Parcel, Sending
from testimony.sync.client.handshake import Greeting
from testimony.sync.errors import QuotaReached
from testimony.sync.http.transport import Transport
from testimony.sync.wire import returned
from testimony.sync.wire.frames import PAYLOAD_LIMIT, Frame


@dataclass(frozen=True, kw_only=True)
class GivenBack:
    """What was given back: records that central lacked, or of which it lacked something, and heads and bodies of them.

    `refused` maps a name to the rule. `held_back`: central takes no more of this reader today.
    """

    records: int = 0
    objects: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    held_back: QuotaReached | None = None


def give_back(station: Station, transport: Transport, greeting: Greeting, *, media: bool = True) -> GivenBack:
    """At a desk, after its withdrawals went: at each exchange until central has it all, and again in its next epoch.

    Raises `NotDelivered` when it stops; what arrived before that is there, and is not sent again.
    """
    if station.settings.role != "desk" or not greeting.takes_back:
        return GivenBack()
    with station.database.reading() as session:
        if not given_back.is_due(session, greeting.central, greeting.epoch):
            return GivenBack()
    giving, held_back = _Giving(station, transport, greeting.central), None
    try:
        giving.give_texts()
        if media:
            giving.give_media()
    except QuotaReached as error:
        held_back = error
    except Exception:
        giving.settle()
        raise
    with station.database.reading() as session:
        left = given_back.are_held_back(session) or (giving.with_media and not media)
    if not (left or held_back or giving.refused):
        with station.database.transaction() as session:
            epochs.note_offered(session, greeting.central, greeting.epoch)
    return GivenBack(records=len(giving.given), objects=giving.objects, refused=giving.refused, held_back=held_back)


class _Giving(Sending):
    """Text first, in order of arrival, so that a testimony comes before what is said of it; then media."""

    def __init__(self, station: Station, transport: Transport, central: str) -> None:
        super().__init__(station, transport)
        self.central = central
        self.given: set[str] = set()
        self.objects = 0
        self.with_media: dict[str, Logged] = {}

    def give_texts(self) -> None:
        after: int | None = 0
        while after is not None:
            with self.station.database.reading() as session:
                found, after = given_back.kept(session, self.central, after)
            self.with_media |= {one.name: one.logged for one in found if one.has_media}
            records = self.lacking([one.name for one in found])
            objects = self.lacking([name for one in found if one.name not in records for name in one.text])
            self.send_all(self._texts(found, records, objects))

    def give_media(self) -> None:
        for record, logged in self.with_media.items():
            with self.station.database.reading() as session:
                held = given_back.pieces(session, record)
            lacking = self.lacking([name for names in held.values() for name in names])
            if lacking:
                self.send_all(self._pieces(record, logged, held, lacking))

    def _texts(self, found: Iterable[Kept], records: Collection[str], objects: Collection[str]) -> Iterator[Parcel]:
        for one in found:
            lacking = one.text if one.name in records else [name for name in one.text if name in objects]
            if lacking or one.name in records:
                yield from self._parcels(one.name, one.logged, lacking)

    def _pieces(
        self, record: str, logged: Logged, held: dict[str, list[str]], lacking: Collection[str]
    ) -> Iterator[Parcel]:
        """The record with the first piece, then a piece at a time: their bytes are not in memory together."""
        wanted = [[name for name in names if name in lacking] for names in held.values()]
        for number, names in enumerate(piece for piece in wanted if piece):
            if number:
                yield from self._objects(record, names)
            else:
                yield from self._parcels(record, logged, names)

    def _parcels(self, record: str, logged: Logged, names: Collection[str]) -> Iterator[Parcel]:
        with self.station.database.reading() as session:
            envelope = record_queries.envelopes_of(session, [record]).get(record)
        if envelope is None:
            return  # it was withdrawn meanwhile
        payload = returned.encode(envelope, logged)
        if len(payload) > PAYLOAD_LIMIT:
            self.refused[record] = "size.limit"
            return
        self.given.add(record)
        yield Parcel(record, Frame("record", payload))
        yield from self._objects(record, names)

    def _objects(self, record: str, names: Collection[str]) -> Iterator[Parcel]:
        with self.station.database.reading() as session:
            lying = bulk_read.lying(session, {record: names}).get(record, ())
        for name, data in bulk_read.unlocked(self.station, lying):
            if data is None:
                self.refused[name] = "damaged.here"
            elif len(data) > PAYLOAD_LIMIT:
                self.refused[name] = "size.limit"
            else:
                self.objects += 1
                yield Parcel(name, Frame("object", data))
