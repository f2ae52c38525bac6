"""What a coordinator's desk makes a release from: consent that stands, a clearing, codes as lawyers left them, persons
and incidents that are never more than there can be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony.anonymity.pool import Pool
from testimony.domain.coding import coded_account
from testimony.domain.consent.events import Act
from testimony.domain.release.columns import ATTRIBUTES, MISSING
from testimony.domain.review.review import ReviewState
from testimony.sealing.statements import statements
from testimony.services.coding import eligibility
from testimony.services.coding.eligibility import Opener
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import consents
from testimony.services.consent import contests as consent_contests
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening import compartments
from testimony.services.opening.news import SUSPENDED, WITHDRAWN
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.release import candidates
from testimony.services.release.candidates import CLOSED, NO_CONSENT, NOT_CLEARED, UNREADABLE, Candidates
from tests.support.services.batches import told
from tests.support.services.desks import COUNT, TODAY
from tests.support.services.release.clearances import Room, room

ALL = ("P01", "P04", "P06", "P07")


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Room]:
    with room(homes, organisation) as found:
        yield found


def values(found: Candidates, tid: str) -> dict[str, str]:
    (record,) = [one.record for one in found.usable if one.tid == tid]
    return dict(zip(ATTRIBUTES, record.values, strict=True))


def persons(found: Candidates) -> dict[str, str]:
    return {one.tid: one.record.person for one in found.usable}


def incidents(found: Candidates) -> dict[str, str]:
    return {one.tid: one.record.incident for one in found.usable}


def number_of(pseudonyms: dict[str, str]) -> int:
    return len(set(pseudonyms.values()))


def take_back(desk: Room, tid: str, signer: Any) -> Any:
    record = statements.withdrawal(tid=tid, scope="all", day="2026-01-20", signer=signer)
    take_in(desk.station, [Incoming("record", record.encode())])
    return record


def test_an_account_becomes_a_record_at_the_floors(desk: Room) -> None:
    tid = desk.one(v_acts=["dog", "undress"], d_dead=2, g_size=7, w_prev="p2to4", a_resp=["refused"])
    found = desk.candidates()
    assert values(found, tid) == {
        "date": "2025-07",
        "place": "HRV-BIH:north",
        "age": "a18to24",
        "gender": "m",
        "nat": "SYR",
        "size": "s6to10",
        "prev": "p2to4",
    }
    (one,) = found.usable
    assert {"dogs", "undress", "deaths", "asylum_refused"} <= one.record.marks
    assert not {"force_body", "people_missing", "none", "other"} & one.record.marks
    assert one.record.stigma == {"undress"}
    assert one.record.recipients == {"P06", "P07"}
    assert one.record.waited == 0


def test_what_leaves_is_what_the_engine_takes_in(desk: Room) -> None:
    desk.bring([told(number, ALL) for number in range(3)])
    records = [one.record for one in desk.candidates().usable]
    pool = Pool.from_records(records, candidates.schema())
    assert len(pool) == 3
    assert all(MISSING not in column.labels[0] for column in pool.columns[:6])


def test_consent_to_one_use_is_not_consent_to_another(desk: Room) -> None:
    numbers = desk.one(0, "P01", "P04", "P06")
    mechanism = desk.one(1, "P01", "P04", "P07")
    neither = desk.one(2, "P01", "P04")
    recipients = {one.tid: one.record.recipients for one in desk.candidates().usable}
    assert recipients == {numbers: {"P06"}, mechanism: {"P07"}}
    asked = desk.candidates(recipients=["P07"])
    assert {one.tid: one.record.recipients for one in asked.usable} == {mechanism: {"P07"}}
    assert neither not in recipients
    assert asked.left_out == {NO_CONSENT: 1, CLOSED: 1}, "to what was never let in by any counting use it is closed"


def test_a_recipient_for_whom_nobody_was_asked_is_none(desk: Room) -> None:
    assert {"P06", "P07"} <= set(candidates.recipients_of(desk.station.chain))
    desk.one()
    assert desk.candidates(recipients=["P10-somebody"]).usable == ()


def test_what_no_roster_asked_for_is_for_nobody_even_where_a_consent_and_an_order_name_them(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.one(0, "P01", "P04", "P06")
    assert len(desk.candidates(recipients=["P06"]).usable) == 1
    monkeypatch.setattr(candidates, "offers", lambda _: ())
    found = desk.candidates(recipients=["P06"])
    assert (found.usable, found.left_out) == ((), {NO_CONSENT: 1})


def test_consent_that_ran_out_lets_nothing_leave(desk: Room) -> None:
    desk.one(0, "P01", "P04", "P07")
    assert len(desk.candidates().usable) == 1
    later = desk.candidates(at=date(2028, 2, 1))
    assert (later.usable, later.left_out) == ((), {NO_CONSENT: 1})
    assert len(desk.candidates().usable) == 1, "and the day before it did"


def test_a_use_that_is_taken_back_or_held_ends_at_once(desk: Room) -> None:
    tid = desk.one()
    for act in (Act.HOLD, Act.WITHDRAW):
        with desk.station.database.reading() as session:
            hand = desk.coordinator
            hand.annexes.refresh(desk.station, session, hand.reader)
            record = next(one for one in record_queries.records_about(session, tid) if one.kind == "manifest")
            held = compartments.open_consent(ReadingSession.at(desk.station, session, hand.reader), record)
            stands = consents.consents_of(desk.station.chain, session, record, held, annexes=hand.annexes, at=TODAY)
        consent_acts.say(desk.station, hand.reader, stands, act, COUNT, day=TODAY)
        (one,) = desk.candidates().usable
        assert one.record.recipients == {"P07"}


def test_only_what_two_lawyers_cleared_is_used_and_a_doubt_takes_it_out_again(desk: Room) -> None:
    tid = desk.one(cleared=False)
    assert desk.left_out() == {NOT_CLEARED: 1}
    desk.move("lawyer-1", tid, ReviewState.IN_REVIEW)
    desk.move("lawyer-1", tid, ReviewState.CLEARED)
    assert desk.left_out() == {NOT_CLEARED: 1}, "one of them proposes"
    desk.move("lawyer-2", tid, ReviewState.CLEARED)
    assert desk.usable() == {tid}
    desk.move("lawyer-2", tid, ReviewState.NOT_FOR_RELEASE)
    assert desk.left_out() == {NOT_CLEARED: 1}


def test_what_was_withdrawn_or_set_aside_is_left_out_and_comes_back_when_it_was_false(desk: Room) -> None:
    kept, taken = desk.one(0), desk.one(1)
    withdrawal = take_back(desk, taken, desk.organisation.signers["interviewer-1"])
    found = desk.candidates()
    assert ({one.tid for one in found.usable}, found.left_out) == ({kept}, {SUSPENDED: 1})
    for person in ("lawyer-1", "coordinator-1"):
        consent_contests.contest(
            desk.station, desk.hands[person].reader, taken, withdrawal.id, reason="wrong_person", day=TODAY
        )
    assert desk.usable() == {kept, taken}
    for person in ("lawyer-1", "coordinator-1"):
        take_back(desk, taken, desk.hands[person].reader.signer)
    assert desk.candidates().left_out == {WITHDRAWN: 1}


def test_a_correction_changes_the_record(desk: Room) -> None:
    tid = desk.one()
    assert values(desk.candidates(), tid)["nat"] == "SYR"
    desk.correct("lawyer-1", tid, "w_nat", {"value": "AFG"})
    assert values(desk.candidates(), tid)["nat"] == "AFG"
    desk.correct("lawyer-1", tid, "v_acts", {"value": ["dog"]})
    (one,) = desk.candidates().usable
    assert one.record.marks & {"dogs", "psych", "force_body"} == {"dogs"}


def test_a_code_about_which_two_lawyers_differ_is_missing(desk: Room) -> None:
    tid = desk.one()
    for nationality in ("AFG", "IRQ"):
        desk.recode(tid, w_nat={"value": nationality})
    assert values(desk.candidates(), tid)["nat"] == MISSING
    assert dict(desk.accounts()[tid].said)["w_nat"] == "contested"


def test_the_border_of_the_two_states_stands_in_for_a_segment_that_is_not_known(desk: Room) -> None:
    tid = desk.one(i_segment="unk", i_from="HRV", i_to="BIH")
    assert values(desk.candidates(), tid)["place"] == "HRV-BIH:all"


def test_why_an_answer_is_missing_makes_no_difference_to_a_record(desk: Room) -> None:
    tids = [desk.one(number, w_gender=why) for number, why in enumerate(("unk", "ref", "nask"))]
    found = desk.candidates()
    assert {values(found, tid)["gender"] for tid in tids} == {MISSING}


def test_words_that_a_dishonest_phone_sealed_as_codes_are_missing(desk: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "Ahmad, who limps"
    answers = {field: {"value": words} for field in (*ATTRIBUTES.values(), "i_from", "i_to", "d_dead")}
    answers |= {"v_acts": {"value": [words, "dogs"]}, "v_injury": words, "i_date_prec": {"value": 7}}
    monkeypatch.setattr(coded_account, "generalise", lambda *_: answers)
    desk.one()
    (one,) = desk.candidates().usable
    assert set(one.record.values) == {MISSING}
    assert one.record.marks == {"dogs"}
    assert words not in repr(one)
    assert words not in repr(desk.accounts())


@pytest.mark.parametrize("date_", ["2025-07-10", "2025-W28", "20250710", "2025-13"])
def test_a_date_finer_than_its_floor_is_missing(desk: Room, monkeypatch: pytest.MonkeyPatch, date_: str) -> None:
    monkeypatch.setattr(
        coded_account, "generalise", lambda *_: {"i_date": {"value": date_}, "i_date_prec": {"value": "day"}}
    )
    tid = desk.one()
    assert values(desk.candidates(), tid)["date"] == MISSING


def test_what_is_no_account_at_all_is_counted_and_stops_nothing(desk: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.one(0)
    monkeypatch.setattr(coded_account, "generalise", lambda *_: json.loads("[]"))
    desk.one(1)
    found = desk.candidates()
    assert (len(found.usable), found.left_out) == (1, {UNREADABLE: 1})


def test_one_person_six_times_is_one_person(desk: Room) -> None:
    like = {"w_age": "a18to24", "w_gender": "m", "w_nat": "SYR"}
    linked = [desk.one(number, **like) for number in range(6)]
    assert number_of(persons(desk.candidates())) == 1, "where nobody said whose they are, equal ones are one"
    desk.same_person(*linked)
    assert number_of(persons(desk.candidates())) == 1


def test_a_lawyer_tells_two_apart_who_are_alike(desk: Room) -> None:
    like = {"w_age": "a18to24", "w_gender": "m", "w_nat": "SYR"}
    one, two = desk.one(0, **like), desk.one(1, **like)
    for tid in (one, two):
        desk.same_person(tid)
    assert number_of(persons(desk.candidates())) == 2


def test_an_account_of_which_nobody_said_anything_may_be_of_either_of_two_who_are_like_it(desk: Room) -> None:
    like = {"w_age": "a18to24", "w_gender": "m", "w_nat": "SYR"}
    one, two, three = (desk.one(number, **like) for number in range(3))
    for tid in (one, two):
        desk.same_person(tid)
    found = desk.candidates()
    assert number_of(persons(found)) == 1
    (silent,) = [each.manifest for each in found.usable if each.tid == three]
    assert found.without(["0" * 64]) is found, "who is not among them tells nobody apart anew"
    rest = found.without([silent])
    assert number_of(persons(rest)) == 2, "what is not in the pool joins nobody in it"
    desk.same_person(three)
    assert number_of(persons(desk.candidates())) == 3


def test_six_testimonies_of_one_incident_are_one_incident(desk: Room) -> None:
    van = {"i_segment": "GRC-TUR:evros", "i_date": "2025-07-10"}
    tids = [desk.one(number, **van) for number in range(6)]
    assert number_of(incidents(desk.candidates())) == 1, "of one month and segment, where nobody said"
    for tid in tids[:3]:
        desk.incident(tid)
    assert number_of(incidents(desk.candidates())) == 1, "three are told apart, and three may be any of them"
    for tid in tids[3:]:
        desk.incident(tid)
    assert number_of(incidents(desk.candidates())) == 6


def test_what_tells_of_two_incidents_makes_them_one(desk: Room) -> None:
    places = ("GRC-TUR:evros", "HRV-BIH:north", "POL-BLR:all")
    one, two, both = (desk.one(number, i_segment=place) for number, place in enumerate(places))
    first, second = desk.incident(one), desk.incident(two)
    desk.incident(both, named=first)
    assert number_of(incidents(desk.candidates())) == 2
    desk.incident(both, named=second)
    assert number_of(incidents(desk.candidates())) == 1


def test_accounts_that_say_not_when_or_where_count_for_no_incident(desk: Room) -> None:
    desk.one(0, i_segment="GRC-TUR:evros", i_date="2025-07-10")
    vague: list[dict[str, Any]] = [
        {"i_date": "unk"},
        {"i_date_prec": "year"},
        {"i_segment": "GRC-TUR:all", "i_date": "2025-07-02"},
    ]
    tids = [desk.one(number, **said) for number, said in enumerate(vague, 1)]
    found = desk.candidates()
    assert incidents(found)[tids[0]] == incidents(found)[tids[1]] == incidents(found)[tids[2]] == ""
    assert number_of(incidents(found)) == 2, "the one that is known, and those that may be any"
    desk.one(9, i_segment="POL-BLR:all", i_date="2025-07-02")
    assert number_of(incidents(desk.candidates())) == 3, "of which border, is known, and nobody names a part of it"


def test_pseudonyms_say_nothing_of_the_account(desk: Room) -> None:
    desk.one()
    (one,) = desk.candidates().usable
    for word in ("SYR", "a18to24", "HRV", "2025"):
        assert word not in one.record.person + one.record.incident


def test_each_testimony_is_opened_once_for_an_unlocked_key_and_again_where_something_came(
    desk: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = Opener.open

    def counting(self: Opener, records: Any) -> Any:
        opened.extend(records)
        return real(self, records)

    monkeypatch.setattr(eligibility.Opener, "open", counting)
    first, _ = desk.bring([told(number, ALL) for number in range(2)])
    desk.candidates()
    desk.candidates()
    assert len(opened) == 2
    desk.correct("lawyer-1", first, "w_nat", {"value": "AFG"})
    desk.candidates()
    desk.candidates()
    assert len(opened) == 3
    desk.one(2)
    assert len(desk.candidates().usable) == 3
    assert len(opened) == 4


def test_candidates_do_not_depend_on_the_order_of_arrival(desk: Room) -> None:
    desk.bring([told(number, ALL) for number in range(4)])
    found = desk.candidates()
    assert [one.manifest for one in found.usable] == sorted(one.manifest for one in found.usable)
