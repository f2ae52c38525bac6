"""A document opens an account from elsewhere for the uses that it allows, at every desk, and for no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from testimony.domain.consent import documents as rules
from testimony.domain.consent.events import Act
from testimony.domain.consent.fold import ConsentState
from testimony.domain.consent.offers import Offer
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.roles import Role
from testimony.domain.sealed_file import LARGEST
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import documents, late_grants
from testimony.services.consent.documents import Wish
from testimony.services.consent.errors import ConsentActRefused, ConsentDocumentRefused
from testimony.services.enrolment.organisation import Organisation
from testimony.services.link import last_sync
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.withdrawal import shredding
from tests.support.services.consent.documents import LETTER, MADE, brought, by_document, opened
from tests.support.services.desks import COUNT, LAWYERS, MECHANISM, RECORD, TODAY, Desk, desks, testimony_at
from tests.support.services.reviews import meet
from tests.support.services.translations import forge

COURT = Key(Purpose.COURT, "case-river")
HANDOVER = Key(Purpose.HANDOVER, "river-network")
QUOTES = Key(Purpose.QUOTES, "public")
LONG = b"%PDF-1.7 " + bytes(400_000) + b"%%EOF"  # three pieces


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        for desk in found.values():
            desk.exchange()
        yield found


@pytest.fixture
def tid(at: dict[str, Desk]) -> str:
    """Imported by the first lawyer, and at every desk."""
    tid = brought(at["lawyer-1"])
    meet(at)
    return tid


def refusal(desk: Desk, tid: str, *keys: Key, **more: object) -> str:
    with pytest.raises((ConsentDocumentRefused, ConsentActRefused)) as refused:
        by_document(desk, tid, *keys, **more)  # type: ignore[arg-type]
    return refused.value.reason


def document_of(desk: Desk, tid: str, key: Key = COUNT) -> str:
    line = next(one for one in desk.stands(tid).lines or () if one.key == key)
    assert line.document is not None
    return line.document.annex


def test_it_opens_what_it_allows_at_every_desk_and_the_document_opens_for_lawyers_alone(
    at: dict[str, Desk], tid: str
) -> None:
    first, second, coordinator = at["lawyer-1"], at["lawyer-2"], at["coordinator-1"]
    by_document(first, tid, COUNT, COURT, data=LONG)
    meet(at)
    for desk in at.values():
        assert desk.usable(tid) == {"P01", "P04", "P06", "P09"}
        (line,) = (one for one in desk.stands(tid).lines or () if one.key == COUNT)
        assert line.document is not None
        assert (line.document.made.isoformat(), line.document.signer) == (MADE, "lawyer-1")
    coded = next(one for one in coordinator.open(tid).compartments if one.part == "coded")
    assert coded.content is not None, "its new readers open it"
    for desk in (first, second):
        assert opened(desk, document_of(desk, tid)) == LONG
    with pytest.raises(ConsentDocumentRefused):
        opened(coordinator, document_of(coordinator, tid))
    assert [line.document for line in first.stands(tid).lines or () if line.key in (RECORD, LAWYERS)] == [None, None]


def test_no_station_without_keys_holds_a_word_of_it(at: dict[str, Desk], tid: str) -> None:
    by_document(at["lawyer-1"], tid, COUNT, data=b"%PDF-1.7 Signed by Ms Example. %%EOF")
    meet(at)
    stored = [path.read_bytes() for path in at["lawyer-1"].central.settings.home.rglob("*") if path.is_file()]
    assert len(stored) > 10
    assert not any(word in data for data in stored for word in (b"Ms Example", b"consent-document", MADE.encode()))


def test_what_is_withdrawn_afterwards_is_closed_and_no_document_of_before_opens_it_again(
    at: dict[str, Desk], tid: str
) -> None:
    first, second, coordinator = at["lawyer-1"], at["lawyer-2"], at["coordinator-1"]
    by_document(first, tid, COUNT)
    meet(at)
    consent_acts.say(second.station, second.reader, second.stands(tid), Act.WITHDRAW, COUNT, day=TODAY)
    meet(at)
    for desk in (first, second):
        assert desk.usable(tid) == {"P01", "P04"}
        (line,) = (one for one in desk.stands(tid).lines or () if one.key == COUNT)
        assert (line.state, line.document) == (ConsentState.WITHDRAWN, None)
    assert all(one.content is None for one in coordinator.open(tid).compartments)
    assert refusal(first, tid, COUNT) == refusal(first, tid, COUNT, made=TODAY.isoformat()) == "newer"
    later = TODAY + timedelta(days=1)
    by_document(first, tid, COUNT, made=later.isoformat(), day=later)
    assert "P06" in first.usable(tid, later)


def test_its_yes_ends_with_its_life_and_keeps_the_account_no_longer(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    by_document(desk, tid, COURT, COUNT)
    assert "P09" in desk.usable(tid, date(2027, 1, 20))
    assert desk.usable(tid, date(2027, 1, 21)) == {"P01", "P04", "P06"}
    assert desk.usable(tid, date(2028, 1, 21)) == frozenset()


def test_no_document_opens_a_use_twice(at: dict[str, Desk], tid: str) -> None:
    desk, after = at["lawyer-1"], date(2027, 1, 21)
    by_document(desk, tid, COURT)
    with desk.station.database.transaction() as session:
        last_sync.note(session, after.isoformat())
    assert "P09" not in desk.usable(tid, after)
    assert refusal(desk, tid, COURT, day=after) == refusal(desk, tid, COURT, made="2001-05-01", day=after) == "again"
    by_document(desk, tid, COURT, made="2026-12-01", day=after)
    assert "P09" in desk.usable(tid, after)


@pytest.mark.parametrize("reason", ["assent_missing", "guardian_missing", "capacity", None])
def test_the_no_of_a_child_a_guardian_or_a_witness_is_newer_than_a_document(
    at: dict[str, Desk], tid: str, reason: str | None
) -> None:
    desk = at["lawyer-1"]
    no = late_grants._event(Act.REFUSE, COUNT, desk.stands(tid).seen, TODAY, None, reason)
    forge(desk, tid, {"kind": "consent", "events": [no.to_value()]})
    assert refusal(desk, tid, COUNT) == "newer"


def test_a_changed_program_takes_no_older_document_against_a_no(at: dict[str, Desk], tid: str) -> None:
    """It names the no among what it saw, so that the order of events alone would let the yes win."""
    desk = at["lawyer-1"]
    no = late_grants._event(Act.REFUSE, COUNT, desk.stands(tid).seen, TODAY, None)
    forge(desk, tid, {"kind": "consent", "events": [no.to_value()]})
    named = rules.Named(annex="a" * 64, made=date(2025, 11, 3), age="adult")
    yes = late_grants._event(Act.GRANT, COUNT, desk.stands(tid).seen, TODAY, None)
    forge(desk, tid, {"kind": "consent", "events": [yes.to_value()], rules.FIELD: named.to_value()})
    assert desk.usable(tid) == {"P01", "P04"}
    newer = {**named.to_value(), "made": "2026-01-21"}
    next_day = TODAY + timedelta(days=1)
    yes = late_grants._event(Act.GRANT, COUNT, desk.stands(tid).seen, next_day, None)
    forge(desk, tid, {"kind": "consent", "events": [yes.to_value()], rules.FIELD: newer})
    assert "P06" in desk.usable(tid, next_day)


def test_it_is_destroyed_with_its_testimony(at: dict[str, Desk], tid: str) -> None:
    by_document(at["lawyer-1"], tid, COUNT)
    meet(at)
    annex = document_of(at["lawyer-2"], tid)
    for name in ("lawyer-1", "coordinator-1"):
        consent_acts.withdraw_all(at[name].station, at[name].reader, tid, day=TODAY)
    meet(at)
    for name in ("lawyer-1", "lawyer-2"):
        shredding.finish(at[name].station)
        at[name].annexes = AnnexIndex()
        with pytest.raises(ConsentDocumentRefused):
            opened(at[name], annex)


@pytest.mark.parametrize(
    ("keys", "more", "reason"),
    [
        ((), {}, "use"),
        ((RECORD,), {}, "use"),
        ((HANDOVER,), {}, "use"),
        ((COUNT,), {"data": b""}, "none"),
        ((COUNT,), {"data": b"%PDF-1.7 cut o"}, "kind"),
        ((COUNT,), {"data": b"<script>"}, "kind"),
        ((COUNT,), {"data": bytes(LARGEST + 1)}, "large"),
        ((COUNT,), {"made": "2026-01-21"}, "day"),
        ((COUNT,), {"made": "2026-02-30"}, "day"),
        ((COUNT,), {"made": ""}, "day"),
        ((COUNT,), {"age": ""}, "not_recorded"),
        ((COUNT,), {"age": "under12"}, "under_12"),
        ((COUNT,), {"age": "minor"}, "guardian_missing"),
        ((LAWYERS,), {}, "granted"),
        ((Key(Purpose.UN_LETTER, "un-mandate"),), {}, "needed"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(
    at: dict[str, Desk], tid: str, keys: tuple[Key, ...], more: dict[str, object], reason: str
) -> None:
    desk = at["lawyer-1"]
    before = len(desk.annexes.everything())
    assert refusal(desk, tid, *keys, **more) == reason
    assert (desk.usable(tid), len(desk.annexes.everything())) == ({"P01", "P04"}, before)


def test_a_testimony_of_a_phone_is_opened_by_its_witness_alone(at: dict[str, Desk], organisation: Organisation) -> None:
    desk = at["lawyer-1"]
    tid = testimony_at(desk.central, organisation, "P01", "P04")
    desk.exchange()
    assert refusal(desk, tid, COUNT) == "imported"
    named = rules.Named(annex="a" * 64, made=date(2025, 11, 3), age="adult")
    yes = late_grants._event(Act.GRANT, COUNT, desk.stands(tid).seen, TODAY, None)
    forge(desk, tid, {"kind": "consent", "events": [yes.to_value()], rules.FIELD: named.to_value()})
    assert desk.usable(tid) == {"P01", "P04"}, "nor by a changed program"


def test_a_changed_program_opens_no_use_that_no_document_may_open(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    named = rules.Named(annex="a" * 64, made=date(2025, 11, 3), age="minor", there=frozenset({"guardian", "assent"}))
    for number, (key, change) in enumerate(
        [(HANDOVER, {}), (QUOTES, {}), (COUNT, {"made": "2026-01-21"}), (COUNT, {"annex": "x"}), (COUNT, {"age": 7})]
    ):
        yes = late_grants._event(Act.GRANT, key, desk.stands(tid).seen, TODAY, None)
        said = {**named.to_value(), **change}
        forge(desk, tid, {"kind": "consent", "events": [yes.to_value()], rules.FIELD: said})
        assert desk.usable(tid) == {"P01", "P04"}, number
    assert desk.stands(tid).documents == {}


def test_only_lawyers_attach_one(at: dict[str, Desk], tid: str) -> None:
    assert refusal(at["coordinator-1"], tid, COUNT) == "role"
    assert at["coordinator-1"].reader.role is Role.COORDINATOR


def test_a_no_that_may_be_on_its_way_comes_first(at: dict[str, Desk], tid: str) -> None:
    desk = at["lawyer-1"]
    with desk.station.database.reading() as session:
        known = last_sync.last(session)
    assert known is not None
    assert refusal(desk, tid, COUNT, day=known + timedelta(days=8)) == "unseen"
    by_document(desk, tid, COUNT, day=known + timedelta(days=7))


def test_when_keeping_has_ended_no_document_opens_anything(at: dict[str, Desk], tid: str) -> None:
    desk, ended = at["lawyer-1"], date(2028, 1, 21)
    with desk.station.database.transaction() as session:
        last_sync.note(session, ended.isoformat())
    assert refusal(desk, tid, COUNT, day=ended) == "needed"
    assert desk.usable(tid, ended) == frozenset()


def test_uses_are_offered_that_a_document_may_open_and_that_name_their_reader(at: dict[str, Desk], tid: str) -> None:
    def offer(key: Key, name: str | None = None) -> Offer:
        return Offer(purpose=key.purpose, recipient=key.recipient, name=name, life_months=None)

    given = [offer(RECORD), offer(LAWYERS), offer(COUNT), offer(MECHANISM), offer(COURT), offer(HANDOVER, "Network")]
    desk = at["lawyer-1"]
    assert [one.key for one in documents.offered(given, desk.stands(tid))] == [COUNT, MECHANISM]
    named = replace(offer(COURT), name="The river case")
    assert documents.offered([named], desk.stands(tid)) == [named]
    wish = Wish(uses=[offer(COURT)], made=MADE, age="adult", data=LETTER)
    with pytest.raises(ConsentDocumentRefused) as refused:
        documents.require_usable(desk.reader, desk.stands(tid), wish, TODAY)
    assert refused.value.reason == "use"
