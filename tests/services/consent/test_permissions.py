"""What a reader opens follows the witness's consent of the day, at every door of a desk, and opens after a new yes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from testimony.domain.consent.events import Act
from testimony.domain.time import Clock
from testimony.domain.withdrawal import endings as rules
from testimony.services.coding import coding, counts, opened_accounts
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import keeps, usable
from testimony.services.enrolment.organisation import Organisation
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import WordIndex
from testimony.services.incidents import side_by_side
from testimony.services.incidents.candidates import AlikeIndex
from testimony.services.link import last_sync
from testimony.services.opening.errors import ENDED, NOT_AGREED
from testimony.services.release import candidates
from testimony.services.withdrawal import clock_readings, endings
from tests.support.services import clocks
from tests.support.services.batches import bring, told
from tests.support.services.consent.acts import late
from tests.support.services.desks import LAWYERS, RECORD, TODAY, Desk, desks, testimony_at
from tests.support.services.reviews import meet

LAST = date(2028, 1, 20)
"""The last day of a consent for 24 months that was given on the day of the invented testimonies."""
AFTER = date(2028, 1, 21)
READ = ("narrative", "identity", "incident", "coded", "provenance")


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def fetched(at: dict[str, Desk], organisation: Organisation, *purposes: str) -> str:
    tid = testimony_at(at["lawyer-1"].central, organisation, *purposes)
    meet(at)
    return tid


def closed(desk: Desk, tid: str, day: date) -> dict[str, str | None]:
    return {one.part: one.closed for one in desk.open(tid, day).compartments}


def searched(desk: Desk, index: WordIndex, day: date) -> list[str]:
    """The testimonies that say this word."""
    index.read_on(desk.station, desk.reader, desk.annexes, day=day, seconds=600)
    return [hit.tid for hit in index.search("الغابة")]


def seen_on(desk: Desk, day: date) -> None:
    """As if the desk had synchronised on that day."""
    with desk.station.database.transaction() as session:
        last_sync.note(session, day.isoformat())


def test_what_was_agreed_to_for_a_time_is_closed_on_the_day_after(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P04")
    assert set(closed(lawyer, tid, LAST).values()) == {None}
    assert closed(lawyer, tid, AFTER) == dict.fromkeys(READ, ENDED) | {"consent": None}
    assert lawyer.open(tid, AFTER).consent.lines is not None, "when it ended is still told"


@pytest.mark.parametrize(("said", "closed_kinds"), [((), {"voice", "picture"}), (("P02",), {"picture"})])
def test_recordings_and_pictures_open_with_their_own_yes_to_lawyers_alone(
    at: dict[str, Desk], organisation: Organisation, said: tuple[str, ...], closed_kinds: set[str]
) -> None:
    account = told(0, ("P01", "P04", "P06")) | {"also": [*said]}
    (sealed,) = bring(organisation, at["lawyer-1"].central, [account])
    meet(at)
    tid = str(sealed.record.value["tid"])
    kinds = {"voice", "picture"}
    assert kinds & set(at["lawyer-1"].open(tid).permission.closed) == closed_kinds
    assert kinds & set(at["coordinator-1"].open(tid).permission.closed) == kinds


def test_a_coordinator_loses_the_coded_record_when_its_last_use_ends(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    coordinator = at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P07")
    assert closed(coordinator, tid, LAST)["coded"] is None
    assert closed(coordinator, tid, AFTER)["coded"] == ENDED


def test_a_use_without_an_end_keeps_what_it_gives_while_the_keeping_stands(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06")
    stands = lawyer.stands(tid)
    consent_acts.say(lawyer.station, lawyer.reader, stands, Act.WITHDRAW, LAWYERS, day=TODAY)
    found = closed(lawyer, tid, TODAY)
    assert {part for part, code in found.items() if code is None} <= {"coded", "consent", "incident"}
    assert found["narrative"] is not None
    assert closed(lawyer, tid, AFTER)["coded"] is not None, "P06 has no end, and needs P01, which has one"


def test_what_the_witness_takes_back_is_closed_before_the_heads_are_gone(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A withdrawal that came as an annex, before the desk withdrew the heads."""
    lawyer, second = at["lawyer-1"], at["lawyer-2"]
    tid = fetched(at, organisation, "P01", "P04")
    words = WordIndex()
    assert searched(lawyer, words, TODAY) == [tid]
    monkeypatch.setattr(consent_acts.scope_reduction, "heads_to_take", lambda *_: [])
    consent_acts.say(second.station, second.reader, second.stands(tid), Act.WITHDRAW, LAWYERS, day=TODAY)
    monkeypatch.setattr("tests.support.services.desks.enforcement.obey", lambda *_, **__: 0)
    second.exchange()
    lawyer.exchange()
    assert closed(lawyer, tid, TODAY) == dict.fromkeys(READ, NOT_AGREED) | {"consent": None}
    assert searched(lawyer, words, TODAY) == []


