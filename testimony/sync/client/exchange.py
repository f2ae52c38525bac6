"""Runs one sync with central: what a field node or a desk sends, and what each fetches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from testimony.domain.roles import Audience
from testimony.domain.time import Clock
from testimony.errors import NotDelivered
from testimony.services.consent.contests import say_destroyed
from testimony.services.continuity import epochs
from testimony.services.continuity.reoffer import reopen
from testimony.services.custody import split_view
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.delivery.retention import retire
from testimony.services.link import clock_skew, last_sync
from testimony.services.roster import adoption
from testimony.services.withdrawal import clock_readings, endings
from testimony.station.station import Station
from testimony.sync.client import (
    certificate_renewal,
    fresh_statements,
    pull_gaps,
    pull_media,
    pull_text,
    pull_update,
    pull_wordings,
    turn,
)
from testimony.sync.client.certificate_renewal import RenewalReport
from testimony.sync.client.give_back import GivenBack, give_back
from testimony.sync.client.handshake import Greeting, greet, say_offered
from testimony.sync.client.pull import PullReport, pull
from testimony.sync.client.pull_media import MediaReport
from testimony.sync.client.pull_update import UpdateReport
from testimony.sync.client.pull_wordings import WordingReport
from testimony.sync.client.push import PushReport, push
from testimony.sync.http.transport import Transport


@dataclass(frozen=True, kw_only=True)
class ExchangeReport:
    """What went each way."""

    greeting: Greeting = field(default_factory=Greeting)
    pushed: PushReport = field(default_factory=PushReport)
    returned: GivenBack = field(default_factory=GivenBack)
    pulled: PullReport = field(default_factory=PullReport)
    media: MediaReport = field(default_factory=MediaReport)
    wordings: WordingReport = field(default_factory=WordingReport)
    renewal: RenewalReport = field(default_factory=RenewalReport)
    update: UpdateReport = field(default_factory=UpdateReport)
    failure: NotDelivered | None = None  # what stopped it, where the caller asked to be told instead of raised at


@dataclass(kw_only=True)
class Watched:
    """What came so far, while an exchange goes on in another thread."""

    pulled: PullReport = field(default_factory=PullReport)
    media: MediaReport = field(default_factory=MediaReport)
    step: str = "text"  # then "media": all that is no recording, picture or wording has gone and come


def _nothing() -> int:
    return 0


def exchange(
    station: Station,
    transport: Transport,
    *,
    audience: str | None = None,
    heavy: bool = True,
    obey: Callable[[], int] = _nothing,
) -> ExchangeReport:
    """Greet, push, then pull, each to its end; then a node drops old copies, a lawyer's desk fetches media, both
    wordings and freshness statements; a node looks after its certificate; last comes an update. A desk gives a restored
    central back what it lost before it pulls.

    Without what is `heavy`, recordings and pictures wait here and there, and so do wordings with their recordings, and
    an update: text and withdrawals go and come, whatever the link costs. A desk (`audience`) delivers what its reader
    said; withdrawals go first, as everywhere. What came may ask for more: `obey` does it and says how many records it
    made, which are delivered too.

    A central that says in its greeting that it was restored is offered everything again at once. When its log went
    back or forked without a word, that is done at the next push, and the error is raised for a person to see. Raises
    what `push` and `pull` raise, and `ExchangeElsewhere` while another one goes on.
    """
    with turn.taken(station):
        return _exchange(station, transport, audience, heavy, obey)


def _exchange(
    station: Station, transport: Transport, audience: str | None, heavy: bool, obey: Callable[[], int]
) -> ExchangeReport:
    with station.database.reading() as session:
        adoption.refresh(station, session)
    greeting = greet(station, transport)
    if (day := _day_there(transport)) is not None:  # before receipts are dated
        clock_readings.see(station, Clock.CENTRAL, day)
    pushed = _deliver(station, transport, audience=audience, media=heavy)
    returned = _give_back(station, transport, greeting, pushed, media=heavy)
    pulled = fetch_log(station, transport, audience=audience)
    fresh_statements.take(station, transport.signer, greeting)
    pushed = _deliver_more(station, transport, pushed, obey(), media=heavy)
    if not pushed.held_back:
        say_offered(station, transport, greeting)
    if station.settings.role == "field":
        retire(station)
    media = pull_media.fetch(station, transport) if heavy and audience == Audience.LAWYERS else MediaReport()
    told = pull_wordings.fetch(station, transport) if heavy else WordingReport()
    fresh_statements.bring(station, transport, greeting)
    renewal = certificate_renewal.renew(station, transport) if station.settings.role == "field" else RenewalReport()
    return ExchangeReport(
        greeting=greeting,
        pushed=pushed,
        returned=returned,
        pulled=pulled,
        media=media,
        wordings=told,
        renewal=renewal,
        update=pull_update.fetch(station, transport) if heavy else UpdateReport(),
    )


def at_desk(
    station: Station,
    transport: Transport,
    *,
    audience: str,
    seconds: float | None,
    heavy: bool = True,
    obey: Callable[[], int] = _nothing,
    watched: Watched | None = None,
) -> ExchangeReport:
    """The same for a person who waits: `seconds` for media and for wordings each; what stops it is in the report.

    `watched` is filled while it goes on.

    What was delivered before it stopped is in the report too; everything else still waits here. Raises what is no
    matter of the way there: `LogForked`, `LogWentBack`, `ReceiptRefused`, and what the disk says.
    """
    watched = watched or Watched()
    greeting, pushed, returned, told = Greeting(), PushReport(), GivenBack(), WordingReport()
    update = UpdateReport()
    pulled, media = watched.pulled, watched.media
    try:
        with turn.taken(station):
            greeting = greet(station, transport)
            pushed = _deliver(station, transport, audience=audience, media=heavy)
            returned = _give_back(station, transport, greeting, pushed, media=heavy)
            fetch_log(station, transport, audience=audience, report=pulled)
            fresh_statements.take(station, transport.signer, greeting)
            fresh_statements.bring(station, transport, greeting)
            pushed = _deliver_more(station, transport, pushed, obey(), media=heavy)
            watched.step = "media"
            if heavy and audience == Audience.LAWYERS:
                pull_media.fetch(station, transport, seconds=seconds, report=media)
            if heavy:
                told = pull_wordings.fetch(station, transport, seconds=seconds)
                update = pull_update.fetch(station, transport, seconds=seconds)
    except NotDelivered as error:
        return ExchangeReport(
            greeting=greeting, pushed=pushed, returned=returned, pulled=pulled, media=media, failure=error
        )
    return ExchangeReport(
        greeting=greeting, pushed=pushed, returned=returned, pulled=pulled, media=media, wordings=told, update=update
    )


def _deliver(station: Station, transport: Transport, *, audience: str | None, media: bool = True) -> PushReport:
    """A desk first says which withdrawals it has carried out: its key is its reader's, who is here now.

    A receipt that names too little may be of a testimony of which single heads were withdrawn before it came there:
    central cannot name what it never held. Its log says so, and is read before a person is alarmed.
    """
    if station.settings.role == "desk" and transport.signer is not None:
        say_destroyed(station, transport.signer)
    try:
        return push(station, transport, media=media)
    except ReceiptRefused:
        fetch_log(station, transport, audience=audience)
    return push(station, transport, media=media)


def _give_back(
    station: Station, transport: Transport, greeting: Greeting, pushed: PushReport, *, media: bool
) -> GivenBack:
    """After what was pushed: a withdrawal must be there before the testimony that it takes away."""
    if pushed.held_back is not None:
        return GivenBack(held_back=pushed.held_back)
    return give_back(station, transport, greeting, media=media)


def _deliver_more(
    station: Station, transport: Transport, before: PushReport, made: int, *, media: bool = True
) -> PushReport:
    if not made:
        return before
    more = push(station, transport, media=media)
    return replace(more, delivered=before.delivered + more.delivered, refused=before.refused | more.refused)


def fetch_log(
    station: Station, transport: Transport, *, audience: str | None = None, report: PullReport | None = None
) -> PullReport:
    """Pull to the end and remember the day, and how the clocks differ; it asks again for the
    records that it lacks, and a desk for texts.

    Central's clock is another one than this station's, so what is due by both is destroyed.

    When central's log went back or forked, all kept is offered again. From a central that signed two stories nothing is
    taken: what goes to it still goes, and nothing here is dropped.
    """
    with station.database.reading() as session:
        split_view.require_one_story(station.chain, session)
    try:
        pulled = pull(station, transport, audience=audience, report=report)
    except (LogForked, LogWentBack):
        _offer_again(station)
        raise
    with station.database.transaction() as session:
        last_sync.note(session, station.today())
        if transport.ahead is not None:
            clock_skew.note(session, transport.ahead)
    if (day := _day_there(transport)) is not None:
        clock_readings.hear(station, Clock.CENTRAL, day, fresh=True)
    endings.sweep(station)
    if audience is not None:
        pull_text.fetch(station, transport, audience=audience, report=pulled)
    pull_gaps.fetch(station, transport, audience=audience, report=pulled)
    with station.database.reading() as session:
        pulled.kept_back = split_view.shown_to_others(station, session)
    return pulled


def _day_there(transport: Transport) -> date | None:
    """The day on central's clock, as its last answer said; None where it did not."""
    return None if transport.ahead is None else clock_skew.other_day(transport.ahead, transport.now())


def _offer_again(station: Station) -> None:
    with station.database.transaction() as session:
        reopen(session)
        if station.settings.role == "desk":
            epochs.offer_anew(session)
