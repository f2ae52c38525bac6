"""Collects what a bundle carries: from a node or desk the records without a receipt, from central its answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.bundle import bundle
from testimony.sealing.bundle.bundle import Header
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.roster import Device, Entry, Person
from testimony.services.access import recovery_heads
from testimony.services.consent.contests import say_destroyed
from testimony.services.continuity import epochs
from testimony.services.continuity.given_back import Kept
from testimony.services.custody import log as custody_log
from testimony.services.delivery import bundle_contents, couriered
from testimony.services.feed import missing_media
from testimony.services.feed.feed import Asker
from testimony.services.intake.receipts import MEDIA_CAME
from testimony.services.records import bulk_read, media_counts
from testimony.services.records import queries as record_queries
from testimony.services.records.media_counts import Piece
from testimony.services.records.types import Status
from testimony.services.roster import adoption, freshness
from testimony.station.station import Station
from testimony.store.errors import StickRefused
from testimony.sync.bundle import returned_records
from testimony.sync.bundle.writer import SPLIT, BundleWriter, Written
from testimony.sync.errors import BundleRefused
from testimony.sync.server.server import piece_of_feed, require_served, status_frame
from testimony.sync.wire.frames import PAYLOAD_LIMIT, Frame

ANSWERED: Final = frozenset({"node", "lawyer", "coordinator"})
Told = Callable[[int], object]


@dataclass(kw_only=True)
class ExportReport:
    """`records` and `objects` on the stick; `receipts` and log positions (`entries`) in an answer.

    `returned`: records that a desk gives back to a restored central. `left`: records and receipts that did not fit on
    the stick. `damaged`: names of objects whose copy here is damaged; they were left out, and the rest of their
    testimony goes.
    """

    written: Written = field(default_factory=Written)
    records: int = 0
    objects: int = 0
    receipts: int = 0
    entries: int = 0
    returned: int = 0
    left: int = 0
    damaged: list[str] = field(default_factory=list)
    unfit: set[str] = field(default_factory=set)  # of a delivery, the names of what is `left`: each counts once


def deliver(
    station: Station,
    folder: Path,
    *,
    signer: Signer | None = None,
    everything: bool = False,
    split: int = SPLIT,
    told: Told = lambda _: None,
) -> ExportReport:
    """Write what central has not signed for into `folder`: withdrawals, then text, then media.

    `signer`: at a desk the reader's. `everything`: all that is kept here. Nothing is delivered by it: that takes
    central's receipts. Raises `StickRefused`, which names the files that are whole all the same, `StationKeyless`.
    """
    by = signer or station.signer
    if station.settings.role == "desk":
        say_destroyed(station, by)
    report = ExportReport()
    with station.database.reading() as session:
        adoption.refresh(station, session)
        texts = bundle_contents.texts(session, everything=everything)
        alone = bundle_contents.alone(session) if station.settings.role == "field" else []
        with_media = bundle_contents.with_media(session, everything=everything)
        log, read = _place_in_log(station, session)
        epoch = epochs.followed(session, log)
    returned = returned_records.chosen(station, log, everything=everything) if station.settings.role == "desk" else []
    waiting = len({*texts, *alone, *with_media})
    header = _header(station, by, kind=bundle.DELIVERY, to="", log=log, epoch=epoch, read=read, waiting=waiting)
    with _writing(BundleWriter(folder, header, by, opening=_rosters(station), split=split, told=told)) as writer:
        _put_texts(station, writer, texts, report)
        _put_texts(station, writer, alone, report, alone=True)
        _put_media(station, writer, with_media, report)
        report.left = len(report.unfit)
        _put_returned(station, writer, returned, report)
        report.written = writer.finish()
    return report


def answer(
    station: Station,
    folder: Path,
    to: str,
    *,
    after: int | None = None,
    recovery: bool = False,
    split: int = SPLIT,
    told: Told = lambda _: None,
) -> ExportReport:
    """At central: write receipts, and the log as `to` (a node's or a reader's id or kid) may have it, into `folder`.

    `after`: from which position on; None: from where it last asked, or has read. To a lawyer also the recordings and
    pictures that came in from there on; `recovery`: and all heads for the recovery key, which open to nothing else.
    Raises `BundleRefused` (peer, recovery), `StickRefused`, and `CentralRestored` for a reader while a field node may
    still bring a withdrawal that is lost here.
    """
    entry, kid = peer(station, to)
    if recovery and entry.role != "lawyer":
        raise BundleRefused("recovery")
    asker = Asker(kid=kid, role=entry.role)
    require_served(station, asker)
    with station.database.reading() as session:
        adoption.refresh(station, session)
        begin = couriered.asked(session, kid) if after is None else after
        size, epoch = custody_log.size(session), custody_log.epoch(session)
        names = couriered.names(station, session, kid)
    begin = min(begin, size)
    report = ExportReport()
    header = _header(
        station,
        station.signer,
        kind=bundle.ANSWER,
        to=kid,
        log=station.kid,
        epoch=epoch,
        read=begin,
        waiting=len(names),
    )
    opening = _rosters(station)
    with _writing(BundleWriter(folder, header, station.signer, opening=opening, split=split, told=told)) as writer:
        _put_refusals(writer, couriered.refusals(station, kid))
        _put_receipts(station, writer, names, report)
        _put_log(station, writer, asker, begin, size, report)
        if asker.role == "lawyer":
            _put_pieces(station, writer, begin, size, report)
        if recovery:
            _put_recovery(station, writer, report)
        report.written = writer.finish()
    return report


def peer(station: Station, to: str) -> tuple[Entry, str]:
    """The active node or reader called `to`, and the kid of its key. Raises `BundleRefused("peer")`."""
    roster = station.chain.latest
    named: list[Device | Person] = [*roster.devices, *roster.people]
    for one in named:
        kids = [key.kid for key in one.keys if key.alg == "ed25519"]
        kid = to if to in kids else next(iter(kids), "")
        entry = roster.signer(kid) if to in (one.id, *kids) else None
        if entry is not None and entry.active and entry.role in ANSWERED:
            return entry, kid
    raise BundleRefused("peer")


@contextmanager
def _writing(writer: BundleWriter) -> Iterator[BundleWriter]:
    try:
        yield writer
    except StickRefused as error:
        writer.abandon()
        raise StickRefused(error.reason, [file.name for file in writer.written.files]) from error
    except BaseException:
        writer.abandon()
        raise


def _header(
    station: Station, signer: Signer, *, kind: str, to: str, log: str, epoch: str, read: int, waiting: int
) -> Header:
    return Header(
        kind=kind,
        id=bundle.new_id(),
        no=1,
        by=signer.kid,
        to=to,
        organisation=station.chain.fingerprint,
        incarnation=station.incarnation,
        epoch=epoch,
        log=log,
        read=read,
        waiting=waiting,
        day=station.today(),
    )


def _place_in_log(station: Station, session: Session) -> tuple[str, int]:
    """The central whose log is held here furthest, and how far."""
    held = {kid: custody_log.mirror_size(session, kid) for kid in custody_log.centrals(station.chain)}
    furthest = max(held, key=lambda kid: held[kid], default="")
    return furthest, held.get(furthest, 0)


def _rosters(station: Station) -> list[Frame]:
    """In front of every file: central may not have the roster yet by which the rest is judged. Behind them stands the
    freshness statement, as a remark: an earlier version would refuse a record of a kind that it does not know.
    """
    rosters = [Frame("record", record.encode()) for record in station.chain.records]
    said = freshness.of_station(station)
    return rosters if said is None else [*rosters, Frame("status", canonical.encode({"fresh": said.to_value()}))]


def _put_texts(
    station: Station, writer: BundleWriter, names: list[str], report: ExportReport, *, alone: bool = False
) -> None:
    """`alone`: without their objects."""
    for number, name in enumerate(names):
        with station.database.reading() as session:
            record = record_queries.record_of(session, name)
            wanted = () if alone else bundle_contents.text_of(session, name)
            objects = _objects(station, name, wanted, report) if record else []
        if record is None:
            continue  # shredded meanwhile
        frame = Frame("record", record.encode())
        if len(frame.payload) > PAYLOAD_LIMIT:
            report.damaged.append(name)
            continue
        if not writer.put([frame, *objects]):
            report.unfit.update(names[number:])
            return
        report.records += 1
        report.objects += len(objects)


def _put_media(station: Station, writer: BundleWriter, names: list[str], report: ExportReport) -> None:
    for number, name in enumerate(names):
        if writer.written.full:
            report.unfit.update(names[number:])
            return
        with station.database.reading() as session:
            record = record_queries.record_of(session, name)
            held = media_counts.named(session, name)
        if record is None:
            continue  # shredded meanwhile
        whose = [Frame("record", record.encode())]  # in every file that holds pieces of it: each file counts alone
        for number_of_piece, piece in enumerate(held.values()):
            objects = _objects(station, name, piece, report)
            if not (writer.put(objects, whose) if number_of_piece else writer.put([*whose, *objects])):
                report.unfit.add(name)
                break
            report.objects += len(objects)


def _put_returned(station: Station, writer: BundleWriter, found: Collection[Kept], report: ExportReport) -> None:
    def read(record: str, names: Collection[str]) -> list[Frame]:
        return _objects(station, record, names, report)

    report.returned, objects, left = returned_records.put(station, writer, found, read)
    report.objects += objects
    report.left += left


def _objects(station: Station, record: str, names: Collection[str], report: ExportReport) -> list[Frame]:
    found = []
    with station.database.reading() as session:
        for name, data in bulk_read.sealed_objects(station, session, record, names):
            if data is None or len(data) > PAYLOAD_LIMIT:
                report.damaged.append(name)
            else:
                found.append(Frame("object", data))
    return found


def _put_refusals(writer: BundleWriter, refused: Mapping[str, str]) -> None:
    for name, rule in refused.items():
        writer.put([status_frame(Status(name, "refused", rule))])


def _put_receipts(station: Station, writer: BundleWriter, names: list[str], report: ExportReport) -> None:
    for receipt in couriered.receipts(station, names):
        frame = Frame("record", receipt.encode())
        if len(frame.payload) <= PAYLOAD_LIMIT and writer.put([frame]):
            report.receipts += 1
        else:
            report.left += 1


def _put_log(station: Station, writer: BundleWriter, asker: Asker, begin: int, size: int, report: ExportReport) -> None:
    """The pieces of the feed one behind the other; what a request says at its end stands in a frame of its own."""
    after = begin
    while True:
        frames, end = piece_of_feed(station, asker, after)
        if not writer.put([*frames, Frame("page", canonical.encode(end))]):
            report.left += 1
            return
        report.entries += end["next"] - after
        report.objects += sum(frame.kind == "object" for frame in frames)
        if end["next"] >= size or end["next"] <= after:
            return
        after = end["next"]


def _put_pieces(station: Station, writer: BundleWriter, begin: int, size: int, report: ExportReport) -> None:
    for record in _with_news(station, begin, size):
        with station.database.reading() as session:
            parts = list(media_counts.named(session, record))
        for part in parts:
            with station.database.reading() as session:
                (given,) = missing_media.give(station, session, [Piece(record, part)])
            frames = [Frame("object", data) for data in given.objects if len(data) <= PAYLOAD_LIMIT]
            if frames and not writer.put(frames):
                report.left += 1
                return
            report.objects += len(frames)


def _put_recovery(station: Station, writer: BundleWriter, report: ExportReport) -> None:
    with station.database.reading() as session:
        wanted = recovery_heads.stored_heads(session)
    for number, (record, names) in enumerate(wanted.items()):
        frames = _objects(station, record, names, report)
        if frames and not writer.put(frames):
            report.left += len(wanted) - number
            return
        report.objects += len(frames)


def _with_news(station: Station, begin: int, size: int) -> Iterator[str]:
    """Testimonies that came in, or whose media did, between these positions of the log."""
    told = set()
    while begin < size:
        with station.database.reading() as session:
            page = custody_log.entries(session, begin, 512)
        for _, entry in page:
            said = canonical.decode_object(entry)
            if said["kind"] in {"received", MEDIA_CAME} and said["ref"] not in told:
                told.add(said["ref"])
                yield str(said["ref"])
        begin = page[-1][0] + 1 if page else size
