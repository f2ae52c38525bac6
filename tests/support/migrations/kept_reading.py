"""What stations say of all that they hold, as plain values: equal in every version that opens them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from testimony.domain.roles import Audience
from testimony.services.coding import coding
from testimony.services.custody import log as custody_log
from testimony.services.incidents import linkage
from testimony.services.ledger import ledger
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.compartments import Compartment
from testimony.services.opening.errors import NOT_AGREED
from testimony.services.opening.media import OpenMedia
from testimony.services.opening.permission import Permission
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.release import desk as release_desk
from testimony.services.release.desk import Releaser
from testimony.services.review import notes, reviews, translations
from testimony.services.testimony import keyless_check
from testimony.services.testimony.view import Opened
from testimony.station.station import Station
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.http.channel import InProcess
from testimony.sync.http.transport import Transport
from testimony.web.factory import create_app
from tests.support.migrations.kept_stations import Kept
from tests.support.services.desks import Desk

KINDS = ("roster", "manifest", "annex", "grant", "withdraw", "shredded", "contest")
CORRECTED = "g_size"


def read(kept: Kept) -> dict[str, Any]:
    """Everything of everybody."""
    return {what: read_one(kept, what) for what in READ}


def read_one(kept: Kept, what: str) -> dict[str, Any]:
    """One of `READ`, by the station."""
    coordinators = [name for name, person in kept.desks.items() if person.startswith("coordinator")]
    names = {"desks": kept.desks, "ledgers": coordinators}.get(what, kept.homes)
    return {name: READ[what](kept, name) for name in names}


def of_station(kept: Kept, name: str) -> dict[str, Any]:
    """How much is there: records by their kind, testimonies that are served and that are not."""
    with kept.opened(name) as station, station.database.reading() as session:
        held = {kind: [one for _, one in record_queries.records_of_kind(session, kind)] for kind in KINDS}
        tids = [str(one.value["tid"]) for one in held["manifest"]]
        return {
            "records": {kind: len(records) for kind, records in held.items()},
            "served": sorted(tid for tid in tids if record_queries.is_served(session, tid)),
            "not served": sorted(tid for tid in tids if not record_queries.is_served(session, tid)),
            "roster": station.chain.latest.no,
        }


def of_log(kept: Kept, name: str, size: int | None = None) -> list[Any]:
    """How many entries the station's own log has, and the root of the first `size` of them."""
    with kept.opened(name) as station, station.database.reading() as session:
        return [custody_log.size(session), custody_log.root(session, size)]


def of_desk(kept: Kept, name: str) -> dict[str, Any]:
    """What its reader reads of each testimony, by its number."""
    reader = kept.reader(kept.desks[name])
    with kept.opened(name) as station:
        desk = Desk(station, reader, station)
        with station.database.reading() as session:
            tids = keyless_check.testimonies(session)
        return {tid: of_testimony(desk, tid, kept.day) for tid in sorted(tids)}


def of_testimony(desk: Desk, tid: str, day: date) -> dict[str, Any]:
    opened = desk.open(tid, day)
    linked = linkage.current_links(desk.station.chain, desk.annexes).linked
    review = reviews.review_of(desk.station.chain, desk.annexes, tid).review
    usable = opened.consent.usable if opened.consent.lines is not None else ()
    found = {
        "held back": opened.withdrawn,
        "seal": str(opened.seal),
        "opens": {one.part: _closed(one) or _sha256(one.data) for one in opened.compartments},
        "media": _media(desk, opened),
        "may be used for": sorted(f"{key.purpose} {key.recipient}" for key in usable),
        "review": [str(review.state), *sorted(review.cleared_by)],
        "person": linked.persons.get(tid, ""),
        "incidents": sorted(linked.incidents.get(tid, ())),
        "translations": _translations(desk, opened),
    }
    return found | (_for_lawyers(desk, opened, day) if desk.reader.audience is Audience.LAWYERS else {})


def of_ledger(kept: Kept, name: str) -> dict[str, Any]:
    """How the releases stand at a coordinator's desk."""
    with kept.opened(name) as station:
        by = releaser(kept, station, kept.reader(kept.desks[name]))
        held = release_desk.ledger_of(by)
    return {
        "releases": {name: [str(batch.stage), dict(batch.files)] for name, batch in held.batches.items()},
        "lines": {
            name: sorted(len(line.members) for line in batch.contents.classes) for name, batch in held.batches.items()
        },
        "handed out": [[one.batch, one.recipient, one.sha256, one.by] for one in held.handed],
        "entries": len(held.chain),
        "broken": bool(ledger.invariant(held)),
    }


READ: Mapping[str, Callable[[Kept, str], Any]] = {
    "stations": of_station,
    "logs": of_log,
    "desks": of_desk,
    "ledgers": of_ledger,
}


def releaser(kept: Kept, station: Station, reader: Reader) -> Releaser:
    return Releaser(station=station, reader=reader, annexes=AnnexIndex(), day=kept.day)


def meet(station: Station, central: Station, reader: Reader | None = None) -> ExchangeReport:
    """One exchange, without a network; of a desk where there is a reader."""
    signer = station.signer if reader is None else reader.signer
    channel = InProcess(create_app(STATION=central).test_client())
    transport = Transport("http://central.example", signer, channel=channel, pause=lambda _: None)
    report = exchange(station, transport, audience=None if reader is None else reader.audience)
    assert report.pushed.refused == report.pulled.refused == {}
    return report


def _for_lawyers(desk: Desk, opened: Opened, day: date) -> Mapping[str, Any]:
    said = notes.notes_on(desk.station, desk.reader, desk.annexes, opened.tid, opened.manifest).notes
    with desk.station.database.reading() as session:
        codes = coding.read_coding(desk.station, session, desk.reader, desk.annexes, opened.tid, at=day)
    return {
        "notes": [[one.writer, *(each.text for each in one.texts)] for one in said],
        CORRECTED: list(codes.answer(CORRECTED)) if codes.answers else [],
    }


def _translations(desk: Desk, opened: Opened) -> list[list[str]]:
    held = translations.translations_of(desk.station, desk.annexes, opened.tid, opened.manifest)
    return [[one.signer, one.translation.lang, one.translation.text] for one in held.signed]


def _closed(one: Compartment) -> str | None:
    """Why it stays closed, in the words of the version that made the stations: a part that the witness kept from this
    reader was only "not for you"."""
    return "not_for_you" if one.closed == NOT_AGREED else one.closed


def _media(desk: Desk, opened: Opened) -> Any:
    """Of each recording and picture the hash of all its pieces, whether its making was agreed to or not; or why they
    stay closed."""
    gallery = opened.gallery
    if gallery is None or gallery.closed is not None:
        return gallery and gallery.closed
    with desk.station.database.reading() as session:
        media = OpenMedia(
            ReadingSession.at(desk.station, session, desk.reader), opened.tid, permission=Permission(closed={})
        )
        return [_sha256(b"".join(media.piece(item, place) for place in range(item.pieces))) for item in media.items]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
