"""Pulls another station's feed, and checks it against that station's signed log before the position advances."""

from __future__ import annotations

from dataclasses import dataclass, field

from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint
from testimony.sealing.log.checkpoint import Checkpoint
from testimony.sealing.roster.errors import RosterRefused
from testimony.services.continuity import epochs, reoffer
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.errors import LogWentBack
from testimony.services.custody.gaps import Gaps
from testimony.services.intake import intake
from testimony.services.roster import adoption as roster_adoption
from testimony.services.tracking import readership
from testimony.station.station import Station
from testimony.sync.client.feed_page import Page, PageMalformed, take_apart
from testimony.sync.errors import LogForeign, NotTheStation
from testimony.sync.http.transport import Transport
from testimony.sync.wire.selection import UNNAMED, kind_of, select, unnamed


@dataclass(kw_only=True)
class PullReport:
    """What one fetch did: log positions seen, records and objects newly taken in, the size of the other log.

    `gaps`: what that log names and this station does not have. `kept_back`: entries that the other station signed
    for earlier, to somebody else, and does not show here.
    """

    entries: int = 0
    records: int = 0
    objects: int = 0
    size: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    gaps: Gaps = field(default_factory=Gaps)
    kept_back: int = 0


def pull(
    station: Station, transport: Transport, *, audience: str | None = None, report: PullReport | None = None
) -> PullReport:
    """Read the feed to its end. Restartable: the place in the log moves on only behind what was stored.

    `audience` (coordinators, lawyers) is the desk's; None at a field node, which takes no sealed objects back.
    `report`: for a caller who wants to watch; it is filled while it goes on, and is what is returned. Raises
    `LogForked`, `LogWentBack` when the other log does not extend what was seen of it, `NotDelivered` when it stops.
    """
    report = PullReport() if report is None else report
    peer = next(iter(custody_log.centrals(station.chain)), "")
    while True:
        with station.database.reading() as session:
            after = custody_log.mirror_size(session, peer)
        page = ask(transport, after)
        adopt_rosters(station, page, report)
        if page.station != peer and page.station in custody_log.centrals(station.chain):
            peer = page.station  # another central server than the first of the roster: with its own place in its log
            continue
        if follow(station, peer, _signed(station, page, transport)):
            continue  # with the first entry: what was read before is of a log that is no more
        if page.next < after:
            raise LogWentBack(station=peer)
        if page.next != after + len(page.leaves):
            raise NotTheStation(url=transport.base_url)
        take_in(station, page, audience, report)
        with station.database.transaction() as session:
            custody_log.mirror_extend(station, session, peer, page.entries, page.leaves, page.checkpoint)
            split_view.consider_again(station, session, peer)
            if audience is None:
                readership.hear(session, peer, min(page.read, page.next))  # no desk has read what is not signed for
                reoffer.offer_again(session, page.lacks)
        with station.database.reading() as session:
            split_view.require_one_story(station.chain, session)
        report.entries += len(page.leaves)
        report.size = page.size
        if not page.leaves or (audience is None and page.next >= page.size):
            return report  # a desk asks once more: so central learns that all of it is on the desk's disk


def follow(station: Station, peer: str, head: Checkpoint) -> bool:
    """Whether the log of `peer` is to be read from its beginning: its signed `head` says that it was restored."""
    with station.database.reading() as session:
        if not head.epoch or epochs.followed(session, peer) == head.epoch:
            return False
    with station.database.transaction() as session:
        return epochs.follow(station, session, peer, head.epoch)


def ask(transport: Transport, after: int) -> Page:
    """One piece of the feed from position `after` on. Raises `NotTheStation` for anything else."""
    try:
        return take_apart(transport.feed(after))
    except PageMalformed as error:
        raise NotTheStation(url=transport.base_url) from error


def _signed(station: Station, page: Page, transport: Transport) -> Checkpoint:
    """Raise unless an active central server of the pinned roster signed the checkpoint, for where this page ends."""
    try:
        head = signed_head(station, page)
    except SignatureBad as error:
        raise LogForeign(url=transport.base_url) from error
    if head.size != page.next:
        raise NotTheStation(url=transport.base_url)
    return head


def signed_head(station: Station, page: Page) -> Checkpoint:
    """Of what log this page is the end. Raises `SignatureBad` unless an active central of the roster signed it."""
    key = custody_log.centrals(station.chain).get(page.station)
    if key is None:
        raise SignatureBad
    return checkpoint.verify(page.checkpoint, custody_log.origin(page.station), key)


def adopt_rosters(station: Station, page: Page, report: PullReport) -> None:
    """The root keys prove rosters, whoever sent them; a new central's key may only be in the newest."""
    for record in page.records:
        if kind_of(record) in {"roster", "root"}:
            try:
                with station.database.transaction() as session:
                    report.records += roster_adoption.adopt(station, session, record)
            except RosterRefused as error:
                report.refused[record.id] = f"roster.{error.reason}"


def take_in(station: Station, page: Page, audience: str | None, report: PullReport) -> None:
    """What a piece brings, and no more than `audience` may have. At a desk, what no record names is told."""
    records = [record for record in page.records if kind_of(record) not in {"roster", "root"}]
    if audience is not None:
        report.refused |= dict.fromkeys(unnamed(records, page.objects), UNNAMED)
    incoming = select(records, page.objects, audience)
    if not incoming:
        return
    outcome = intake.take_in(station, incoming)
    for item, status in zip(incoming, outcome.statuses, strict=True):
        if status.status == "refused":
            report.refused[status.name] = status.rule
        elif status.status == "stored":
            report.records += item.kind == "record"
            report.objects += item.kind == "object"
