"""A coordinator's desk with readers of every role at it: what lawyers would send from theirs is said here directly."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from testimony.domain.coding import corrections
from testimony.domain.coding.acts import content_of
from testimony.domain.review.review import ReviewState
from testimony.sealing.records.records import SignedRecord
from testimony.services.coding import coding, opened_accounts
from testimony.services.coding.eligibility import Account
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.incidents import linkage
from testimony.services.intake.intake import take_in
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.services.release import candidates
from testimony.services.release.candidates import Candidates
from testimony.services.review import reviews
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.services.desks import TODAY, reader_of
from tests.support.services.rosters import root_of


@dataclass
class Hand:
    """One reader and what their key opened."""

    station: Station
    reader: Reader
    annexes: AnnexIndex

    def refresh(self) -> AnnexIndex:
        with self.station.database.reading() as session:
            self.annexes.refresh(self.station, session, self.reader)
        return self.annexes


class Room:
    """Everybody at the one desk."""

    def __init__(self, station: Station, organisation: Organisation) -> None:
        self.station, self.organisation = station, organisation
        readers = [one.id for one in organisation.keepers if one.role in ("lawyer", "coordinator")]
        self.hands = {id: Hand(station, reader_of(organisation, id), AnnexIndex()) for id in readers}
        self.coordinator = self.hands["coordinator-1"]

    def bring(self, accounts: Sequence[dict[str, Any]], *, cleared: bool = True) -> list[str]:
        """Seal them, put them here, and let two lawyers clear them; their numbers."""
        tids = [str(one.record.value["tid"]) for one in bring(self.organisation, self.station, accounts)]
        for tid in tids if cleared else ():
            self.clear(tid)
        return tids

    def one(self, number: int = 0, *purposes: str, cleared: bool = True, **incident: Any) -> str:
        """One account; its number."""
        (tid,) = self.bring([told(number, purposes or ("P01", "P04", "P06", "P07"), **incident)], cleared=cleared)
        return tid

    def move(self, person: str, tid: str, to: ReviewState) -> None:
        hand = self.hands[person]
        standing = reviews.review_of(self.station.chain, hand.refresh(), tid)
        reviews.move(self.station, hand.reader, standing, to, day=TODAY)

    def clear(self, tid: str) -> None:
        self.move("lawyer-1", tid, ReviewState.IN_REVIEW)
        for person in ("lawyer-1", "lawyer-2"):
            self.move(person, tid, ReviewState.CLEARED)

    def correct(self, person: str, tid: str, field: str, answer: Any) -> None:
        """Made by somebody who saw no other correction."""
        hand = self.hands[person]
        with self.station.database.reading() as session:
            held = coding.read_coding(self.station, session, hand.reader, hand.annexes, tid, at=TODAY)
        coding.correct(
            self.station,
            hand.reader,
            hand.annexes,
            held,
            field,
            answer,
            "clerical",
            seen=held.corrections.seen([field]),
            day=TODAY,
        )

    def recode(self, tid: str, **answers: Any) -> None:
        """What a lawyer's desk tells coordinators who saw no other correction."""
        event = {"id": os.urandom(16).hex(), "day": "2026-01-20", "after": [], "answers": answers}
        self.say("lawyer-1", tid, content_of(corrections.RECODING, event))

    def say(self, person: str, tid: str, content: Any) -> None:
        """Any annex at all."""
        reader = self.hands[person].reader
        record, items = consent_acts.seal_content(self.station.chain.latest, reader, tid, content, day=TODAY)
        consent_acts.keep(self.station, reader, items, [("said", record.id)], TODAY)

    def revoke(self, person: str) -> None:
        """The next roster, in which this person is no more."""
        value = self.organisation.roster.value
        people = [one | ({"status": "revoked"} if one["id"] == person else {}) for one in value["people"]]
        now = value | {"no": value["no"] + 1, "prev": self.organisation.roster.id, "people": people}
        roots = [root_of(self.organisation, name) for name in ("root-1", "root-2")]
        record = SignedRecord.sign_by_roots(now, roots)
        outcome = take_in(self.station, [Incoming("record", record.encode())])
        assert [status.status for status in outcome.statuses] == ["stored"]

    def same_person(self, *tids: str) -> None:
        hand = self.hands["lawyer-1"]
        for tid in tids:
            like = "" if tid == tids[0] else tids[0]
            hand.refresh()
            linkage.tell_person(self.station, hand.reader, self._links(hand), tid, like, day=TODAY)

    def incident(self, *tids: str, named: str = "") -> str:
        """Say that all of these tell of one incident; its id."""
        hand = self.hands["lawyer-1"]
        for tid in tids:
            hand.refresh()
            named = linkage.tell(self.station, hand.reader, self._links(hand), tid, named, day=TODAY)
        return named

    def _links(self, hand: Hand) -> linkage.Held:
        return linkage.current_links(self.station.chain, hand.annexes)

    def candidates(self, *, at: date = TODAY, recipients: Collection[str] | None = None) -> Candidates:
        hand = self.coordinator
        with self.station.database.reading() as session:
            return candidates.of(self.station, session, hand.reader, hand.annexes, at=at, recipients=recipients)

    def accounts(self, *, at: date = TODAY) -> dict[str, Account]:
        hand, known = self.coordinator, candidates.vocabulary()
        with self.station.database.reading() as session:
            found = opened_accounts.open_accounts(self.station, session, hand.reader, hand.annexes, known, at=at)
        return {one.tid: one for one in found}

    def left_out(self) -> dict[str, int]:
        return dict(self.candidates().left_out)

    def usable(self) -> set[str]:
        return {one.tid for one in self.candidates().usable}


@contextmanager
def room(homes: Path, organisation: Organisation) -> Iterator[Room]:
    with open_station(homes / "desk-coordinator") as station:
        yield Room(station, organisation)
