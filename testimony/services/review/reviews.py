"""Review testimonies at a desk: read the status from the annexes that open here, and set a new one."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from testimony.domain.errors import EventUnreadable
from testimony.domain.review import review
from testimony.domain.review.review import Act, Review, ReviewEvent, ReviewState, Signed
from testimony.domain.roles import Role
from testimony.sealing.roster.chain import RosterChain
from testimony.services.consent import acts as consent_acts
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import Reader
from testimony.services.review.errors import ReviewRefused
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The review status of `tid`. `unread`: how many annexes about it cannot be read; they are ignored."""

    tid: str
    review: Review
    unread: int


def review_of(chain: RosterChain, annexes: AnnexIndex, tid: str, without: Collection[str] = ()) -> Standing:
    """The review of the testimony `tid`, from all that `annexes` (refreshed before) hold. `without`: these records."""
    said = [one for one in annexes.about(tid) if one.code is None and _is_review(one) and one.name not in without]
    return _fold(chain, tid, said)


def states(chain: RosterChain, annexes: AnnexIndex) -> dict[str, ReviewState]:
    """The status of every testimony with a review annex; all others are new."""
    found: dict[str, list[OpenedAnnex]] = {}
    for one in annexes.of_kind(review.KIND):
        found.setdefault(one.tid, []).append(one)
    return {tid: _fold(chain, tid, said).review.state for tid, said in found.items()}


def move(station: Station, reader: Reader, standing: Standing, to: ReviewState, *, day: date) -> str:
    """Set the next status. Returns the name of the record. Raises `ReviewRefused`, `StationKeyless`."""
    stands = standing.review
    if to is ReviewState.CLEARED and stands.state is ReviewState.IN_REVIEW and reader.id in stands.cleared_by:
        raise ReviewRefused("twice")
    if to not in stands.moves:
        raise ReviewRefused("move")
    return _say(station, reader, standing, Act.MOVE, str(to), day)


def assign(station: Station, reader: Reader, standing: Standing, to: str, *, day: date) -> str:
    """Assign it to a person, "" for nobody. Raises as `move`."""
    if to and to not in lawyers(station):
        raise ReviewRefused("person")
    return _say(station, reader, standing, Act.ASSIGN, to, day)


def lawyers(station: Station) -> list[str]:
    """Who can be assigned: the ids of the active lawyers of the roster in force."""
    return sorted(one.id for one in station.chain.latest.people if one.role == Role.LAWYER and one.status == "active")


def _say(station: Station, reader: Reader, standing: Standing, act: Act, to: str, day: date) -> str:
    if reader.role is not Role.LAWYER:
        raise ReviewRefused("role")
    event = ReviewEvent(id=os.urandom(16).hex(), act=act, to=to, day=day, after=standing.review.seen)
    record, items = consent_acts.seal_content(
        station.chain.latest, reader, standing.tid, review.content_of(event), day=day
    )
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return record.id


def _fold(chain: RosterChain, tid: str, said: Iterable[OpenedAnnex]) -> Standing:
    signed: list[Signed] = []
    unread = 0
    for annex in said:
        try:
            signed += [_signed(chain, annex, event) for event in review.events_of(annex.content)]
        except EventUnreadable:
            unread += 1
    return Standing(tid=tid, review=review.fold(signed), unread=unread)


def _signed(chain: RosterChain, annex: OpenedAnnex, event: ReviewEvent) -> Signed:
    """The signer, by the newest roster that knows the key."""
    entry, now = chain.signer(annex.by), chain.latest.signer(annex.by)
    return Signed(
        event=event,
        signer=entry.id if entry else annex.by,
        role=entry.role if entry else "",
        active=now is not None and now.active,
    )


def _is_review(annex: OpenedAnnex) -> bool:
    return annex.content.get("kind") == review.KIND
