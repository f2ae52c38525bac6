"""The fold of consent events: what stands, in whatever order it came; nothing usable that overlooked a restriction."""

import random
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import pytest

from testimony.domain import consent
from testimony.domain.consent import Act, ConsentEvent, Key, Purpose, Standing, State
from testimony.errors import ConsentMissing, EventUnreadable

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
) -> ConsentEvent:
    return ConsentEvent(
        id=name,
        act=act,
        purpose=key.purpose,
        recipient=key.recipient,
        day=day,
        after=frozenset(after),
        life_months=life_months,
    )


def state(*events: ConsentEvent, at: date = DAY, key: Key = RECORD) -> Standing:
    return consent.states(events, at)[key]


def test_what_was_asked_and_not_answered_is_undecided() -> None:
    assert state(event("a", Act.ASK)) == Standing(State.UNDECIDED)


def test_a_grant_stands_until_the_last_day_of_its_life() -> None:
    grant = event("g", Act.GRANT, day=date(2026, 1, 31), life_months=1)
    assert state(grant, at=date(2026, 2, 28)) == Standing(State.GRANTED)
    assert state(grant, at=date(2026, 3, 1)) == Standing(State.EXPIRED)
    assert state(event("g", Act.GRANT, life_months=None), at=date(2126, 1, 1)) == Standing(State.GRANTED)


def test_one_grant_with_life_left_is_enough() -> None:
    short, long = event("g", Act.GRANT, life_months=1), event("h", Act.GRANT, life_months=24)
    assert state(short, long, at=date(2027, 6, 1)) == Standing(State.GRANTED)


def test_a_withdrawal_ends_a_grant_that_had_not_seen_it() -> None:
    assert state(event("g", Act.GRANT), event("w", Act.WITHDRAW, ["g"])) == Standing(State.WITHDRAWN)


def test_a_grant_and_a_withdrawal_made_offline_on_two_phones_are_a_withdrawal() -> None:
    assert state(event("g", Act.GRANT, ["a"]), event("w", Act.WITHDRAW, ["a"]), event("a", Act.ASK)) == Standing(
        State.WITHDRAWN
    )


def test_a_new_grant_that_has_seen_the_withdrawal_stands() -> None:
    history = [event("g", Act.GRANT), event("w", Act.WITHDRAW, ["g"]), event("n", Act.GRANT, ["w"])]
    assert state(*history) == Standing(State.GRANTED)


def test_what_was_seen_through_others_was_seen() -> None:
    seen = [event("r", Act.REFUSE), event("a", Act.ASK, ["r"]), event("g", Act.GRANT, ["a"])]
    assert state(*seen) == Standing(State.GRANTED)
    assert state(seen[0], seen[2]) == Standing(State.REFUSED)  # the link between them has not arrived: refused


def test_invalid_is_stronger_than_withdrawn_and_withdrawn_than_refused() -> None:
    refused, withdrawn, invalid = event("r", Act.REFUSE), event("w", Act.WITHDRAW), event("i", Act.INVALIDATE)
    assert state(refused, withdrawn, invalid).state is State.INVALID
    assert state(refused, withdrawn).state is State.WITHDRAWN
    assert state(refused).state is State.REFUSED


def test_erased_is_for_ever() -> None:
    history = [event("e", Act.ERASE), event("g", Act.GRANT, ["e"])]
    assert state(*history) == Standing(State.ERASED)


def test_a_hold_lasts_until_a_release_that_saw_it() -> None:
    grant, hold = event("g", Act.GRANT), event("h", Act.HOLD)
    assert state(grant, hold) == Standing(State.GRANTED, on_hold=True)
    assert state(grant, hold, event("l", Act.RELEASE)) == Standing(State.GRANTED, on_hold=True)
    assert state(grant, hold, event("l", Act.RELEASE, ["h"])) == Standing(State.GRANTED)
    assert consent.usable([grant, hold], DAY) == frozenset()


def test_consent_to_one_purpose_is_not_consent_to_another() -> None:
    events = [event("g", Act.GRANT), event("m", Act.GRANT, key=Key(Purpose.MECHANISM, "mechanism"))]
    assert {key.purpose for key in consent.usable(events, DAY)} == {Purpose.RECORD, Purpose.MECHANISM}
    with pytest.raises(ConsentMissing):
        consent.require([one.to_value() for one in events], Purpose.QUOTES, DAY)
    with pytest.raises(ConsentMissing):
        consent.require([one.to_value() for one in events], Purpose.COUNT, DAY)


def test_consent_for_one_recipient_is_not_consent_for_another() -> None:
    values = [event("g", Act.GRANT).to_value(), event("m", Act.GRANT, key=Key(Purpose.MECHANISM, "one")).to_value()]
    consent.require(values, Purpose.MECHANISM, DAY, recipient="one")
    with pytest.raises(ConsentMissing):
        consent.require(values, Purpose.MECHANISM, DAY, recipient="two")


def test_nothing_is_usable_without_what_it_needs() -> None:
    count = event("c", Act.GRANT, key=COUNT)
    quotes = event("q", Act.GRANT, key=Key(Purpose.QUOTES, "public"))
    assert consent.usable([count, quotes], DAY) == frozenset()
    assert consent.usable([event("g", Act.GRANT), count, quotes], DAY) == {RECORD, COUNT}


def test_when_the_purpose_below_is_withdrawn_the_others_fall_with_it() -> None:
    events = [event("g", Act.GRANT), event("c", Act.GRANT, key=COUNT), event("w", Act.WITHDRAW, ["g", "c"])]
    assert consent.usable(events, DAY) == frozenset()


