"""Deadlines and tasks of all cases at a lawyer's desk: read, write, end or cross out; close a case, open it again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from testimony.domain.consent.purposes import Key
from testimony.domain.review import agenda
from testimony.domain.review.agenda import LONGEST, Entry, Item, Signed, Sort, State, closing_of
from testimony.domain.review.case import CASES
from testimony.domain.roles import Role
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import NOWHERE, AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review.cases import READERS
from testimony.services.review.errors import AgendaRefused
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """The deadlines and tasks of all cases, the nearest first, and how many annexes of this kind cannot be read."""

    items: tuple[Item, ...]
    unread: int

    def of(self, case: Key, sort: Sort | None = None) -> list[Item]:
        """Those of one case, of one sort or both."""
        return [one for one in self.items if one.now.case == case and sort in (None, one.now.sort)]

    def closing(self, case: Key) -> Item | None:
        """Why and when `case` was closed; None while it is open."""
        found = self.end(case)
        return found if found is not None and found.now.state is State.DONE else None

    def end(self, case: Key) -> Item | None:
        """What was said of the end of `case`, which may be open again; None if nothing was."""
        return self._ends.get(case)

    def reminds(self, case: Key, sort: Sort, due: date | None) -> bool:
        """Whether an open item of `case` still reminds. In a closed case only a deadline does, if its day is the day of
        the end or comes later: the desk that closed the case may not have known it.
        """
        closing = self.closing(case)
        if closing is None:
            return True
        ended = closing.now.due
        return sort is Sort.DEADLINE and due is not None and ended is not None and due >= ended

    @cached_property
    def _ends(self) -> dict[Key, Item]:
        return {one.now.case: one for one in self.items if one.now.sort is Sort.CLOSING}

    def find(self, case: Key, id: str) -> Item | None:
        return next((one for one in self.of(case) if one.id == id), None)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a lawyer writes. `item`: which one is changed, "" for a new one. `due`: YYYY-MM-DD, or ""."""

    item: str
    sort: Sort
    what: str
    who: str
    due: str


def read(station: Station, annexes: AnnexIndex) -> Agenda:
    """From all that `annexes` (refreshed before) hold."""
    said, unread = lawyer_annexes.read(station.chain, annexes.of_kind(agenda.KIND), Entry.parse)
    signed = [Signed(entry=one.what, signer=one.signer) for one in said if one.annex.tid == NOWHERE]
    items, ignored = agenda.fold(signed)
    return Agenda(items=tuple(items), unread=unread + len(said) - len(signed) + ignored)


def write(station: Station, reader: Reader, held: Agenda, case: Key, wish: Wish, *, day: date) -> str:
    """Add an item, or change one; CLOSING closes the case on the day `due`. Returns its id. A day in the past is taken.

    Raises `AgendaRefused`: role, empty, long, day, future (it cannot have ended then), person, closed (a closed case
    takes nothing new), other (there is no such item); `StationKeyless`.
    """
    what, due = " ".join(wish.what.split()), _due(wish)
    if wish.sort is Sort.CLOSING:
        return _close(station, reader, held, case, what, due or day, day=day)
    if not what:
        raise AgendaRefused("empty")
    if len(what) > LONGEST:
        raise AgendaRefused("long")
    if not wish.item and held.closing(case):
        raise AgendaRefused("closed")
    before = held.find(case, wish.item) if wish.item else None
    if wish.item and (before is None or before.now.sort is not wish.sort):
        raise AgendaRefused("other")
    known = {id for id, _recipient in station.chain.latest.readers("lawyers")}
    if wish.who not in known | {"", before.now.who if before else ""}:
        raise AgendaRefused("person")
    state = before.now.state if before else State.OPEN
    return _say(station, reader, before, case, wish.sort, (what, wish.who, due, state), day)


def mark(station: Station, reader: Reader, held: Agenda, case: Key, item: str, state: State, *, day: date) -> str:
    """Mark it as done, cross it out or open it again; a closed case only opens. Returns its id. Raises as `write`."""
    before = held.find(case, item)
    if before is None or (before.now.sort is Sort.CLOSING and state is not State.OPEN):
        raise AgendaRefused("other")
    now = before.now
    return _say(station, reader, before, case, now.sort, (now.what, now.who, now.due, state), day)


def _close(station: Station, reader: Reader, held: Agenda, case: Key, why: str, ended: date, *, day: date) -> str:
    if not why:
        raise AgendaRefused("empty")
    if len(why) > LONGEST:
        raise AgendaRefused("long")
    if ended > day:
        raise AgendaRefused("future")
    return _say(station, reader, held.end(case), case, Sort.CLOSING, (why, "", ended, State.DONE), day)


def _say(
    station: Station,
    reader: Reader,
    before: Item | None,
    case: Key,
    sort: Sort,
    says: tuple[str, str, date | None, State],
    day: date,
) -> str:
    if reader.role is not Role.LAWYER or case.purpose not in CASES:
        raise AgendaRefused("role")
    number, (what, who, due, state) = os.urandom(16).hex(), says
    new = closing_of(case) if sort is Sort.CLOSING else number
    entry = Entry(
        id=number,
        item=before.id if before else new,
        case=case,
        sort=sort,
        what=what,
        who=who,
        due=due,
        state=state,
        day=day,
        after=before.seen if before else frozenset(),
    )
    record, items = consent_acts.seal_content(
        station.chain.latest, reader, NOWHERE, entry.to_value(), day=day, audiences=READERS
    )
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return entry.item


def _due(wish: Wish) -> date | None:
    """Raises `AgendaRefused`."""
    if not wish.due and wish.sort is Sort.TASK:
        return None
    try:
        due = date.fromisoformat(wish.due)
    except ValueError as error:
        raise AgendaRefused("day") from error
    if due.isoformat() != wish.due:
        raise AgendaRefused("day")
    return due
