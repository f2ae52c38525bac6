"""Working titles of incidents at a desk: sealed to lawyers and the recovery key, since a title may name a person.

A title may say what the accounts say, so it opens while one of the incident's accounts does.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from testimony.domain.incidents import titles
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.incidents.titles import LONGEST, Title
from testimony.domain.roles import Audience, Role
from testimony.services.consent import acts as consent_acts
from testimony.services.incidents.errors import IncidentRefused
from testimony.services.incidents.linkage import Held
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import NOT_AGREED, NotPermitted
from testimony.services.opening.reader import Reader
from testimony.station.station import Station

READERS = (Audience.LAWYERS, Audience.RECOVERY)

Closed = Callable[[str], str]
"""Why the account of a testimony does not open today (a code of `NotPermitted`); "" if it does."""


@dataclass(frozen=True, kw_only=True)
class Titles:
    """`said`: incident, by its name after all merges, -> titles. `unread`: annexes that are no title of a lawyer."""

    said: Mapping[str, tuple[Title, ...]]
    unread: int


def read_titles(station: Station, annexes: AnnexIndex, held: Held, closed: Closed) -> Titles:
    """The titles in `annexes` (refreshed before) of the incidents with an account that opens."""
    read, unread = lawyer_annexes.read(station.chain, annexes.of_kind(titles.KIND), Title.parse)
    here = [one.what for one in read if one.annex.tid == NOWHERE]
    found: dict[str, tuple[Title, ...]] = {}
    for one in titles.current(here):
        name = held.linked.name(one.incident)
        found[name] = (*found.get(name, ()), one)
    said = {name: those for name, those in found.items() if not why_closed(held, name, closed)}
    return Titles(said=said, unread=unread + len(read) - len(here))


def why_closed(held: Held, incident: str, closed: Closed) -> str:
    """Why the title of `incident`, by its name after all merges, is closed; "" where one of its accounts opens."""
    accounts: Iterable[str] = held.linked.accounts.get(incident, ())
    reason = NOT_AGREED
    for tid in sorted(accounts):
        if not (reason := closed(tid)):
            break
    return reason


def say(
    station: Station,
    reader: Reader,
    annexes: AnnexIndex,
    held: Held,
    incident: str,
    text: str,
    *,
    closed: Closed,
    day: date,
) -> str:
    """Set the title, "" to remove it. Returns the title as stored.

    Raises `IncidentRefused`, `StationKeyless`, and `NotPermitted` where no account of the incident opens.
    """
    if reader.role is not Role.LAWYER:
        raise IncidentRefused("role")
    name, line = held.linked.name(incident), titles.one_line(text)
    if name not in held.linked.accounts:
        raise IncidentRefused("unknown")
    if len(line) > LONGEST:
        raise IncidentRefused("title")
    if reason := why_closed(held, name, closed):
        raise NotPermitted(reason)
    before: dict[str, set[str]] = {name: set()}
    for one in read_titles(station, annexes, held, closed).said.get(name, ()):
        before.setdefault(one.incident, set()).add(one.id)
    for each, seen in before.items():  # the title of an incident that was merged into this one no longer applies
        kept = Title(
            id=os.urandom(16).hex(),
            incident=each,
            text=line if each == name else "",
            day=day,
            after=frozenset(seen),
        )
        record, items = consent_acts.seal_content(
            station.chain.latest, reader, NOWHERE, kept.to_value(), day=day, audiences=READERS
        )
        consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return line
