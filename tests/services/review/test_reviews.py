"""Reviews at several desks: two lawyers apart from each other, and what the coordinator learns of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from testimony.domain.review.review import KIND, ReviewState
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import reviews
from testimony.services.review.errors import ReviewRefused
from testimony.services.review.reviews import Standing
from testimony.store.sql.metadata import metadata
from tests.support.services.desks import TODAY, Desk, desks, testimony_at
from tests.support.services.reviews import meet


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def fetched(at: dict[str, Desk], organisation: Organisation) -> str:
    tid = testimony_at(at["lawyer-1"].central, organisation, "P01", "P04", "P06")
    meet(at)
    return tid


def standing(desk: Desk, tid: str) -> Standing:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return reviews.review_of(desk.station.chain, desk.annexes, tid)


def state(desk: Desk, tid: str) -> ReviewState:
    return standing(desk, tid).review.state


def move(desk: Desk, tid: str, to: ReviewState) -> str:
    return reviews.move(desk.station, desk.reader, standing(desk, tid), to, day=TODAY)


def test_two_lawyers_offline_clear_it_and_the_coordinator_learns_of_it(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    move(at["lawyer-1"], tid, ReviewState.IN_REVIEW)
    meet(at)
    for name in ("lawyer-1", "lawyer-2"):
        move(at[name], tid, ReviewState.CLEARED)
        assert state(at[name], tid) is ReviewState.IN_REVIEW
    assert state(at["coordinator-1"], tid) is ReviewState.IN_REVIEW
    meet(at)
    assert {state(desk, tid) for desk in at.values()} == {ReviewState.CLEARED}
    assert reviews.states(at["coordinator-1"].station.chain, at["coordinator-1"].annexes) == {tid: ReviewState.CLEARED}


def test_a_doubt_at_the_other_desk_stands_before_a_clearing_that_had_not_seen_it(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    move(at["lawyer-1"], tid, ReviewState.IN_REVIEW)
    meet(at)
    move(at["lawyer-1"], tid, ReviewState.CLEARED)
    move(at["lawyer-2"], tid, ReviewState.NEEDS_INFORMATION)
    meet(at)
    assert {state(desk, tid) for desk in at.values()} == {ReviewState.NEEDS_INFORMATION}


def test_one_lawyer_clears_once_and_a_coordinator_never(at: dict[str, Desk], organisation: Organisation) -> None:
    tid = fetched(at, organisation)
    move(at["lawyer-1"], tid, ReviewState.IN_REVIEW)
    move(at["lawyer-1"], tid, ReviewState.CLEARED)
    meet(at)
    for name, to, why in [
        ("lawyer-1", ReviewState.CLEARED, "twice"), ("coordinator-1", ReviewState.CLEARED, "role"),
        ("coordinator-1", ReviewState.NOT_FOR_RELEASE, "role"), ("lawyer-2", ReviewState.NEW, "move"),
    ]:  # fmt: skip
        with pytest.raises(ReviewRefused) as refused:
            move(at[name], tid, to)
        assert refused.value.reason == why
    assert len(standing(at["lawyer-1"], tid).review.said) == 2


def test_what_a_coordinators_key_signed_all_the_same_counts_for_nothing(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    move(at["lawyer-1"], tid, ReviewState.IN_REVIEW)
    move(at["lawyer-1"], tid, ReviewState.CLEARED)
    meet(at)
    forged = {"event": "MOVE", "id": os.urandom(16).hex(), "to": "cleared", "day": "2026-01-20",
              "after": sorted(standing(at["coordinator-1"], tid).review.seen)}  # fmt: skip
    say(at["coordinator-1"], tid, {"kind": KIND, "events": [forged]})
    meet(at)
    found = standing(at["lawyer-2"], tid).review
    assert (found.state, list(found.ignored)) == (ReviewState.IN_REVIEW, ["role"])


@pytest.mark.parametrize("content", [{"events": []}, {"events": 7}, {}, {"events": [{"event": "MOVE"}]}])
def test_what_cannot_be_read_is_counted_and_changes_nothing(
    content: dict[str, Any], at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    move(at["lawyer-1"], tid, ReviewState.IN_REVIEW)
    say(at["lawyer-1"], tid, {"kind": KIND, **content})
    found = standing(at["lawyer-1"], tid)
    assert (found.review.state, found.unread) == (ReviewState.IN_REVIEW, 1)


def say(desk: Desk, tid: str, content: dict[str, Any]) -> None:
    record, items = consent_acts.seal_content(desk.station.chain.latest, desk.reader, tid, content, day=TODAY)
    consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)


def test_it_is_given_to_a_lawyer_of_the_roster_and_to_nobody_else(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    assert reviews.lawyers(desk.station) == ["lawyer-1", "lawyer-2"]
    reviews.assign(desk.station, desk.reader, standing(desk, tid), "lawyer-2", day=TODAY)
    meet(at)
    assert standing(at["lawyer-2"], tid).review.assigned == ("lawyer-2",)
    for name in ("coordinator-1", "nobody"):
        with pytest.raises(ReviewRefused, match="Choose a lawyer"):
            reviews.assign(desk.station, desk.reader, standing(desk, tid), name, day=TODAY)


def test_nothing_of_it_can_be_read_at_central(at: dict[str, Desk], organisation: Organisation) -> None:
    """An annex: a random number, a day and a signer; not even which testimony it is about."""
    tid = fetched(at, organisation)
    name = move(at["lawyer-1"], tid, ReviewState.IN_REVIEW)
    meet(at)
    central = at["lawyer-1"].central
    kept = [path.read_bytes() for path in central.settings.home.rglob("*") if path.is_file()]
    with central.database.reading() as session:  # whose rows are at a server, perhaps
        kept += [repr(row).encode() for table in metadata.sorted_tables for row in session.execute(select(table))]
    assert any(name.encode() in data or bytes.fromhex(name) in data for data in kept)
    assert not any(b"in_review" in data for data in kept)
