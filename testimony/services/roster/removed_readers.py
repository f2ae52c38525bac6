"""Readers to whom a testimony was sealed though they had been removed before: its phone had an old list of readers.

Nothing can take back what was sealed to them, so people are told: where a copy reaches them, they can open it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from sqlalchemy import select

from testimony.errors import NotCanonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import AUDIENCE_OF, AUDIENCES, RosterChain
from testimony.sealing.roster.roster import ACTIVE, Roster
from testimony.store.models.records import RecordRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

A_PAGE: Final = 500


@dataclass(frozen=True)
class Removed:
    """The reader `id` of the testimony's roster has been in none since the one of `day` (YYYY-MM-DD)."""

    id: str
    day: str


@dataclass
class _Seen:
    """What was found among the manifests up to `arrival`, some of which may be destroyed by now."""

    arrival: int = 0
    found: dict[str, list[Removed]] = field(default_factory=dict)


_SEEN: WeakKeyDictionary[RosterChain, _Seen] = WeakKeyDictionary()
"""By the chain of a station, which is another one with the next roster."""


def of_manifest(manifest: Mapping[str, Any], chain: RosterChain) -> list[Removed]:
    """Whom a testimony was sealed to in spite of a roster that was issued before its day; as a rule nobody.

    A roster of the testimony's own day is not held against its phone. `manifest`: its value, verified.
    """
    used = chain.by_sha256(str(manifest.get("roster")))
    if used is None:
        return []
    later = [one for one in reversed(chain.rosters) if one.no > used.no and one.issued < str(manifest.get("day"))]
    audiences = {audience for part in manifest["parts"] for audience in part["heads"]}
    return list(_removed(used, later, audiences))


def testimonies(session: Session, chain: RosterChain) -> dict[str, list[Removed]]:
    """Number -> whom, of each testimony here that was sealed to somebody who had been removed before.

    Reads nothing while no roster has removed a reader, then every manifest once for each chain: pages ask often.
    """
    current = _rosters_of_today(chain)
    if len(current) == len(chain.rosters):
        return {}
    seen = _SEEN.setdefault(chain, _Seen())
    manifests = (RecordRow.kind == "manifest", RecordRow.data != b"")
    columns = (RecordRow.arrival, RecordRow.subject, RecordRow.data)
    news = select(*columns).where(RecordRow.arrival > seen.arrival, *manifests).order_by(RecordRow.arrival)
    for arrival, tid, data in session.execute(news.execution_options(yield_per=A_PAGE)):
        if not any(name in data for name in current) and (found := _of_record(data, chain)):
            seen.found[str(tid)] = found
        seen.arrival = arrival
    there = session.scalars(select(RecordRow.subject).where(RecordRow.subject.in_(list(seen.found)), *manifests))
    return {str(tid): seen.found[str(tid)] for tid in there}


def _of_record(data: bytes, chain: RosterChain) -> list[Removed]:
    try:
        return of_manifest(SignedRecord.decode(data).value, chain)
    except NotCanonical:
        return []  # `testimony check` names a damaged record


def _removed(used: Roster, later: list[Roster], audiences: set[str]) -> Iterator[Removed]:
    """In the newest of `later` they are not active, and were removed by the first from which on that is so."""
    if not later:
        return
    for person in used.people:
        if person.status != ACTIVE or person.recipient is None or AUDIENCE_OF.get(person.role) not in audiences:
            continue
        reads = [person.recipient in _recipients(one) for one in later]
        if not reads[-1]:
            since = max((place + 1 for place, still in enumerate(reads) if still), default=0)
            yield Removed(person.id, later[since].issued)


def _recipients(roster: Roster) -> set[Any]:
    return {recipient for audience in AUDIENCES for recipient in roster.recipients(audience)}


def _rosters_of_today(chain: RosterChain) -> list[bytes]:
    """How manifests name the rosters in force since the last one that removed a reader, the newest first."""
    rosters = chain.rosters
    readers = _recipients(rosters[0])
    current = takewhile(lambda one: _recipients(one) <= readers, rosters)
    return [rf"\"roster\":\"{one.sha256}\"".encode() for one in current]
