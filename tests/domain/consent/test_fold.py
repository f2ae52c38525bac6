"""The fold of consent events: what stands, in whatever order it came; nothing usable that overlooked a restriction."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.fold import Act, ConsentEvent, ConsentState, Key, Purpose, Standing
from testimony.domain.errors import ConsentMissing, EventUnreadable

DAY = date(2026, 11, 24)
RECORD = Key(Purpose.RECORD, "organisation")
COUNT = Key(Purpose.COUNT, "public")


def event(
    name: str,
    act: Act,
    after: Iterable[str] = (),
    *,
    key: Key = RECORD,
    day: date = DAY,
    life_months: int | None = 24,
    **more: Any,
) -> ConsentEvent:
    return ConsentEvent(
        id=name,
        act=act,
        purpose=key.purpose,
        recipient=key.recipient,
        day=day,
        after=frozenset(after),
        life_months=life_months,
        **more,
    )


EVERYTHING = ConsentEvent(id="w", act=Act.WITHDRAW, purpose=None, recipient=None, day=DAY)


def state(*events: ConsentEvent, at: date = DAY, key: Key = RECORD) -> Standing:
    return consent_fold.states(events, at)[key]


def test_what_was_asked_and_not_answered_is_undecided() -> None:
    assert state(event("a", Act.ASK)) == Standing(ConsentState.UNDECIDED)


def test_a_grant_stands_until_the_last_day_of_its_life() -> None:
    grant = event("g", Act.GRANT, day=date(2026, 1, 31), life_months=1)
    assert state(grant, at=date(2026, 2, 28)) == Standing(ConsentState.GRANTED)
    assert state(grant, at=date(2026, 3, 1)) == Standing(ConsentState.EXPIRED)
    assert state(event("g", Act.GRANT, life_months=None), at=date(2126, 1, 1)) == Standing(ConsentState.GRANTED)


def test_one_grant_with_life_left_is_enough() -> None:
    short, long = event("g", Act.GRANT, life_months=1), event("h", Act.GRANT, life_months=24)
    assert state(short, long, at=date(2027, 6, 1)) == Standing(ConsentState.GRANTED)


def test_a_withdrawal_ends_a_grant_that_had_not_seen_it() -> None:
    assert state(event("g", Act.GRANT), event("w", Act.WITHDRAW, ["g"])) == Standing(ConsentState.WITHDRAWN)


def test_a_grant_and_a_withdrawal_made_offline_on_two_phones_are_a_withdrawal() -> None:
    assert state(event("g", Act.GRANT, ["a"]), event("w", Act.WITHDRAW, ["a"]), event("a", Act.ASK)) == Standing(
        ConsentState.WITHDRAWN
    )


def test_a_new_grant_that_has_seen_the_withdrawal_stands() -> None:
    history = [event("g", Act.GRANT), event("w", Act.WITHDRAW, ["g"]), event("n", Act.GRANT, ["w"])]
    assert state(*history) == Standing(ConsentState.GRANTED)


def test_what_was_seen_through_others_was_seen() -> None:
    seen = [event("r", Act.REFUSE), event("a", Act.ASK, ["r"]), event("g", Act.GRANT, ["a"])]
    assert state(*seen) == Standing(ConsentState.GRANTED)
    assert state(seen[0], seen[2]) == Standing(ConsentState.REFUSED)  # the link between them has not arrived: refused


def test_invalid_is_stronger_than_withdrawn_and_withdrawn_than_refused() -> None:
    refused, withdrawn, invalid = event("r", Act.REFUSE), event("w", Act.WITHDRAW), event("i", Act.INVALIDATE)
    assert state(refused, withdrawn, invalid).state is ConsentState.INVALID
    assert state(refused, withdrawn).state is ConsentState.WITHDRAWN
    assert state(refused).state is ConsentState.REFUSED


def test_erased_is_for_ever() -> None:
    history = [event("e", Act.ERASE), event("g", Act.GRANT, ["e"])]
    assert state(*history) == Standing(ConsentState.ERASED)


def test_a_hold_lasts_until_a_release_that_saw_it() -> None:
    grant, hold = event("g", Act.GRANT), event("h", Act.HOLD)
    assert state(grant, hold) == Standing(ConsentState.GRANTED, on_hold=True)
    assert state(grant, hold, event("l", Act.RELEASE)) == Standing(ConsentState.GRANTED, on_hold=True)
    assert state(grant, hold, event("l", Act.RELEASE, ["h"])) == Standing(ConsentState.GRANTED)
    assert consent_fold.usable([grant, hold], DAY) == frozenset()


def test_consent_to_one_purpose_is_not_consent_to_another() -> None:
    events = [event("g", Act.GRANT), event("m", Act.GRANT, key=Key(Purpose.MECHANISM, "mechanism"))]
    assert {key.purpose for key in consent_fold.usable(events, DAY)} == {Purpose.RECORD, Purpose.MECHANISM}
    with pytest.raises(ConsentMissing):
        consent_fold.require([one.to_value() for one in events], Purpose.QUOTES, DAY)
    with pytest.raises(ConsentMissing):
        consent_fold.require([one.to_value() for one in events], Purpose.COUNT, DAY)


def test_consent_for_one_recipient_is_not_consent_for_another() -> None:
    values = [event("g", Act.GRANT).to_value(), event("m", Act.GRANT, key=Key(Purpose.MECHANISM, "one")).to_value()]
    consent_fold.require(values, Purpose.MECHANISM, DAY, recipient="one")
    with pytest.raises(ConsentMissing):
        consent_fold.require(values, Purpose.MECHANISM, DAY, recipient="two")


def test_nothing_is_usable_without_what_it_needs() -> None:
    count = event("c", Act.GRANT, key=COUNT)
    quotes = event("q", Act.GRANT, key=Key(Purpose.QUOTES, "public"))
    assert consent_fold.usable([count, quotes], DAY) == frozenset()
    assert consent_fold.usable([event("g", Act.GRANT), count, quotes], DAY) == {RECORD, COUNT}


def test_when_the_purpose_below_is_withdrawn_the_others_fall_with_it() -> None:
    events = [event("g", Act.GRANT), event("c", Act.GRANT, key=COUNT), event("w", Act.WITHDRAW, ["g", "c"])]
    assert consent_fold.usable(events, DAY) == frozenset()


def test_withdrawing_everything_concerns_every_key() -> None:
    told = consent_fold.states([event("g", Act.GRANT), event("c", Act.GRANT, key=COUNT), EVERYTHING], DAY)
    assert {standing.state for standing in told.values()} == {ConsentState.WITHDRAWN}


def test_every_purpose_but_the_first_needs_it() -> None:
    assert consent_fold.effective(set(Purpose) - {Purpose.RECORD}) == frozenset()
    assert consent_fold.effective(Purpose) == frozenset(Purpose)
    assert consent_fold.effective([Purpose.RECORD, Purpose.QUOTES, Purpose.COUNT]) == {Purpose.RECORD, Purpose.COUNT}


UNREADABLE: list[tuple[dict[str, Any], str]] = [
    ({"event": "BLESS"}, "event"),
    ({"event": ["GRANT"]}, "event"),
    ({"purpose": "P99"}, "purpose"),
    ({"purpose": []}, "purpose"),
    ({"purpose": None}, "purpose"),
    ({"recipient": None}, "purpose"),
    ({"recipient": ""}, "recipient"),
    ({"recipient": 7}, "recipient"),
    ({"recipient": "x" * 201}, "recipient"),
    ({"day": "24.11.2026"}, "day"),
    ({"day": "20261124"}, "day"),
    ({"day": "2026-W48-2"}, "day"),
    ({"day": "2026-02-30"}, "day"),
    ({"day": "9999-12-31"}, "day"),
    ({"day": None}, "day"),
    ({"life_months": 0}, "life_months"),
    ({"life_months": 1201}, "life_months"),
    ({"life_months": 1.5}, "life_months"),
    ({"life_months": True}, "life_months"),
    ({"life_months": "24"}, "life_months"),
    ({"id": 7}, "id"),
    ({"id": ""}, "id"),
    ({"id": "a b"}, "id"),
    ({"id": "x" * 65}, "id"),
    ({"id": "\ud800"}, "id"),
    ({"after": None}, "after"),
    ({"after": [None]}, "after"),
    ({"after": "0123"}, "after"),
    ({"after": ["a", "#"]}, "after"),
    ({"reason": "He said no"}, "structure"),
    ({"name_shown": "Name"}, "structure"),
    ({"name_shown": []}, "structure"),
]


@pytest.mark.parametrize(("change", "part"), UNREADABLE, ids=str)
def test_while_one_event_cannot_be_read_nothing_is_usable(change: dict[str, Any], part: str) -> None:
    good = event("g", Act.GRANT).to_value()
    bad = event("x", Act.GRANT, key=COUNT).to_value() | change
    with pytest.raises(EventUnreadable) as caught:
        ConsentEvent.parse(bad)
    assert caught.value.part == part
    assert part in EventUnreadable.PARTS
    assert consent_fold.standing_purposes([good], DAY) == {Purpose.RECORD}
    assert consent_fold.standing_purposes([good, bad], DAY) == frozenset()
    with pytest.raises(ConsentMissing):
        consent_fold.require([good, bad], Purpose.RECORD, DAY)


@pytest.mark.parametrize("missing", ["event", "id", "purpose", "recipient", "day", "after"])
def test_an_event_says_all_that_it_concerns(missing: str) -> None:
    value = event("w", Act.WITHDRAW).to_value()
    with pytest.raises(EventUnreadable) as caught:
        ConsentEvent.parse({name: held for name, held in value.items() if name != missing})
    assert caught.value.part == missing


@pytest.mark.parametrize("value", [None, [], "GRANT", 7])
def test_what_is_no_object_is_no_event(value: Any) -> None:
    with pytest.raises(EventUnreadable):
        ConsentEvent.parse(value)
    assert consent_fold.standing_purposes([value], DAY) == frozenset()


def test_two_different_events_with_one_id_make_everything_unusable() -> None:
    values = [event("g", Act.GRANT).to_value(), event("g", Act.GRANT, life_months=12).to_value()]
    assert consent_fold.standing_purposes(values, DAY) == frozenset()
    assert consent_fold.standing_purposes([values[0], values[0]], DAY) == {Purpose.RECORD}


def test_an_event_survives_its_json() -> None:
    refused = event("r", Act.REFUSE, ["a"], reason="officer_present")
    for one in (event("g", Act.GRANT), refused, event("n", Act.GRANT, name_shown="full"), EVERYTHING):
        assert ConsentEvent.parse(one.to_value()) == one


def test_events_that_name_each_other_in_a_circle_have_seen_each_other_and_nothing_hangs() -> None:
    grant, withdrawal = event("g", Act.GRANT, ["w"]), event("w", Act.WITHDRAW, ["g"])
    assert state(grant, withdrawal) == Standing(ConsentState.GRANTED)
    assert state(grant, withdrawal, event("x", Act.WITHDRAW)) == Standing(ConsentState.WITHDRAWN)
    assert state(event("g", Act.GRANT, ["g", "nobody"])) == Standing(ConsentState.GRANTED)


def test_a_history_longer_than_the_stack_is_folded() -> None:
    long = [event("0", Act.WITHDRAW), *(event(str(at), Act.ASK, [str(at - 1)]) for at in range(1, 5000))]
    assert state(*long, event("g", Act.GRANT, ["4999"])) == Standing(ConsentState.GRANTED)
    assert state(*long[1:], event("g", Act.GRANT, ["4998"]), event("x", Act.REFUSE)) == Standing(ConsentState.REFUSED)


def test_what_ends_soon_is_said_with_its_last_day() -> None:
    lawyers, voice = Key(Purpose.LAWYER, "lawyers"), Key(Purpose.VOICE, "organisation")
    events = [
        event("r", Act.GRANT, day=date(2026, 1, 5), life_months=24),
        event("l", Act.GRANT, key=lawyers, day=date(2026, 1, 5), life_months=12),
        event("v", Act.GRANT, key=voice, day=date(2026, 1, 5), life_months=None),
        event("c", Act.GRANT, key=COUNT, life_months=None),
    ]
    assert consent_fold.expiring(events, date(2026, 12, 1)) == {}
    ends = date(2027, 1, 5)
    assert consent_fold.expiring(events, date(2026, 12, 6)) == {
        voice: ends,
        lawyers: ends,
    }  # the voice needs the lawyers
    assert consent_fold.expiring(events, ends, days=0) == {voice: ends, lawyers: ends}
    assert consent_fold.expiring(events, date(2027, 1, 6)) == {}
    assert set(consent_fold.expiring(events, date(2027, 12, 20))) == {RECORD, COUNT}
    assert consent_fold.expiring([*events, event("h", Act.HOLD, key=RECORD)], date(2027, 12, 20)) == {}


def test_the_case_that_ends_is_that_of_the_mandate() -> None:
    mine, other = Key(Purpose.UN_CASE, "one"), Key(Purpose.UN_CASE, "two")
    letter = Key(Purpose.UN_LETTER, "one")
    events = [event(str(at), Act.GRANT, key=key, life_months=None) for at, key in enumerate((RECORD, other, letter))]
    events += [event("l", Act.GRANT, key=Key(Purpose.LAWYER, "lawyers"), life_months=None)]
    events += [event("m", Act.GRANT, key=mine, life_months=1)]
    ends = date(2026, 12, 24)
    assert consent_fold.expiring(events, DAY) == {mine: ends, letter: ends}


def taken_back(*events: ConsentEvent, at: date = DAY) -> bool:
    return consent_fold.taken_back(events, [COUNT], at) == {COUNT}


@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.REFUSE, Act.INVALIDATE, Act.ERASE])
def test_what_was_said_no_to_after_a_yes_is_taken_back_until_there_is_a_new_yes(act: Act) -> None:
    grant, no = event("g", Act.GRANT, key=COUNT), event("n", act, key=COUNT)
    assert not taken_back(grant)
    assert taken_back(grant, no)
    assert taken_back(no), "also where the yes itself does not open any more"
    again = event("h", Act.GRANT, ["n"], key=COUNT)
    assert taken_back(grant, no, again) == (act is Act.ERASE)


def test_what_ran_out_or_is_on_hold_is_not_taken_back() -> None:
    grant = event("g", Act.GRANT, key=COUNT, life_months=1)
    assert not taken_back(grant, at=date(2030, 1, 1))
    assert not taken_back(grant, event("h", Act.HOLD, key=COUNT))


def test_what_it_needs_taken_back_takes_it_back_too() -> None:
    grants = [event("r", Act.GRANT), event("g", Act.GRANT, key=COUNT)]
    assert not taken_back(*grants)
    assert taken_back(*grants, event("n", Act.WITHDRAW))
    assert taken_back(*grants, EVERYTHING)