def test_no_search_list_or_comparison_holds_what_ended(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P04")
    words, alike = WordIndex(), AlikeIndex()
    inbox = InboxIndex(words)
    for day, said in ((TODAY, [tid]), (AFTER, []), (TODAY, [tid])):
        inbox.read_on(lawyer.station, lawyer.reader, lawyer.annexes, day=day, seconds=600)
        (row,) = inbox.rows()
        assert ("narrative" in row.opens) is bool(said)
        assert bool(row.place) is bool(said)
        assert searched(lawyer, words, day) == said
        place = (lawyer.station, lawyer.reader, lawyer.annexes)
        alike.read_on(*place, words, day=day, seconds=600)
        facts = alike.facts(*place, [tid], day=day, seconds=600)[tid]
        assert facts is not None
        assert bool(facts.segment) is bool(said)


def test_what_ended_is_neither_compared_nor_coded(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P04")
    for day, opens in ((LAST, True), (AFTER, False)):
        with lawyer.station.database.transaction() as session:
            (told,) = side_by_side.opened(lawyer.station, session, lawyer.reader, lawyer.annexes, [tid], at=day)
            found = coding.read_coding(lawyer.station, session, lawyer.reader, lawyer.annexes, tid, at=day)
        assert bool(told.statements) is bool(told.answers) is opens
        assert told.closed == (None if opens else ENDED)
        assert bool(found.statements) is bool(found.answers) is (found.coded is not None) is opens


def test_a_new_yes_opens_it_again(at: dict[str, Desk], organisation: Organisation) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P04")
    seen_on(lawyer, AFTER)
    for key in (RECORD, LAWYERS):
        assert late(lawyer, tid, key, day=AFTER, at=AFTER) is None
    assert set(closed(lawyer, tid, AFTER).values()) == {None}


def uses(desk: Desk) -> set[str]:
    """The purposes for which something may be used, as the overview of uses says."""
    with desk.station.database.reading() as session:
        found = usable.usable(desk.station, session, desk.reader, desk.annexes, at=TODAY, label=counts.label)
    return {str(one.key.purpose) for one in found.uses if one.usable}


def test_where_another_clock_alone_says_that_it_is_to_be_destroyed_no_door_opens_it(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The own clock is behind, or the other one ahead: what was destroyed for a wrong date would not come back."""
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06")
    lawyer.annexes.remembers = coordinator.annexes.remembers = True
    assert keeps.say(lawyer.station, lawyer.reader, lawyer.annexes, day=TODAY) == 1
    meet(at)
    words, alike = WordIndex(), AlikeIndex()
    inbox, place = InboxIndex(words), (lawyer.station, lawyer.reader, lawyer.annexes)
    with lawyer.station.database.reading() as session:
        due = rules.destroyed_from(str(endings.until(session, tid)))
    for day, opens in ((due - timedelta(days=1), True), (due, False)) * 2:
        clocks.show(monkeypatch, TODAY.isoformat(), {Clock.CENTRAL: day.isoformat()})
        assert closed(lawyer, tid, TODAY)["narrative"] == (None if opens else ENDED)
        assert bool(uses(lawyer)) is opens
        for rows in (inbox, InboxIndex(WordIndex())):  # the second as after unlocking: it asks what the desk remembers
            rows.read_on(*place, day=TODAY, seconds=600)
            (row,) = rows.rows()
            assert ("narrative" in row.opens) is opens
        assert searched(lawyer, words, TODAY) == ([tid] if opens else [])
        facts = alike.facts(*place, [tid], day=TODAY, seconds=600)[tid]
        assert facts is not None
        assert bool(facts.segment) is opens
        with coordinator.station.database.reading() as session:
            place_of_counts = (coordinator.station, session, coordinator.reader, coordinator.annexes)
            (account,) = opened_accounts.open_accounts(*place_of_counts, candidates.vocabulary(), at=TODAY)
        assert (account.line is not None) is opens


def test_a_phone_s_date_closes_nothing_at_a_desk_and_is_one_of_the_two_clocks_that_destroy(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    lawyer = at["lawyer-1"]
    tid = fetched(at, organisation, "P01", "P04", "P06")
    assert keeps.say(lawyer.station, lawyer.reader, lawyer.annexes, day=TODAY) == 1
    with lawyer.station.database.reading() as session:
        heard = clock_readings.others(session, lawyer.station.chain, "desk")
        due = rules.destroyed_from(str(endings.until(session, tid)))
    assert set(heard) == {Clock.PHONES}, "what readers signed may be of this desk's own clock"
    for own, phones, opens in ((TODAY, due, True), (TODAY, date(2106, 2, 7), True), (due, TODAY, False)):
        clocks.show(monkeypatch, own.isoformat(), {Clock.PHONES: phones.isoformat()})
        assert closed(lawyer, tid, own)["narrative"] == (None if opens else ENDED)
        assert endings.sweep(lawyer.station) == 0
    clocks.show(monkeypatch, due.isoformat(), {Clock.PHONES: due.isoformat()})
    assert endings.sweep(lawyer.station) == 1
    assert lawyer.station.shred_keys.find(tid) is None
