"""The lines about what others say: the central server, the roster, the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from testimony.errors import N_, TestimonyError
from testimony.services.diagnosis.types import Address, Day, Finding, Level, Reach, Span, Word, found, of_error
from testimony.services.link import clock_skew
from testimony.services.monitoring import health as monitoring_health
from testimony.services.monitoring.health import Condition
from testimony.services.monitoring.types import NodeLine
from testimony.services.roster import freshness, removed_readers
from testimony.services.withdrawal.clock_findings import CLOCKS, SENTENCES
from testimony.services.witnesses import witnesses

if TYPE_CHECKING:
    from testimony.station.station import Station

GRAVE: Final = frozenset({"sync.untrusted", "sync.foreign", "sync.organisation"})
"""Codes of errors that do not go away when the network comes back."""
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
WEEK: Final = 7
"""Days after the last exchange from which a station is warned about it."""
SOON: Final = timedelta(days=14)
"""The time before its end from which the certificate of a central server is warned about."""
A_DAY: Final = 24 * 60
"""Minutes."""
UNSET: Final = N_("Run “testimony station address URL”, or carry what waits on a USB stick.")
LAST_EXCHANGE: Final = N_("Last complete sync: %(day)s")
SYNCHRONISE: Final = N_("Synchronise now.")
CONFIRM: Final = N_("Synchronise the desk of who confirms it (“testimony roster confirm”), then this station.")
SET_CLOCK: Final = N_("Set the clock of this machine: date, time and time zone.")


def central(station: Station, reach: Reach, condition: Condition, *, today: date) -> Iterator[Finding]:
    """Whether the central server answers, and when the last exchange was.

    At the central server: whether it answers at its own address, and how long its certificate is valid.
    """
    if reach.error is not None:
        yield _not_reached(station, reach.url, reach.error)
    elif not reach.url:
        yield found(N_("No address of the central server is set at this station."), Level.WARNING, UNSET)
    else:
        yield found(N_("%(url)s answers."), url=Address(reach.url))
    if reach.until is not None:
        soon = reach.until - today < SOON
        level, do = (Level.WARNING, N_("Renew the certificate.")) if soon else (Level.WELL, "")
        yield found(N_("Its certificate is valid until %(day)s."), level, do, day=Day(reach.until.isoformat()))
    if station.settings.role != "central":
        yield _last_exchange(station, condition, can=reach.error is None and bool(reach.url))


def _not_reached(station: Station, url: str, error: TestimonyError) -> Finding:
    if station.settings.role == "central":
        do = N_("Start this server (“testimony serve central”), or correct “public_url” (docs/running.md).")
        return of_error(error, Level.CRITICAL, do)
    to_itself = urlsplit(url).hostname in LOOPBACK and not station.settings.demonstration
    do = N_("This address means this machine itself. Correct “central_url” (docs/running.md).") if to_itself else ""
    return of_error(error, Level.CRITICAL if error.code in GRAVE else Level.WARNING, do)


def _last_exchange(station: Station, condition: Condition, *, can: bool) -> Finding:
    """`can`: whether the central server answers now, so that advice to synchronise is of use."""
    do = SYNCHRONISE if can else ""
    if condition.exchanged is None:
        return found(N_("This station has not synchronised yet."), Level.WARNING, do)
    day = Day((date.fromisoformat(station.today()) - timedelta(days=condition.exchanged)).isoformat())
    if condition.exchanged <= WEEK:
        return found(LAST_EXCHANGE, day=day)
    return found(LAST_EXCHANGE, Level.WARNING, do, day=day)


def roster(
    station: Station, session: Session, reach: Reach, condition: Condition, nodes: Sequence[NodeLine]
) -> Iterator[Finding]:
    """Which roster is in force, until when, whether others have a newer one, and how old the list of readers is."""
    latest = station.chain.latest
    text = N_("Number %(number)s, signed on %(issued)s, valid until %(day)s.")
    yield found(text, number=latest.no, issued=Day(latest.issued), day=Day(latest.expires))
    do = N_("Ask the coordinator for the next roster.")
    if condition.roster_days < 0:
        yield found(N_("It has ended. Everything goes on."), Level.WARNING, do)
    elif condition.roster_days < monitoring_health.SOON:
        yield found(N_("It ends soon."), Level.WARNING, do)
    newest = max([reach.roster or 0, *(one.contact.roster or 0 for one in nodes if one.contact)])
    if newest > latest.no:
        do = N_("Bring it here (“testimony roster adopt”).") if station.settings.role == "central" else SYNCHRONISE
        yield found(N_("Others have number %(number)s."), Level.WARNING, do, number=newest)
    yield from _readers(station, session)


def _readers(station: Station, session: Session) -> Iterator[Finding]:
    """How old the list of readers is, and how much was sealed to one that was too old."""
    state = freshness.of_this(station)
    if state.newer is not None:
        text = N_("A newer list of readers is in force, roster number %(number)s, and it is not here.")
        do = N_("Synchronise. If it does not come, ask the coordinator for the roster, and report it.")
        yield found(text, Level.WARNING, do, number=state.newer)
    elif state.confirmed is not None:
        yield found(N_("List of readers confirmed on %(day)s."), day=Day(state.confirmed.isoformat()))
    if state.stale and state.newer is None:
        text = N_("For more than %(number)s days nobody has confirmed it: somebody who left may still be on it.")
        yield found(text, Level.WARNING, CONFIRM, number=freshness.LIFE.days)
    if removed := len(removed_readers.testimonies(session, station.chain)):
        text = N_("Testimonies sealed to somebody who had been removed (“testimony check” names them): %(number)s.")
        yield found(text, number=removed)


def clock(
    station: Station,
    session: Session,
    reach: Reach,
    nodes: Sequence[NodeLine],
    condition: Condition,
    *,
    now: datetime,
) -> Iterator[Finding]:
    """How the clock of this machine compares with others', and with the days that others signed; what no second clock
    confirms.
    """
    for one in condition.clocks:
        days = {name: Day(day) for name, day in one.days.items()}
        whose = {} if one.clock is None else {"clock": Word(CLOCKS[one.clock])}
        yield found(SENTENCES[one.kind], Level.WARNING, number=one.number, **days, **whose)
    today, signed = now.date().isoformat(), _last_signed(station, session)
    if today < signed:
        text = N_("The clock of this machine says %(day)s. A day that others signed is later: %(signed)s.")
        yield found(text, Level.CRITICAL, SET_CLOCK, day=Day(today), signed=Day(signed))
        return
    ahead = _ahead(station, session, reach, nodes)
    if ahead is None:
        yield found(N_("It is not before the last day that others signed: %(day)s."), day=Day(signed))
    elif abs(ahead) <= clock_skew.A_FEW:
        yield found(N_("It agrees with the clock of others."))
    else:
        level = Level.CRITICAL if abs(ahead) > A_DAY else Level.WARNING
        before, behind = (
            N_("It is ahead of the clock of others by %(time)s."),
            N_("It is behind the clock of others by %(time)s."),
        )
        yield found(before if ahead > 0 else behind, level, SET_CLOCK, time=Span(abs(ahead) * 60))


def _last_signed(station: Station, session: Session) -> str:
    """The last day in a signature of others: of the roster in force, and of the stamps on central's log."""
    return max([station.chain.latest.issued, *(one.time[:10] for one in witnesses.seen(station, session))])


def _ahead(station: Station, session: Session, reach: Reach, nodes: Sequence[NodeLine]) -> int | None:
    """Minutes; of what central said just now or at the last exchange. None if nothing is known.

    At central: against the middle of all clocks that stations reported. Of two that differ nobody knows which is wrong.
    """
    if station.settings.role != "central":
        return reach.ahead if reach.ahead is not None else clock_skew.difference(session)
    told = sorted(-one.contact.clock for one in nodes if one.active and one.contact and one.contact.clock is not None)
    return told[len(told) // 2] if len(told) > 2 else None
