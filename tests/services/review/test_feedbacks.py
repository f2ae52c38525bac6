"""What became of a testimony at several desks: lawyers read it, coordinators never do; it ends with the testimony."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from testimony.domain.review import feedback
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.review import feedbacks
from testimony.services.review.errors import FeedbackRefused
from testimony.services.review.feedbacks import Held
from testimony.services.withdrawal import shredding
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.reviews import meet
from tests.support.services.translations import fetched, forge, manifest

NEWS = "The court decides in spring."


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def tid(at: dict[str, Desk], organisation: Organisation) -> str:
    return fetched(at, organisation)


def held(desk: Desk, tid: str) -> Held:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return feedbacks.read(desk.station, desk.annexes, tid, manifest(desk, tid))


def write(desk: Desk, tid: str, text: str = NEWS) -> None:
    feedbacks.write(desk.station, desk.reader, {tid: manifest(desk, tid)}, text=text, lang="en", day=TODAY)


def test_another_lawyer_tells_the_witness_and_the_coordinator_never_learns_of_it(at: dict[str, Desk], tid: str) -> None:
    first, second = at["lawyer-1"], at["lawyer-2"]
    write(first, tid)
    meet(at)
    (words,) = held(second, tid).words
    assert (words.said.text, words.signer, words.told) == (NEWS, "lawyer-1", None)
    feedbacks.tell(second.station, second.reader, tid, held(second, tid), words.said.id, TODAY, day=TODAY)
    meet(at)
    (words,) = held(first, tid).words
    assert words.told is not None
    assert (words.told.signer, words.told.said.day) == ("lawyer-2", TODAY)
    assert held(at["coordinator-1"], tid) == Held()
    with pytest.raises(FeedbackRefused) as refused:
        write(at["coordinator-1"], tid)
    assert refused.value.reason == "role"


def test_it_ends_with_the_testimony(at: dict[str, Desk], tid: str) -> None:
    write(at["lawyer-1"], tid)
    meet(at)
    for name in ("lawyer-1", "coordinator-1"):
        consent_acts.withdraw_all(at[name].station, at[name].reader, tid, day=TODAY)
    meet(at)
    desk = at["lawyer-2"]
    shredding.finish(desk.station)
    fresh = AnnexIndex()
    with desk.station.database.reading() as session:
        fresh.refresh(desk.station, session, desk.reader)
    assert fresh.of_kind(feedback.KIND) == []


def test_what_was_struck_or_told_is_neither_told_again_nor_on_an_impossible_day(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    write(desk, tid)
    (words,) = held(desk, tid).words
    for told in (TODAY - timedelta(days=1), TODAY + timedelta(days=1)):
        with pytest.raises(FeedbackRefused) as refused:
            feedbacks.tell(desk.station, desk.reader, tid, held(desk, tid), words.said.id, told, day=TODAY)
        assert refused.value.reason == "day"
    feedbacks.strike(desk.station, desk.reader, tid, held(desk, tid), words.said.id, day=TODAY)
    with pytest.raises(FeedbackRefused) as refused:
        feedbacks.tell(desk.station, desk.reader, tid, held(desk, tid), words.said.id, TODAY, day=TODAY)
    assert refused.value.reason == "other"
    (words,) = held(desk, tid).words
    assert (words.said.text, words.struck is not None) == (NEWS, True)


def test_what_a_coordinator_signed_counts_for_nothing(at: dict[str, Desk], tid: str) -> None:
    write(at["lawyer-1"], tid)
    (words,) = held(at["lawyer-1"], tid).words
    forged = feedback.Saying(**{**vars(words.said), "id": "a" * 32, "about": "a" * 32, "text": "Go back."})
    forge(at["coordinator-1"], tid, forged.to_value())
    meet(at)
    found = held(at["lawyer-2"], tid)
    assert ([one.said.text for one in found.words], found.unread) == ([NEWS], 1)