def test_withdrawing_everything_concerns_every_key() -> None:
    everything = ConsentEvent(id="w", act=Act.WITHDRAW, purpose=None, recipient=None, day=DAY)
    told = consent.states([event("g", Act.GRANT), event("c", Act.GRANT, key=COUNT), everything], DAY)
    assert {standing.state for standing in told.values()} == {State.WITHDRAWN}


def test_every_purpose_but_the_first_needs_it() -> None:
    assert consent.effective(set(Purpose) - {Purpose.RECORD}) == frozenset()
    assert consent.effective(Purpose) == frozenset(Purpose)
    assert consent.effective([Purpose.RECORD, Purpose.QUOTES, Purpose.COUNT]) == {Purpose.RECORD, Purpose.COUNT}


UNREADABLE: list[dict[str, Any]] = [
    {"event": "BLESS"},
    {"purpose": "P99"},
    {"day": "24.11.2026"},
    {"day": None},
    {"life_months": 0},
    {"life_months": True},
    {"life_months": "24"},
    {"id": 7},
    {"after": None},
    {"after": [None]},
    {"after": "0123"},
    {"day": "9999-12-31"},
    {"purpose": []},
    {"recipient": None},
]


@pytest.mark.parametrize("change", UNREADABLE, ids=str)
def test_while_one_event_cannot_be_read_nothing_is_usable(change: dict[str, Any]) -> None:
    good = event("g", Act.GRANT).to_value()
    bad = event("x", Act.GRANT, key=COUNT).to_value() | change
    with pytest.raises(EventUnreadable):
        ConsentEvent.parse(bad)
    assert consent.standing_purposes([good], DAY) == {Purpose.RECORD}
    assert consent.standing_purposes([good, bad], DAY) == frozenset()
    with pytest.raises(ConsentMissing):
        consent.require([good, bad], Purpose.RECORD, DAY)


def test_two_different_events_with_one_id_make_everything_unusable() -> None:
    values = [event("g", Act.GRANT).to_value(), event("g", Act.GRANT, life_months=12).to_value()]
    assert consent.standing_purposes(values, DAY) == frozenset()
    assert consent.standing_purposes([values[0], values[0]], DAY) == {Purpose.RECORD}


def test_an_event_survives_its_json() -> None:
    for one in random_history(random.Random(7)):
        assert ConsentEvent.parse(one.to_value()) == one


def test_in_thousands_of_offline_histories_order_means_nothing_and_no_restriction_is_overlooked() -> None:
    chance = random.Random(4)
    counted = dict.fromkeys(State, 0)
    for _ in range(20_000):
        history = random_history(chance)
        at = date(2026 + chance.randrange(5), 6, 15)
        told = consent.states(history, at)
        shuffled = chance.sample(history, len(history))
        assert consent.states(shuffled, at) == told
        for key, standing in told.items():
            counted[standing.state] += 1
            if standing.state is State.GRANTED:
                assert some_grant_saw_every_restriction(history, key, at)
        for key in consent.usable(history, at):
            assert told[key] == Standing(State.GRANTED)
    assert (
        min(counted[state] for state in State if state is not State.NOT_ASKED) > 500
    )  # the histories reach every state


def some_grant_saw_every_restriction(history: Sequence[ConsentEvent], key: Key, at: date) -> bool:
    """The promise, said again without the code's own functions: by walking back from each grant."""
    by_id = {one.id: one for one in history}

    def saw(viewer: str, other: str) -> bool:
        after = by_id[viewer].after if viewer in by_id else frozenset()
        return other in after or any(saw(one, other) for one in after)

    mine = [one for one in history if one.purpose in (None, key.purpose) and one.recipient in (None, key.recipient)]
    restricting = [one.id for one in mine if one.act in (Act.REFUSE, Act.WITHDRAW, Act.INVALIDATE)]
    grants = [one for one in mine if one.act is Act.GRANT and one.lives(at)]
    erased = any(one.act is Act.ERASE for one in mine)
    return not erased and any(all(saw(grant.id, other) for other in restricting) for grant in grants)


def random_history(chance: random.Random) -> list[ConsentEvent]:
    """What up to three devices wrote offline, each knowing only what it had met; some of it never arrives."""
    keys = [RECORD, COUNT, Key(Purpose.LAWYER, "lawyers")]
    known: list[set[str]] = [set() for _ in range(3)]
    history: list[ConsentEvent] = []
    acts = [Act.GRANT] * 6 + [Act.ASK] * 3 + [Act.WITHDRAW, Act.REFUSE, Act.HOLD, Act.RELEASE] + [Act.INVALIDATE]
    for number in range(chance.randrange(1, 9)):
        device = known[chance.randrange(3)]
        key = chance.choice(keys)
        act = Act.ERASE if chance.random() < 0.01 else chance.choice(acts)
        whole = act not in (Act.GRANT, Act.ASK) and chance.random() < 0.2
        after = (
            frozenset(device) if chance.random() < 0.7 else frozenset(chance.sample(sorted(device), len(device) // 2))
        )
        made = ConsentEvent(
            id=f"{number:02x}",
            act=act,
            purpose=None if whole else key.purpose,
            recipient=None if whole else key.recipient,
            day=date(2026, chance.randrange(1, 13), 28),
            after=after,
            life_months=chance.choice([None, 3, 24]),
        )
        history.append(made)
        device.add(made.id)
        if chance.random() < 0.4:  # two devices meet
            one, other = chance.sample(known, 2)
            one |= other
    return [one for one in history if chance.random() < 0.95]
