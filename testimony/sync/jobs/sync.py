"""Syncs with headquarters at an interval, with longer waits after each failure."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from testimony.background.guard import foreseen
from testimony.background.scheduler import Job, Scheduler
from testimony.errors import REFUSAL_RULES, NotDelivered, StationBusy, TestimonyError
from testimony.services.accounts import draft_shares
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.link import metered
from testimony.station.station import Station
from testimony.sync.client.certificate_renewal import RenewalReport, reason
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.client.handshake import Greeting
from testimony.sync.errors import ReceiptLacking
from testimony.sync.http.transport import Transport
from testimony.sync.jobs.pace import GLANCE, OutboxWatch, back_off

log = logging.getLogger("testimony.sync")


@dataclass(frozen=True, kw_only=True)
class Trying:
    """How the exchanges go: `error` of the last one, None when it succeeded; seconds until the `next_in`."""

    failures: int
    error: TestimonyError | None
    under_way: bool
    next_in: float


class SyncJob:
    """Pushes and pulls at its interval, and as soon as something new waits in the outbox. One for each station."""

    def __init__(self, station: Station, transport: Transport, *, every: float = 60.0) -> None:
        """`every`: seconds between two exchanges that succeed."""
        self.station = station
        self.transport = transport
        self.every = every
        self.failures = 0
        self.last_error: TestimonyError | None = None
        self._several = False
        self._told = ""  # what was last said about the certificate: not again every minute
        self._under_way = False
        self._marked = False
        self._behind = False  # by central, as a copied station
        self._refused: set[str] = set()  # rules by which central refused something last time
        self._outbox = OutboxWatch()
        self._stopped = threading.Event()
        self._job: Job | None = None

    def add_to(self, scheduler: Scheduler) -> None:
        """Begin with an exchange at once. From now on a pause on a bad link ends when the scheduler is to stop.

        What is under way is waited for: it writes to the database, and a link that keeps silent ends it by itself.
        """
        self.transport.pause = self._pause
        self._job = scheduler.add("sync", self.once, every=self.every, on_stop=self._stopped.set)
        scheduler.add("outbox", self.look, every=GLANCE, first=None)

    def wake(self) -> None:
        """Try now: something new waits in the outbox."""
        if self._job is not None:
            self._job.wake()

    def look(self) -> None:
        """Try now if something new waits in the outbox; after a failure that is left to the next try."""
        if not self._under_way and not self.failures and self._outbox.is_new_waiting(self.station):
            self.wake()

    def _pause(self, seconds: float) -> None:
        """In an exchange, between two tries. Raises `NotDelivered` when there is no time for another one."""
        if self._stopped.wait(seconds):
            raise NotDelivered

    def trying(self) -> Trying:
        """For a page; from any thread."""
        return Trying(
            failures=self.failures,
            error=self.last_error,
            under_way=self._under_way,
            next_in=0.0 if self._job is None else self._job.due_in(),
        )

    def once(self) -> float:
        """One exchange; the seconds to wait before the next."""
        self._under_way = True
        try:
            return self._once()
        finally:
            self._under_way = False

    def _once(self) -> float:
        try:
            with foreseen(NotDelivered, log):
                draft_shares.clear(self.station)  # since somebody has to look each day whether keys outlived their time
                report = exchange_as_told(self.station, self.transport)
            self._outbox.known = report.pushed.waiting
            self._tell(report.renewal)
            self._tell_lives(report.greeting)
            self._tell_refused(report.pushed.refused)
            if report.pushed.unsigned:
                raise ReceiptLacking
        except TestimonyError as error:
            self.failures += 1
            self.last_error = error
            log.warning("synchronising failed: %s", error.code)
            return max(back_off(self.failures), float(error.retry_after) if isinstance(error, StationBusy) else 0.0)
        self.failures = 0
        self.last_error = None
        return self.every

    def _tell(self, renewal: RenewalReport) -> None:
        """Log the certificate's state: a new one in force, and once the reason why none comes."""
        code = reason(renewal.failure) if renewal.failure is not None else ""
        if code and code != self._told:
            log.warning("the certificate was not renewed: %s", code)
        if renewal.until:
            log.warning("a certificate until %s came from headquarters and is in force", renewal.until)
        self._told = code

    def _tell_lives(self, greeting: Greeting) -> None:
        """Log which stations were restored or copied: each mark once, until it is lifted."""
        if greeting.restored:
            log.warning("central was restored: everything that is kept here was offered again")
        if greeting.behind and not self._behind:
            log.warning("the roster at central is older than the one here, and it does not take the newer one")
        self._behind = greeting.behind
        if greeting.several and not self._several:
            log.warning("this station exchanges with several central servers: %s", ", ".join(greeting.several))
        self._several = bool(greeting.several)
        if greeting.quarantined and not self._marked:
            log.warning("central has marked this station: its card was copied, or it was put back from a copy")
        self._marked = greeting.quarantined

    def _tell_refused(self, refused: Mapping[str, str]) -> None:
        """A rule once, until nothing breaks it any more; which records they are is on the station's pages."""
        rules = {rule if rule in REFUSAL_RULES else delivery_refusals.OTHER for rule in refused.values()}
        for rule in sorted(rules - self._refused):
            log.warning("central does not take something of this station: %s", rule)
        self._refused = rules


def exchange_as_told(station: Station, transport: Transport) -> ExchangeReport:
    """One exchange, with media unless the link is metered; those that somebody asked for once go now."""
    with station.database.reading() as session:
        heavy, asked = metered.may_go(station, session), metered.is_asked(session)
    report = exchange(station, transport, heavy=heavy)
    if asked:
        with station.database.transaction() as session:
            metered.went(session)
    return report
