"""The lines about what waits: how much, where, and how long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.errors import N_
from testimony.services.accounts import draft_shares
from testimony.services.continuity import reoffer
from testimony.services.diagnosis.types import Day, Finding, Level, Size, found
from testimony.services.monitoring import backlog, safety_counts
from testimony.services.monitoring.health import Condition
from testimony.services.monitoring.types import NodeLine
from testimony.services.withdrawal import endings
from testimony.store.models.records import Progress, RecordRow, TombstoneRow

if TYPE_CHECKING:
    from testimony.station.station import Station

LONG: Final = 7
"""Days for which something may wait without a warning."""


def waiting(station: Station, session: Session, condition: Condition, nodes: Sequence[NodeLine]) -> Iterator[Finding]:
    """How many records and bytes wait and where, and what the central server refuses of them."""
    yield from _endings(station, session)
    if station.settings.role == "central":
        yield from _at_central(station, session, nodes)
        return
    number = reoffer.count_waiting(session)
    yield found(N_("Records here that the central server does not have in full: %(number)s."), number=number)
    if station.settings.role == "field":
        yield from _at_node(station, session)
    if condition.refused:
        do = N_("Tell the coordinator. The front page of this station says why.")
        refused = sum(one.number for one in condition.refused)
        yield found(N_("The central server refuses some of them: %(number)s."), Level.WARNING, do, number=refused)


def age(station: Station, session: Session) -> Iterator[Finding]:
    """Since when the oldest of what waits here has waited; at central, of what is here in part."""
    is_central = station.settings.role == "central"
    day = _oldest_in_part(session) if is_central else reoffer.oldest_waiting(session)
    if day is None:
        yield found(N_("Nothing waits here."))
        return
    text = N_("The oldest record has waited here since %(day)s.")
    do = N_("Synchronise, or carry it on a USB stick (docs/bundles.md).")
    if is_central:
        text = N_("The oldest record that is here in part came on %(day)s.")
        do = N_("Let the field stations synchronise: one of them has the rest.")
    is_long = (date.fromisoformat(station.today()) - date.fromisoformat(day)).days > LONG
    yield found(text, Level.WARNING if is_long else Level.WELL, do if is_long else "", day=Day(day))


def stations(nodes: Sequence[NodeLine]) -> Iterator[Finding]:
    """At central: how many field stations there are, and how many of them need a person."""
    active, troubled = sum(one.active for one in nodes), sum(bool(one.troubles) for one in nodes)
    yield found(N_("Field stations in the roster: %(number)s."), number=active)
    if troubled:
        do = N_("The overview page and “testimony central alarms” say what each of them needs.")
        yield found(N_("Field stations that need attention: %(number)s."), Level.WARNING, do, number=troubled)


def _at_node(station: Station, session: Session) -> Iterator[Finding]:
    safety = safety_counts.look(station, session)
    left = N_("Still to send: %(text)s of text, %(media)s of recordings and pictures.")
    yield found(left, text=Size(safety.text_left), media=Size(safety.media_left))
    yield found(N_("Testimonies still arriving from a phone: %(number)s."), number=safety.arriving)
    yield found(N_("Phones that may hold drafts: %(number)s."), number=draft_shares.count_phones(session))


def _endings(station: Station, session: Session) -> Iterator[Finding]:
    """How many testimonies end within 30 days, have ended, and of how many nobody said until when they are kept."""
    numbers = endings.counts(session, date.fromisoformat(station.today()))
    if numbers.soon:
        do = N_("The page “Consent that ends soon” names them. Ask the witnesses, or let the testimonies be destroyed.")
        is_desk = station.settings.role == "desk"
        text = N_("Testimonies whose consent to be kept ends within 30 days: %(number)s.")
        yield found(text, Level.WARNING if is_desk else Level.WELL, do if is_desk else "", number=numbers.soon)
    if numbers.ended:
        text = N_("Testimonies whose consent to be kept has ended, to be destroyed after a month: %(number)s.")
        yield found(text, number=numbers.ended)
    if numbers.unknown:
        text = N_("Testimonies of which it is not known yet until when they are kept: %(number)s.")
        yield found(text, number=numbers.unknown)


def _at_central(station: Station, session: Session, nodes: Sequence[NodeLine]) -> Iterator[Finding]:
    there = backlog.count(station, session, nodes)
    yield found(N_("Records that wait at field stations, as they last said: %(number)s."), number=there.waiting)
    yield found(N_("Records that are here in part: %(number)s."), number=there.begun + there.text + there.unproven)
    yield found(N_("Desks that have more to fetch: %(number)s."), number=there.behind)


def _oldest_in_part(session: Session) -> str | None:
    """The day on which the oldest record came that is here in part, or a withdrawal whose testimony is not here."""
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    in_part = RecordRow.progress.in_((Progress.INCOMPLETE, Progress.TEXT, Progress.UNPROVEN))
    return session.scalar(select(func.min(RecordRow.received)).where(in_part, ~stone.exists()))
