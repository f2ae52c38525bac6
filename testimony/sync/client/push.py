"""Pushes this station's outbox: withdrawals, then all text, then media; only what the other side lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from testimony.errors import NotDelivered
from testimony.services.continuity.reoffer import count_waiting
from testimony.services.delivery import outbox
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.delivery.outbox import Waiting
from testimony.services.link import throughput
from testimony.services.monitoring import heartbeats
from testimony.services.records import bulk_read, media_counts
from testimony.services.records import queries as record_queries
from testimony.services.records.bulk_read import Lying
from testimony.station.station import Station
from testimony.sync.client.delivery import MediaUnderWay, Parcel, Sending
from testimony.sync.errors import QuotaReached
from testimony.sync.http.transport import NAMES_LIMIT, Transport
from testimony.sync.wire.frames import PAYLOAD_LIMIT, Frame

SHARE: Final = 200
"""Records asked about and sent before the outbox is looked at again, so that a new withdrawal need not wait long."""

AT_A_TIME: Final = 256
"""Records and objects looked up by one question to the database: a question costs as much as five answers."""


@dataclass(frozen=True, kw_only=True)
class PushReport:
    """What one delivery did. `refused` maps a name to the rule that refused it.

    `texts`: of the testimonies that are not `delivered`, those of which central has signed for the text.
    `unsigned`: sent, and central neither signed for them nor refused them. `held_back`: central takes no more of this
    station today. `seconds`: how long batches were under way, also those that did not arrive.
    """

    delivered: int = 0
    waiting: int = 0
    texts: int = 0
    unsigned: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    bytes_sent: int = 0
    seconds: float = 0.0
    held_back: QuotaReached | None = None


def push(station: Station, transport: Transport, *, media: bool = True) -> PushReport:
    """Send everything that waits; safe to stop and to repeat at any point. Without `media` these wait on.

    Raises `NotDelivered` or `ReceiptRefused` when it stops; what a verified receipt acknowledged before that stays so.
    """
    delivery, held_back = _Delivery(station, transport), None
    try:
        if station.settings.role == "field":
            delivery.offer_rosters()  # central takes none from a desk, and a desk has none before central
        delivery.send_texts()
        if station.settings.role == "field":
            delivery.say_what_is_in_part()
        if media:
            delivery.send_media()
            delivery.send_texts()  # what came meanwhile: counted as known and not sent it would wait for its minute
        else:
            delivery.look()
    except QuotaReached as error:
        held_back = error  # no failure: what central has to tell is fetched all the same
        delivery.look()
    except Exception as error:
        delivery.settle()
        if isinstance(error, NotDelivered | ReceiptRefused):
            delivery.note_speed()
            delivery_refusals.note(station, delivery.refused)
        raise
    delivery.note_speed()
    delivery_refusals.note(station, delivery.refused, whole=held_back is None, media=media)
    if delivery.refused:
        delivery.look()  # what was refused may be nothing to wait for
    with station.database.reading() as session:
        refused = delivery_refusals.awaited(session, delivery.refused)
    return PushReport(
        delivered=len(delivery.proved),
        waiting=delivery.waiting,
        texts=len(delivery.texts - delivery.proved),
        unsigned=len(delivery.unsigned()),
        refused=refused,
        bytes_sent=delivery.bytes_sent,
        seconds=delivery.seconds,
        held_back=held_back,
    )


class _Delivery(Sending):
    """The order of a delivery: rosters, withdrawals and text, media; what came meanwhile between two batches."""

    def __init__(self, station: Station, transport: Transport) -> None:
        super().__init__(station, transport)
        self.tried: set[str] = set()
        self.sent: set[str] = set()
        self.waiting = 0
        """Records, at the last look at the outbox that found nothing untried: what came later is not among them."""

    def note_speed(self) -> None:
        """Also of a delivery that was cut short: on a bad link there may be no other."""
        if throughput.says_something(self.bytes_sent, self.seconds):
            with self.station.database.transaction() as session:
                throughput.note(session, self.bytes_sent, self.seconds)

    def offer_rosters(self) -> None:
        """A node may have a roster before central has it: what it sends would then be refused.

        With the same question it says how it stands.
        """
        records = {record.id: record for record in self.station.chain.records}
        lacking = self.transport.lacking(list(records)[-NAMES_LIMIT:], heartbeats.own(self.station))
        self.send_all(Parcel(name, Frame("record", records[name].encode())) for name in records if name in lacking)

    def look(self) -> None:
        """Count what waits now."""
        with self.station.database.reading() as session:
            self.waiting = count_waiting(session)

    def send_texts(self) -> None:
        """Everything but media. Also looked for between two batches of media, which may take long.

        A record whose receipt was in an answer that got lost goes once more, alone.
        """
        sent: list[str] = []
        self.send_all(self._texts(sent))
        self.sent.update(sent)
        unproved = [name for name in sent if name in self.unsigned()]
        if unproved:
            self.send_all(self._parcels((name, ()) for name in unproved))

    def unsigned(self) -> set[str]:
        """Records that were sent whole, and to which central answered with nothing that counts."""
        return self.sent - self.texts - self.proved - self.refused.keys() - self.withdrawn

    def say_what_is_in_part(self) -> None:
        """The records alone of what a phone brought in part, perhaps because it went to another node with all of it,
        and of what is held back here and may not go.

        Then central sends what is said of them here too, and a receipt where it has everything. None of that is waited
        for.
        """
        today = self.station.today()
        with self.station.database.reading() as session:
            found = outbox.in_part(session, today)
        if found:
            self.send_all(self._parcels((name, ()) for name, _ in found))
            with self.station.database.transaction() as session:
                outbox.note_in_part(session, today, found[-1][1])

    def _texts(self, sent: list[str]) -> Iterator[Parcel]:
        """Each record goes, also one that is held there already: its receipt comes back. Objects go where lacking."""
        while share := self.next_share():
            self.tried.update(item.name for item in share)
            sent += [item.name for item in share]
            lacking = self._lacking_of(share)
            yield from self._parcels((item.name, lacking.intersection(item.objects)) for item in share)

    def _lacking_of(self, share: Collection[Waiting]) -> set[str]:
        """The objects that are lacking there: all of a record that is lacking itself, for nothing else named them.

        So one name is asked about for most testimonies instead of one for each of their objects.
        """
        records = self.lacking([item.name for item in share if item.objects])
        known = [name for item in share if item.name not in records for name in item.objects]
        return self.lacking(known).union(*(item.objects for item in share if item.name in records))

    def next_share(self) -> list[Waiting]:
        limit = SHARE + len(self.tried - self.texts)
        with self.station.database.reading() as session:
            waiting = outbox.waiting(session, limit=limit)
            if len(waiting) < limit or not self.tried:  # otherwise there is another look
                self.waiting = count_waiting(session)
        return [item for item in waiting if item.name not in self.tried]

    def _parcels(self, wanted: Iterable[tuple[str, Collection[str]]]) -> Iterator[Parcel]:
        """Records, each with those of its objects that are wanted. Read many at a time; of what they are, one."""
        for some in _shares(wanted):
            with self.station.database.reading() as session:
                records = record_queries.envelopes_of(session, some)
                lying = bulk_read.lying(session, some)
            for name in some:
                if name in records:
                    yield Parcel(name, Frame("record", records[name]))
                    yield from self._objects(lying.get(name, ()))

    def _objects(self, lying: Iterable[Lying]) -> Iterator[Parcel]:
        for name, data in bulk_read.unlocked(self.station, lying):
            if data is None:
                self.refused[name] = "damaged.here"
            elif len(data) > PAYLOAD_LIMIT:
                self.refused[name] = "size.limit"
            else:
                yield Parcel(name, Frame("object", data))

    def send_media(self) -> None:
        """Recordings and pictures, a testimony at a time, also of those whose last pieces a phone still has.

        Not only of those whose text was signed for: an older central signs once, for everything.
        """
        tried: set[str] = set()
        while names := self._with_media(tried):
            tried.add(names[0])
            self._send_media(names[0])

    def _with_media(self, tried: Collection[str]) -> list[str]:
        with self.station.database.reading() as session:
            names = outbox.with_media_waiting(session, limit=SHARE + len(tried) + len(self.refused))
        return [name for name in names if name not in tried and name not in self.refused]

    def _send_media(self, record: str) -> None:
        with self.station.database.reading() as session:
            held = media_counts.named(session, record)
            counted = media_counts.count(session, [record])[record]
            there = outbox.pieces_there(session, record)
        whole = counted.here == counted.all
        if there >= len(held) and not whole:
            return  # central said that it has them all; asking again each minute would cost more than it brings
        self.media = MediaUnderWay(record, held, self.lacking([name for names in held.values() for name in names]))
        self.send_all(self._pieces_of(self.media), between=self.send_texts)
        if whole and record not in self.proved and not self.media.lacking and not self.media.withdrawn:
            self.send_all(self._parcels([(record, ())]))  # for the receipt, if it got lost
        self.acknowledge([])
        self.media = None

    def _pieces_of(self, media: MediaUnderWay) -> Iterator[Parcel]:
        """Its objects that are lacking, read a piece at a time, until it turns out to be withdrawn there."""
        for names in media.held.values():
            if media.withdrawn:
                return
            with self.station.database.reading() as session:
                lying = bulk_read.lying(session, {media.record: names & media.lacking})
            yield from self._objects(lying.get(media.record, ()))


def _shares(wanted: Iterable[tuple[str, Collection[str]]]) -> Iterator[dict[str, Collection[str]]]:
    """As many as are read at a time: their heads are in memory together."""
    share: dict[str, Collection[str]] = {}
    number = 0
    for name, objects in wanted:
        share[name] = objects
        number += 1 + len(objects)
        if number >= AT_A_TIME:
            yield share
            share, number = {}, 0
    if share:
        yield share
