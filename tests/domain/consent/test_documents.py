"""What an annex may say of a document, and of its file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from testimony.domain.consent.conditions import BY_NO_DOCUMENT, by_document, document_hindrance
from testimony.domain.consent.documents import ConsentDocument, Named
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Purpose
from testimony.domain.errors import EventUnreadable

DAY = date(2026, 1, 20)
FILE = ConsentDocument(
    id="a" * 32, of="b" * 64, made=DAY, ending="pdf", size=7, sha256="c" * 64, key="d" * 32, pieces=1, day=DAY
)
NAMED = Named(annex="e" * 64, made=DAY, age="minor", there=frozenset({"guardian", "assent"}))
ADULT = Named(annex="e" * 64, made=DAY, age="adult")


def test_what_is_said_is_read_as_it_was_said() -> None:
    assert ConsentDocument.parse(FILE.to_value()) == FILE
    for one in (NAMED, ADULT):
        assert Named.parse(one.to_value()) == one


@pytest.mark.parametrize(
    "change", [{"made": "2026-02-30"}, {"made": None}, {"of": ""}, {"ending": "html"}, {"size": 0}, {"key": "d"}]
)
def test_a_document_that_does_not_fit_is_not_read(change: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        ConsentDocument.parse(FILE.to_value() | change)


@pytest.mark.parametrize("change", [{"annex": "x"}, {"made": "yesterday"}, {"age": "old"}, {"age": None}])
def test_an_annex_that_does_not_say_which_document_and_of_whom_names_none(change: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Named.parse(NAMED.to_value() | change)
    with pytest.raises(EventUnreadable):
        Named.parse("a letter")


@pytest.mark.parametrize("purpose", Purpose)
def test_an_adults_document_may_say_yes_to_all_that_needs_no_words_of_the_witness(purpose: Purpose) -> None:
    assert (document_hindrance(purpose, ADULT) is None) == (purpose not in BY_NO_DOCUMENT)


def test_the_rules_for_children_hold_for_a_document_too() -> None:
    assert document_hindrance(Purpose.COUNT, NAMED) is None
    assert document_hindrance(Purpose.QUOTES, NAMED) == "not_for_children"
    alone = Named(annex="e" * 64, made=DAY, age="minor", there=frozenset({"guardian"}))
    assert document_hindrance(Purpose.COUNT, alone) == "assent_missing"


def test_a_yes_to_more_or_of_an_earlier_day_counts_as_a_no_and_a_no_stays() -> None:
    def event(act: Act, purpose: Purpose, day: date = DAY) -> ConsentEvent:
        return ConsentEvent(id=f"{act}-{purpose}", act=act, purpose=purpose, recipient="x", day=day)

    kept = [event(Act.GRANT, Purpose.COUNT), event(Act.WITHDRAW, Purpose.HANDOVER)]
    assert list(by_document(kept, ADULT)) == kept
    early = date(2026, 1, 19)
    for one in (event(Act.GRANT, Purpose.HANDOVER), event(Act.GRANT, Purpose.COUNT, early)):
        (found,) = by_document([one], ADULT)
        assert (found.act, found.reason) == (Act.REFUSE, "not_recorded")
