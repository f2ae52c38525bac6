"""Several testimonies at once: what each of them allows is done, and the others say why not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.domain.consent.fold import Act
from testimony.domain.review.agenda import Sort
from testimony.domain.review.review import ReviewState
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import agendas, bulk_review, cases, notes, private_labels, reviews
from testimony.services.review.agendas import Wish
from testimony.services.review.errors import LabelRefused, NoteRefused
from tests.support.services.batches import bring, told
from tests.support.services.casefiles import COURT, account, brought
from tests.support.services.desks import TODAY, Desk, desks

AT = datetime(2026, 1, 20, 12, tzinfo=UTC)
NOBODY = "0" * 32
ALSO = (["P09-case-river"], ["P09-case-river"], [])


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def fetched(desk: Desk, organisation: Organisation, *purposes: tuple[str, ...]) -> list[str]:
    sealed = bring(organisation, desk.central, [told(number, each) for number, each in enumerate(purposes)])
    desk.exchange()
    return [str(one.record.value["tid"]) for one in sealed]


def state(desk: Desk, tid: str) -> ReviewState:
    desk.stands(tid)  # with what was just said
    return reviews.review_of(desk.station.chain, desk.annexes, tid).review.state


def noted(desk: Desk, tid: str) -> list[str]:
    held = notes.notes_on(desk.station, desk.reader, desk.annexes, tid, desk.open(tid).manifest)
    return [each.text for one in held.notes for each in one.texts]


def test_only_those_enter_a_case_whose_witness_agrees_to_it_today(desk: Desk, organisation: Organisation) -> None:
    asked = [account(number, "en", "They sent us back.", also=also) for number, also in enumerate(ALSO)]
    agreed, took_back, unasked = brought(desk, organisation, asked)
    consent_acts.say(desk.station, desk.reader, desk.stands(took_back), Act.WITHDRAW, COURT, reason="other", day=TODAY)
    said = bulk_review.enter(
        desk.station, desk.reader, desk.annexes, [agreed, took_back, unasked, NOBODY], COURT, day=TODAY
    )
    assert said.done == 1
    assert {tid: error.code for tid, error in said.refused.items()} == {
        took_back: "case.act",
        unasked: "case.act",
        NOBODY: "testimony.unknown",
    }
    desk.stands(agreed)
    assert cases.within(desk.station, desk.annexes) == {agreed: {COURT}}
    again = bulk_review.enter(desk.station, desk.reader, desk.annexes, [agreed], COURT, day=TODAY)
    assert (again.done, [getattr(error, "reason", "") for error in again.refused.values()]) == (0, ["there"])


def test_none_enters_a_case_that_is_closed(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "en", "They sent us back.", also=["P09-case-river"])])
    end = Wish(item="", sort=Sort.CLOSING, what="Judgment", who="", due=str(TODAY))
    agendas.write(desk.station, desk.reader, agendas.read(desk.station, desk.annexes), COURT, end, day=TODAY)
    said = bulk_review.enter(desk.station, desk.reader, desk.annexes, [tid], COURT, day=TODAY)
    assert (said.done, [getattr(error, "reason", "") for error in said.refused.values()]) == (0, ["closed"])
    desk.stands(tid)
    assert cases.within(desk.station, desk.annexes) == {}


def test_what_is_held_says_why_to_lawyers_and_a_new_one_passes_through_review(
    desk: Desk, organisation: Organisation
) -> None:
    new, begun, gone = fetched(desk, organisation, *[("P01", "P04")] * 3)
    bulk_review.take(desk.station, desk.reader, desk.annexes, [begun], day=TODAY)
    consent_acts.withdraw_all(desk.station, desk.reader, gone, day=TODAY)
    said = bulk_review.hold(desk.station, desk.reader, desk.annexes, [new, begun, gone], " It is a copy. ", day=TODAY)
    assert (said.done, list(said.refused)) == (2, [gone])
    for tid in (new, begun):
        assert state(desk, tid) is ReviewState.NOT_FOR_RELEASE
        assert noted(desk, tid) == ["It is a copy."]
    again = bulk_review.hold(desk.station, desk.reader, desk.annexes, [new], "Twice.", day=TODAY)
    assert (again.done, noted(desk, new)) == (0, ["It is a copy."])


def test_a_closed_account_gets_no_note_of_why_it_is_held(desk: Desk, organisation: Organisation) -> None:
    open_one, closed = fetched(desk, organisation, ("P01", "P04"), ("P01",))
    said = bulk_review.hold(desk.station, desk.reader, desk.annexes, [open_one, closed], "It is a copy.", day=TODAY)
    assert (said.done, [error.code for error in said.refused.values()]) == (1, ["opening.refused"])
    assert (state(desk, closed), noted(desk, closed)) == (ReviewState.NEW, [])


def test_one_label_for_several_and_none_where_the_account_is_closed(desk: Desk, organisation: Organisation) -> None:
    one, other, closed = fetched(desk, organisation, ("P01", "P04"), ("P01", "P04"), ("P01",))
    said = bulk_review.label(desk.station, desk.reader, desk.annexes, [one, other, closed], " the  lake ", at=AT)
    assert (said.done, list(said.refused)) == (2, [closed])
    for tid in (one, other):
        desk.stands(tid)
        assert private_labels.labels_of(desk.station, desk.annexes, tid, desk.open(tid).manifest).text == "the lake"


def test_words_that_cannot_be_kept_are_refused_before_anything_is_written(
    desk: Desk, organisation: Organisation
) -> None:
    (tid,) = fetched(desk, organisation, ("P01", "P04"))
    before = len(desk.annexes.about(tid))
    with pytest.raises(NoteRefused, match="Nothing was written"):
        bulk_review.hold(desk.station, desk.reader, desk.annexes, [tid], "  ", day=TODAY)
    with pytest.raises(LabelRefused, match="80 characters"):
        bulk_review.label(desk.station, desk.reader, desk.annexes, [tid], "x" * 81, at=AT)
    assert state(desk, tid) is ReviewState.NEW
    assert len(desk.annexes.about(tid)) == before
