"""Fetch another station's feed: checked against its signed log before this station's place in it moves on."""

from __future__ import annotations

from dataclasses import dataclass, field

from testimony.errors import LogForeign, LogWentBack, NotTheStation, RosterRefused, SignatureBad
from testimony.sealing import checkpoint
from testimony.sealing.signing import PublicKey
from testimony.services import collect, custody, readership, roster
from testimony.services.station import Station
from testimony.sync.feedpage import Page, PageMalformed, take_apart
from testimony.sync.selection import kind_of, select
from testimony.sync.transport import Transport


@dataclass(kw_only=True)
class PullReport:
    """What one fetch did: log positions seen, records and objects newly taken in, the size of the other log."""

    entries: int = 0
    records: int = 0
    objects: int = 0
    size: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def pull(station: Station, transport: Transport, *, audience: str | None = None) -> PullReport:
    """Read the feed to its end. Restartable: the place in the log moves on only behind what was stored.

    `audience` (coordinators, lawyers) is the desk's; None at a field node, which takes no sealed objects back. Raises
    `LogForked`, `LogWentBack` when the other log does not extend what was seen of it, `NotDelivered` when it stops.
    """
    report = PullReport()
    peer = next(iter(_centrals(station)), "")
    while True:
        with station.database.reading() as session:
            after = custody.mirror_size(session, peer)
        page = _ask(transport, after)
        _adopt_rosters(station, page, report)
        if page.station != peer and page.station in _centrals(station):
            peer = page.station  # another central server than the first of the roster: with its own place in its log
            continue
        _require_signed(station, page, transport)
        if page.next < after:
            raise LogWentBack(station=peer)
        if page.next != after + len(page.leaves):
            raise NotTheStation(url=transport.base_url)
        _take_in(station, page, audience, report)
        with station.database.transaction() as session:
            custody.mirror_extend(station, session, peer, page.entries, page.leaves, page.checkpoint)
            if audience is None:
                readership.hear(session, peer, min(page.read, page.next))  # no desk has read what is not signed for
        report.entries += len(page.leaves)
        report.size = page.size
        if not page.leaves or (audience is None and page.next >= page.size):
            return report  # a desk asks once more: so central learns that all of it is on the desk's disk


def _ask(transport: Transport, after: int) -> Page:
    try:
        return take_apart(transport.feed(after))
    except PageMalformed as error:
        raise NotTheStation(url=transport.base_url) from error


def _centrals(station: Station) -> dict[str, PublicKey]:
    """kid -> key of the central servers that are active in the roster in force."""
    devices = station.chain.latest.devices
    active = [device for device in devices if (device.kind, device.status) == ("central", "active")]
    return {key.kid: key for device in active for key in device.keys if key.alg == "ed25519"}


def _require_signed(station: Station, page: Page, transport: Transport) -> None:
    """Raise unless an active central server of the pinned roster signed the checkpoint, for where this page ends."""
    key = _centrals(station).get(page.station)
    try:
        if key is None:
            raise SignatureBad
        head = checkpoint.verify(page.checkpoint, custody.origin(page.station), key)
    except SignatureBad as error:
        raise LogForeign(url=transport.base_url) from error
    if head.size != page.next:
        raise NotTheStation(url=transport.base_url)


def _adopt_rosters(station: Station, page: Page, report: PullReport) -> None:
    """Rosters prove themselves by the root keys, whoever brings them; a new central's key may only be in the newest."""
    for record in page.records:
        if kind_of(record) in {"roster", "root"}:
            try:
                with station.database.transaction() as session:
                    report.records += roster.adopt(station, session, record)
            except RosterRefused as error:
                report.refused[record.id] = f"roster.{error.reason}"


def _take_in(station: Station, page: Page, audience: str | None, report: PullReport) -> None:
    records = [record for record in page.records if kind_of(record) not in {"roster", "root"}]
    incoming = select(records, page.objects, audience)
    if not incoming:
        return
    outcome = collect.take_in(station, incoming)
    for item, status in zip(incoming, outcome.statuses, strict=True):
        if status.status == "refused":
            report.refused[status.name] = status.rule
        elif status.status == "stored":
            report.records += item.kind == "record"
            report.objects += item.kind == "object"
