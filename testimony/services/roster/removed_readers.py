"""Readers to whom a testimony was sealed though they had been removed before: its phone had an old list of readers.

Nothing can take back what was sealed to them, so people are told: where a copy reaches them, they can open it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, func, literal, select

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


def testimonies(session: Session, chain: RosterChain) -> Iterator[tuple[str, list[Removed]]]:
    """(number, whom) of each testimony here that was sealed to somebody who had been removed before.

    Reads nothing while no roster has removed a reader; then the manifests that name one from before the last removal.
    """
    current = _rosters_of_today(chain)
    if len(current) == len(chain.rosters):
        return
    earlier = [_place_of(session, name) == 0 for name in current]
    manifests = (RecordRow.kind == "manifest", RecordRow.data != b"", *earlier)
    wanted = select(RecordRow.subject, RecordRow.data).where(*manifests).order_by(RecordRow.arrival)
    for tid, data in session.execute(wanted.execution_options(yield_per=A_PAGE)):
        try:
            found = of_manifest(SignedRecord.decode(data).value, chain)
        except NotCanonical:
            continue  # `testimony check` names a damaged record
        if found:
            yield str(tid), found


def _place_of(session: Session, name: bytes) -> ColumnElement[int]:
    """Where `name` stands in a record, 0 if nowhere. The database looks: a desk has thousands of manifests."""
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(RecordRow.data, name)
    return func.position(literal(name).op("IN")(RecordRow.data))


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
