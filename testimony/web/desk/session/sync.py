"""A desk's sync with central for the reader whose key is unlocked: one at a time, in its own thread.

A page's button begins one, or `background.py`, which nobody pressed a button for.

It continues on every page, reports its progress, and can be stopped. It ends when the key is locked, because the key
that signs its requests is then gone. Nothing is lost, since the next sync continues from what is on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import cast

from flask import Flask, current_app

from testimony.background.worker import Run, Worker
from testimony.errors import TestimonyError
from testimony.services.consent import enforcement, keeps
from testimony.services.consent.enforcement import Seen
from testimony.services.continuity.reoffer import count_waiting
from testimony.services.link import metered
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.sync.client.exchange import ExchangeReport, Watched, at_desk
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.counting_channel import CountingChannel
from testimony.sync.http.route import Way
from testimony.sync.http.transport import Transport
from testimony.web import context
from testimony.web.desk.session import key
from testimony.web.errors import NoStation

MEDIA_TIMEOUT = 30.0
"""Seconds for recordings and pictures where a page waits for it: all text has come by then, and the rest can wait."""
MOMENT = 0.2  # seconds between two looks at another one


@dataclass(kw_only=True)
class Underway(Run):
    """One exchange. `waited`: records that waited here when it began. `report`: what it did, once it has ended without
    an error. `by_itself`: nobody waits for it, so pages say only what a reader has to know."""

    asked: bool
    by_itself: bool = False
    heavy: bool
    waited: int
    channel: CountingChannel
    watched: Watched = field(default_factory=Watched)
    report: ExchangeReport | None = None

    @property
    def has_text(self) -> bool:
        """Whether all that is no recording and no picture has gone and come."""
        return not self.running or self.watched.step == "media"

    def stop(self) -> None:
        """At once: what waits on the link is cut off. The exchange then says in its report that it was stopped."""
        super().stop()
        self.channel.stop()


def prepare(app: Flask) -> None:
    """Give a desk its place for an exchange, which ends when the key is locked."""
    made = app.extensions["testimony.exchange"] = Worker[Underway]("exchange", failure=TestimonyError)
    cast(key.HeldKey, app.extensions["testimony.key"]).on_drop.append(made.stop)
    app.context_processor(lambda: {"underway": asked_for()})


def exchanges() -> Worker[Underway]:
    """The sync worker of this application, with the current or the last sync."""
    return cast(Worker[Underway], current_app.extensions["testimony.exchange"])


def last() -> Underway | None:
    """The exchange that goes on, or one whose end nobody was shown yet."""
    found = exchanges().last
    return None if found is None or found.told else found


def asked_for() -> Underway | None:
    """The same, where somebody asked for it."""
    found = last()
    return None if found is None or found.by_itself else found


def begin(seconds: float | None = None, *, asked: bool = False) -> Underway:
    """Deliver and fetch from now on; the one that goes on already, where there is one.

    `seconds`: for media, and for wordings; None: to their end. On a metered link both wait, unless they were `asked`
    for this once.
    """
    found = _begin(key.reader(), seconds, asked=asked, by_itself=False)
    found.by_itself = False  # somebody waits for it from now on
    return found


def begin_by_itself(reader: Reader) -> Underway:
    """The same without anybody who asks, which is no use of the key. Media that take long go on in the next one."""
    return _begin(reader, MEDIA_TIMEOUT, asked=False, by_itself=True)


def _begin(reader: Reader, seconds: float | None, *, asked: bool, by_itself: bool) -> Underway:
    app, held = current_app._get_current_object(), key.key_holder()  # type: ignore[attr-defined]
    # of this unlocking: locking meanwhile leaves nothing behind
    annexes, obeyed, kept, link = held.annexes, held.obeyed, held.kept, held.link
    channel = CountingChannel(HttpChannel(Way.from_settings(context.station().settings)))
    heavy = asked or may_be_heavy()
    new = Underway(asked=asked, by_itself=by_itself, heavy=heavy, waited=waiting(), channel=channel)

    def run(underway: Underway) -> None:
        with app.app_context():
            try:
                underway.report = _exchange(underway, context.station(), reader, annexes, obeyed, kept, seconds)
                link.hear(underway.report, context.now())
            finally:
                if underway.report is None:
                    link.fail(None, context.now())
                held.news()

    return exchanges().start(new, run)


def exchange(seconds: float = MEDIA_TIMEOUT, *, asked: bool = False) -> Underway:
    """The same, to its end. One that goes on already is waited for until all text has come.

    A way that is closed is in the report's `failure`. Raises what is no matter of the way: `LogForked`, `LogWentBack`,
    `ReceiptRefused`, what the disk says.
    """
    before = exchanges().last
    underway = begin(seconds, asked=asked)
    while not underway.wait(MOMENT):
        if underway is before and underway.has_text:
            return underway
    underway.told = True
    if underway.error is not None:
        raise underway.error
    return underway


def may_be_heavy() -> bool:
    """Whether recordings and pictures come too: not while the link is metered."""
    with context.reading() as db:
        return metered.may_go(context.station(), db)


def waiting() -> int:
    """How many records of this desk have no receipt of central yet."""
    with context.reading() as db:
        return count_waiting(db)


def _exchange(
    underway: Underway,
    station: Station,
    reader: Reader,
    annexes: AnnexIndex,
    obeyed: Seen,
    kept: Seen,
    seconds: float | None,
) -> ExchangeReport:
    if not station.central_url:
        return ExchangeReport(failure=NoStation())
    channel = underway.channel
    transport = Transport(station.central_url, reader.signer, channel=channel, pause=channel.pause)

    def obey() -> int:
        day = date.fromisoformat(station.today())
        made = enforcement.obey(station, reader, annexes, day=day, seen=obeyed)
        return made + keeps.say(station, reader, annexes, day=day, seen=kept)

    return at_desk(
        station,
        transport,
        audience=reader.audience,
        seconds=seconds,
        heavy=underway.heavy,
        obey=obey,
        watched=underway.watched,
    )
