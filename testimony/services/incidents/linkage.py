"""Link testimonies to incidents and persons at a desk, from the annexes that open here.

`persons` and `incidents` are for counts at a coordinator's desk, as in a release.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents import events as incident_events
from testimony.domain.incidents import linkage
from testimony.domain.incidents.events import MOST_EVENTS, MOST_PEOPLE, NOWHERE, Act, LinkEvent, People
from testimony.domain.incidents.linkage import Linked, Signed
from testimony.domain.roles import Role
from testimony.sealing.roster.chain import RosterChain
from testimony.services.consent import acts as consent_acts
from testimony.services.incidents.errors import IncidentRefused
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import Reader
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Held:
    """Everything recorded about incidents and persons. `unread`: how many annexes cannot be read; they are ignored."""

    linked: Linked
    unread: int


_folded: WeakKeyDictionary[AnnexIndex, tuple[object, Held]] = WeakKeyDictionary()
"""The last computed links, forgotten with the annexes that they come from."""


def current_links(chain: RosterChain, annexes: AnnexIndex) -> Held:
    """The links in `annexes` (refreshed before). Computed again when something arrived or the roster changed."""
    said = annexes.of_kind(incident_events.KIND)
    state = (chain.latest.sha256, frozenset(one.name for one in said))
    known = _folded.get(annexes)
    if known is None or known[0] != state:
        known = _folded[annexes] = (state, _fold(chain, said))
    return known[1]


def persons(chain: RosterChain, annexes: AnnexIndex) -> dict[str, str]:
    """Testimony -> the class of its person: equal if some desk links them to the same one.

    A testimony that is not in it has no link: a release treats those with equal coded persons as one person.
    """
    return dict(current_links(chain, annexes).linked.persons)


def incidents(chain: RosterChain, annexes: AnnexIndex) -> dict[str, frozenset[str]]:
    """Testimony -> the incidents that it reports, by name, after all merges; none if there is no link."""
    return dict(current_links(chain, annexes).linked.incidents)


def tell(station: Station, reader: Reader, held: Held, tid: str, incident: str, *, day: date) -> str:
    """Link the testimony to `incident`, "" for a new one. Returns its name.

    Raises `IncidentRefused` (here and below), `StationKeyless`.
    """
    named = _known(held, incident) if incident else os.urandom(16).hex()
    _say(station, reader, tid, [_event(held, tid, Act.TELLS, named, day)], day)
    return named


def take_away(station: Station, reader: Reader, held: Held, tid: str, incident: str, *, day: date) -> None:
    """Remove the link to `incident`, under any of the ids that this incident has."""
    members = held.linked.members(_known(held, incident))
    told = [one for one in sorted(members) if _is_told(held, tid, one)]
    _say(station, reader, tid, [_event(held, tid, Act.NOT, one, day) for one in told or [incident]], day)


def same_event(
    station: Station, reader: Reader, held: Held, tid: str, other: str, *, incident: str = "", day: date
) -> str:
    """Record that two testimonies report the same event. Returns its name.

    `incident` selects one if they have several. If one of them has incidents, the other is linked to that one too; if
    neither has, it is a new one.
    """
    _require_two(tid, other)
    told = held.linked.incidents
    of_both = sorted(told.get(tid, frozenset()) | told.get(other, frozenset()))
    if incident and held.linked.name(incident) not in of_both:
        raise IncidentRefused("unknown")
    named = held.linked.name(incident) if incident else next(iter(of_both), os.urandom(16).hex())
    for one in (tid, other):
        if named not in told.get(one, frozenset()):
            _say(station, reader, one, [_event(held, one, Act.TELLS, named, day)], day)
    return named


def different(station: Station, reader: Reader, held: Held, tid: str, other: str, *, day: date) -> str:
    """Record that two testimonies do not report the same event, so that nobody compares them side by side again."""
    _require_two(tid, other)
    return _say(station, reader, tid, [_event(held, tid, Act.DIFFERENT, other, day)], day)


def tell_person(station: Station, reader: Reader, held: Held, tid: str, like: str, *, day: date) -> str:
    """Record that the person of `like` also gave this testimony; "": a person with no other testimony. Returns the
    key.
    """
    if like:
        _require_two(tid, like)
    keys = held.linked.keys.get(like, frozenset())
    key = min(keys) if keys else os.urandom(16).hex()
    if like and len(keys) != 1:
        _say(station, reader, like, [_event(held, like, Act.PERSON, key, day)], day)
    _say(station, reader, tid, [_event(held, tid, Act.PERSON, key, day)], day)
    return key


def tell_apart(station: Station, reader: Reader, held: Held, tids: Iterable[str], *, day: date) -> int:
    """Record that each of these testimonies was given by another person, as far as is known. Returns how many were new.

    A testimony whose person somebody named already stays as it is.
    """
    new = [tid for tid in sorted(set(tids)) if not held.linked.keys.get(tid)]
    for tid in new:
        _say(station, reader, tid, [_event(held, tid, Act.PERSON, os.urandom(16).hex(), day)], day)
    return len(new)


def tell_incidents_apart(station: Station, reader: Reader, held: Held, tids: Iterable[str], *, day: date) -> int:
    """Record that each of these testimonies tells of another incident, as far as is known. Returns how many were new.

    A testimony of which somebody named an incident already stays as it is.
    """
    new = [tid for tid in sorted(set(tids)) if not held.linked.incidents.get(tid)]
    for tid in new:
        _say(station, reader, tid, [_event(held, tid, Act.TELLS, os.urandom(16).hex(), day)], day)
    return len(new)


def forget_person(station: Station, reader: Reader, held: Held, tid: str, *, day: date) -> str:
    """Record that the person is not known."""
    return _say(station, reader, tid, [_event(held, tid, Act.PERSON, "", day)], day)


def merge(station: Station, reader: Reader, held: Held, incident: str, other: str, *, day: date) -> str:
    """Merge two incidents. Returns the name used from now on."""
    one, two = sorted((_known(held, incident), _known(held, other)))
    _require_two(one, two)
    _say(station, reader, NOWHERE, [_event(held, NOWHERE, Act.MERGE, one, day, other=two)], day)
    return one


def split(station: Station, reader: Reader, held: Held, incident: str, merged: str, *, day: date) -> str:
    """Undo the merge `merged` (the id of its event) of `incident`. Returns the name of the record."""
    if merged not in {one.event.id for one in held.linked.merges.get(_known(held, incident), ())}:
        raise IncidentRefused("unknown")
    return _say(station, reader, NOWHERE, [_event(held, NOWHERE, Act.SPLIT, merged, day)], day)


def divide(station: Station, reader: Reader, held: Held, incident: str, tids: Iterable[str], *, day: date) -> str:
    """Move some accounts of `incident` to a new one. Returns its name."""
    named, new = _known(held, incident), os.urandom(16).hex()
    moved = sorted(held.linked.accounts[named] & set(tids))
    if not moved:
        raise IncidentRefused("unknown")
    for tid in moved:
        _say(station, reader, tid, [_event(held, tid, Act.TELLS, new, day)], day)
        take_away(station, reader, held, tid, named, day=day)
    return new


def count(
    station: Station,
    reader: Reader,
    held: Held,
    incident: str,
    people: People,
    low: int | None,
    high: int | None,
    on: Iterable[str],
    *,
    day: date,
) -> None:
    """Record how many people of one sort were in it, from `low` to `high`, by the accounts `on`; None: delete the
    number.

    Recorded once for the incident; counts that desks recorded earlier under each of its ids no longer apply.
    """
    named = _known(held, incident)
    if (low is None) != (high is None) or not 0 <= (low or 0) <= (high or 0) <= MOST_PEOPLE:
        raise IncidentRefused("count")
    based = frozenset(on) & held.linked.accounts[named]
    standing = {one.event.to for one in held.linked.counts(named).get(people, ())}
    own = {"people": people, "low": low, "high": high, "on": based}
    events = [_event(held, NOWHERE, Act.COUNT, named, day, **own)]
    nothing = {"people": people, "low": None, "high": None}
    events += [_event(held, NOWHERE, Act.COUNT, one, day, **nothing) for one in sorted(standing - {named})]
    _say(station, reader, NOWHERE, events, day)


def _known(held: Held, incident: str) -> str:
    """The name of the incident. Raises `IncidentRefused` if no account reports it."""
    named = held.linked.name(incident)
    if named not in held.linked.accounts:
        raise IncidentRefused("unknown")
    return named


def _is_told(held: Held, tid: str, incident: str) -> bool:
    return any(one.event.act is Act.TELLS for one in held.linked.standing.get(("tells", tid, incident), ()))


def _require_two(one: str, other: str) -> None:
    if one == other:
        raise IncidentRefused("itself")


def _event(held: Held, about: str, act: Act, to: str, day: date, **own: Any) -> LinkEvent:
    """The event, with everything about the same subject that is valid here in `after`."""
    bare = LinkEvent(id=os.urandom(16).hex(), act=act, to=to, day=day, **own)
    subject = Signed(event=bare, about=about, signer="", role="").subject
    return LinkEvent(id=bare.id, act=act, to=to, day=day, after=held.linked.seen(*subject), **own)


def _say(station: Station, reader: Reader, about: str, events: Sequence[LinkEvent], day: date) -> str:
    if reader.role is not Role.LAWYER:
        raise IncidentRefused("role")
    name = ""
    for at in range(0, len(events), MOST_EVENTS):
        content = incident_events.content_of(events[at : at + MOST_EVENTS])
        record, items = consent_acts.seal_content(station.chain.latest, reader, about, content, day=day)
        consent_acts.keep(station, reader, items, [("said", record.id)], day)
        name = record.id
    return name


def _fold(chain: RosterChain, said: Iterable[OpenedAnnex]) -> Held:
    signed: list[Signed] = []
    unread = 0
    for annex in said:
        try:
            signed += [_signed(chain, annex, event) for event in incident_events.events_of(annex.content)]
        except EventUnreadable:
            unread += 1
    return Held(linked=linkage.fold(signed), unread=unread)


def _signed(chain: RosterChain, annex: OpenedAnnex, event: LinkEvent) -> Signed:
    """The signer, by the newest roster that knows the key."""
    entry = chain.signer(annex.by)
    signer, role = (entry.id, entry.role) if entry else (annex.by, "")
    return Signed(event=event, about=annex.tid, signer=signer, role=role)
