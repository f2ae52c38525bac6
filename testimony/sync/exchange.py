"""One exchange with central: what a field node sends and fetches, what a desk fetches."""

from __future__ import annotations

from dataclasses import dataclass, field

from testimony.domain.roles import Audience
from testimony.errors import LogForked, LogWentBack
from testimony.services.offering import reopen
from testimony.services.retiring import retire
from testimony.services.station import Station
from testimony.sync import mediapull, renewing, wordingpull
from testimony.sync.mediapull import MediaReport
from testimony.sync.pull import PullReport, pull
from testimony.sync.push import PushReport, push
from testimony.sync.renewing import RenewalReport
from testimony.sync.transport import Transport
from testimony.sync.wordingpull import WordingReport


@dataclass(frozen=True, kw_only=True)
class ExchangeReport:
    """What went each way."""

    pushed: PushReport = field(default_factory=PushReport)
    pulled: PullReport = field(default_factory=PullReport)
    media: MediaReport = field(default_factory=MediaReport)
    wordings: WordingReport = field(default_factory=WordingReport)
    renewal: RenewalReport = field(default_factory=RenewalReport)


def exchange(station: Station, transport: Transport, *, audience: str | None = None) -> ExchangeReport:
    """Push, then pull, each to its end; then a node drops old copies, a lawyer's desk fetches media, both wordings;
    last a node looks after its certificate.

    A desk (`audience`) has nothing to deliver.

    When central's log went back or forked, everything kept here is offered again at the next push, and the error is
    raised for a person to see. Raises what `push` and `pull` raise.
    """
    with station.database.reading() as session:
        station.refresh(session)
    pushed = push(station, transport) if station.settings.role == "field" else PushReport()
    try:
        pulled = pull(station, transport, audience=audience)
    except (LogForked, LogWentBack):
        if station.settings.role == "field":
            _offer_again(station)
        raise
    if station.settings.role == "field":
        retire(station)
    media = mediapull.fetch(station, transport) if audience == Audience.LAWYERS else MediaReport()
    told = wordingpull.fetch(station, transport)
    renewal = renewing.renew(station, transport) if station.settings.role == "field" else RenewalReport()
    return ExchangeReport(pushed=pushed, pulled=pulled, media=media, wordings=told, renewal=renewal)


def _offer_again(station: Station) -> None:
    with station.database.transaction() as session:
        reopen(session)
