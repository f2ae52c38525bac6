"""Stories at a lawyer's desk: propose one, approve a colleague's, take one back, and say how each stands today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from testimony.domain.consent.events import Act as ConsentAct
from testimony.domain.roles import Role
from testimony.domain.stories import fold as story_fold
from testimony.domain.stories import story as story_form
from testimony.domain.stories.fold import Signed, Standing
from testimony.domain.stories.story import USE, Act, Entry, Story
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import permissions, usable
from testimony.services.consent.consents import Consents
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review.cases import READERS
from testimony.services.stories import beside_tables, drafts
from testimony.services.stories.errors import StoryRefused
from testimony.station.station import Station

ENDED = frozenset({ConsentAct.WITHDRAW, ConsentAct.ERASE, ConsentAct.INVALIDATE})
NAMED = 8
"""Digits of a story's id that are enough to point at it."""


class State(StrEnum):
    PROPOSED = "proposed"
    PUBLISHED = "published"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, kw_only=True)
class Stories:
    """Every story with its state today, the newest first; how many annexes of this kind cannot be read."""

    held: tuple[tuple[Standing, State], ...]
    unread: int

    def find(self, id: str) -> tuple[Standing, State]:
        """By its id or the first digits of it. Raises `StoryRefused("unknown")`."""
        found = [one for one in self.held if one[0].id.startswith(id)]
        if len(found) != 1 or len(id) < NAMED:
            raise StoryRefused("unknown")
        return found[0]

    def in_state(self, state: State) -> list[Standing]:
        return [one for one, now in self.held if now is state]


def read(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> Stories:
    """From all annexes, by the consent at `at`: the words of a story open while the account does.

    Raises `StoryRefused("role")`.
    """
    if reader.role is not Role.LAWYER:
        raise StoryRefused("role")
    annexes.refresh(station, session, reader)
    said, unread = lawyer_annexes.read(station.chain, annexes.of_kind(story_form.KIND), Entry.parse)
    signed = [Signed(entry=one.what, tid=one.annex.tid, by=one.signer) for one in said]
    held = []
    for one in story_fold.fold(signed):
        stands = usable.one_of(station, session, reader, one.tid, annexes, at=at)
        state = _state(one, stands)
        if state is not None:
            is_open = stands is not None and permissions.opens(stands, reader.audience, "narrative")
            held.append((one if is_open else replace(one, story=None), state))
    return Stories(held=tuple(held), unread=unread)


def propose(station: Station, reader: Reader, tid: str, story: Story, *, day: date) -> None:
    """Keep `story` for a second lawyer. Opens a transaction. Raises `StationKeyless`, `TestimonyUnknown`."""
    entry = Entry.proposing(story, day)
    Entry.parse(entry.to_value())  # check that every other desk can read it
    record, items = consent_acts.seal_bound(station, reader, tid, entry.to_value(), day=day, audiences=READERS)
    consent_acts.keep(station, reader, items, [("said", record.id)], day)


def approve(
    station: Station, reader: Reader, held: Stories, id: str, digest: str, *, annexes: AnnexIndex, day: date
) -> Standing:
    """Agree, as a second lawyer, that this very text is published. `digest`: of the text that was read.

    The testimony is opened again, so that what only the author's desk looked at is held to it here too. Raises
    `StoryRefused` (unknown, twice, approved, recalled, role, consent, text, changed, few, closed), `StationKeyless`.
    """
    one, state = held.find(id)
    if state is State.TAKEN_BACK:
        raise StoryRefused("recalled")
    if state is State.PUBLISHED:
        raise StoryRefused("approved")
    if one.by == reader.id:
        raise StoryRefused("twice")
    if one.digest != digest or one.story is None:
        raise StoryRefused("text")
    with station.database.transaction() as session:
        found = drafts.draft(station, session, reader, one.tid, annexes=annexes, at=day)
    drafts.require_still_told(found, one.story)
    with station.database.reading() as session:
        smaller = beside_tables.cells(station, session, reader, annexes, one.story, accounts_known(held), at=day)
    beside_tables.require_enough(smaller)
    _say(station, reader, Act.APPROVE, one, day)
    return one


def take_back(station: Station, reader: Reader, held: Stories, id: str, *, day: date) -> Standing:
    """Take it back for good, or drop what was only proposed. Raises `StoryRefused` (unknown, recalled)."""
    one, _state = held.find(id)
    if one.recalled is not None:
        raise StoryRefused("recalled")
    _say(station, reader, Act.RECALL, one, day)
    return one


def require_published(held: Stories, id: str) -> tuple[Standing, Story]:
    """A story that may leave today. Raises `StoryRefused` (unknown, waiting, recalled)."""
    one, state = held.find(id)
    if state is State.PROPOSED:
        raise StoryRefused("waiting")
    if state is State.TAKEN_BACK or one.story is None:
        raise StoryRefused("recalled")
    return one, one.story


def published(held: Stories) -> Iterable[tuple[Standing, Story]]:
    """All that may leave today."""
    return [(one, one.story) for one in held.in_state(State.PUBLISHED) if one.story is not None]


def accounts_known(held: Stories) -> frozenset[str]:
    """The records of the accounts that published stories are of."""
    return frozenset(story.of for _, story in published(held))


def _state(one: Standing, stands: Consents | None) -> State | None:
    """None: it was never published and cannot be any more, so nobody needs to know of it."""
    covered = stands is not None and USE in stands.usable and one.story is not None
    if one.approved is None:
        return State.PROPOSED if covered and one.recalled is None else None
    if one.recalled is not None or not covered or _ended_since(stands, one.approved):
        return State.TAKEN_BACK
    return State.PUBLISHED


def _ended_since(stands: Consents | None, approved: date) -> bool:
    """Whether this consent was withdrawn since: a new yes is for a new story."""
    lines = (stands.lines if stands else None) or ()
    acts = [one for line in lines if line.key == USE for one in line.history]
    return any(act in ENDED and day >= approved for act, day in acts)


def _say(station: Station, reader: Reader, act: Act, one: Standing, day: date) -> None:
    if reader.role is not Role.LAWYER:
        raise StoryRefused("role")
    entry = Entry(act=act, id=one.id, digest=one.digest, day=day)
    record, items = consent_acts.seal_content(
        station.chain.latest, reader, one.tid, entry.to_value(), day=day, audiences=READERS
    )
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
