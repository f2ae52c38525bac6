"""The desk's exchange with central, on behalf of the reader whose key is unlocked: one at a time, in its own thread.

It goes on whatever page is looked at, says how far it is, and can be stopped. It ends when the key is locked: what it
signs its requests with is gone then. Nothing is lost by that, since it always goes on from what is on the disk.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from flask import Flask, current_app

from testimony.errors import TestimonyError, outline
from testimony.services.consent import enforcement
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

PATIENCE = 30.0
"""Seconds for recordings and pictures where a page waits for it: all text has come by then, and the rest can wait."""
MOMENT = 0.2  # seconds between two looks at another one
log = logging.getLogger("testimony.web.exchange")


@dataclass(kw_only=True)
class Underway:
    """One exchange. `waited`: records that waited here when it began. `told`: somebody was shown how it ended."""

    asked: bool
    heavy: bool
    waited: int
    channel: CountingChannel
    watched: Watched = field(default_factory=Watched)
    outcome: Future[ExchangeReport] = field(default_factory=Future)
    told: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def error(self) -> BaseException | None:
        """What it failed of, once it has."""
        return self.outcome.exception() if self.outcome.done() else None

    @property
    def report(self) -> ExchangeReport | None:
        """What it did, once it has ended without an error."""
        return self.outcome.result() if self.outcome.done() and self.error is None else None

    @property
    def has_text(self) -> bool:
        """Whether all that is no recording and no picture has gone and come."""
        return self.ended.is_set() or self.watched.step == "media"


class Exchanges:
    """The exchange of this program that goes on, or the last one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.last: Underway | None = None

    def begin(self, new: Underway, run: Callable[[Underway], None]) -> Underway:
        """Start `run` in a thread, unless one goes on: then that one is returned."""
        with self._lock:
            if self.last is not None and not self.last.ended.is_set():
                return self.last
            self.last = new
        threading.Thread(target=run, args=(new,), name="exchange", daemon=True).start()
        return new

    def stop(self) -> None:
        """Whoever goes on stops at once; without any it does nothing."""
        if self.last is not None:
            self.last.channel.stop()


def prepare(app: Flask) -> None:
    """Give a desk its place for an exchange, which ends when the key is locked."""
    made = app.extensions["testimony.exchange"] = Exchanges()
    cast(key.HeldKey, app.extensions["testimony.key"]).on_drop.append(made.stop)
    app.context_processor(lambda: {"underway": last()})


def exchanges() -> Exchanges:
    """Of this application."""
    return cast(Exchanges, current_app.extensions["testimony.exchange"])


def last() -> Underway | None:
    """The exchange that goes on, or one whose end nobody was shown yet."""
    found = exchanges().last
    return None if found is None or found.told else found


def begin(seconds: float | None = None, *, asked: bool = False) -> Underway:
    """Deliver and fetch from now on; the one that goes on already, where there is one.

    `seconds`: for media, and for wordings; None: to their end. On a metered link both wait, unless they were `asked`
    for this once.
    """
    app, reader, held = current_app._get_current_object(), key.reader(), key.held()  # type: ignore[attr-defined]
    annexes, obeyed = held.annexes, held.obeyed  # of this unlocking: whoever locks meanwhile leaves nothing behind
    channel = CountingChannel(HttpChannel(Way.of(context.station().settings)))
    new = Underway(asked=asked, heavy=asked or may_be_heavy(), waited=waiting(), channel=channel)

    def run(underway: Underway) -> None:
        try:
            with app.app_context():
                _run(underway, context.station(), reader, annexes, obeyed, seconds)
                held.news()
        finally:
            underway.ended.set()

    return exchanges().begin(new, run)


def exchange(seconds: float = PATIENCE, *, asked: bool = False) -> Underway:
    """The same, to its end. One that goes on already is waited for until all text has come.

    A way that is closed is in the report's `failure`. Raises what is no matter of the way: `LogForked`, `LogWentBack`,
    `ReceiptRefused`, what the disk says.
    """
    before = exchanges().last
    underway = begin(seconds, asked=asked)
    while not underway.ended.wait(MOMENT):
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


def _run(
    underway: Underway, station: Station, reader: Reader, annexes: AnnexIndex, obeyed: Seen, seconds: float | None
) -> None:
    try:
        underway.outcome.set_result(_exchange(underway, station, reader, annexes, obeyed, seconds))
    except Exception as error:  # noqa: BLE001  # whoever waits for its outcome gets it raised, or is told
        if not isinstance(error, TestimonyError):
            log.error("unexpected: %s", outline(type(error), error.__traceback__))
        underway.outcome.set_exception(error)


def _exchange(
    underway: Underway, station: Station, reader: Reader, annexes: AnnexIndex, obeyed: Seen, seconds: float | None
) -> ExchangeReport:
    if not station.settings.central_url:
        return ExchangeReport(failure=NoStation())
    transport = Transport(station.settings.central_url, reader.signer, channel=underway.channel)

    def obey() -> int:
        return enforcement.obey(station, reader, annexes, day=date.fromisoformat(station.today()), seen=obeyed)

    return at_desk(
        station,
        transport,
        audience=reader.audience,
        seconds=seconds,
        heavy=underway.heavy,
        obey=obey,
        watched=underway.watched,
    )
