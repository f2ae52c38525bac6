"""Rules of consent over anything that may come: a no never opens a door, and no grant outlives what it needs."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from testimony.domain.consent.compartments import given_purposes, readers
from testimony.domain.consent.fold import (
    Act,
    ConsentEvent,
    ConsentState,
    Key,
    Purpose,
    effective,
    effective_keys,
    in_order,
    life_end,
    prerequisites,
    states,
    usable,
)
from testimony.domain.consent.guards import NOT_FOR_CHILDREN, OBSTACLES, obstacles
from testimony.questionnaire.consent_scripts import Script

TOLD = Script.load("en").told_ids
DAY = date(2026, 1, 5)
purposes = st.sets(st.sampled_from(list(Purpose)))
keys = st.sets(st.builds(Key, st.sampled_from(list(Purpose)), st.sampled_from(["a", "b", "lawyers"])), max_size=14)
lives = st.one_of(st.none(), st.integers(1, 60))
codes = st.lists(st.sampled_from(["none", "family", "officer", "ill", "x"]), max_size=3)
answered = st.one_of(st.none(), st.booleans(), st.text(max_size=3))
circumstances = st.fixed_dictionaries(
    {},
    optional={
        "told": st.one_of(st.just(list(TOLD)), st.lists(st.sampled_from(TOLD))),
        "teach_back": st.dictionaries(st.sampled_from(["q1", "q2", "q3"]), st.sampled_from(["understood", "not"])),
        "present": codes,
        "capacity": codes,
        "incentive": st.sampled_from(["none", "transport", "refreshment", "other", "", "money"]),
        "script": st.fixed_dictionaries({}, optional={"draft": answered, "heard": st.sampled_from(["read", "played"])}),
        "interpreter": st.fixed_dictionaries({}, optional={"used": answered, "officer": answered}),
        "age": st.sampled_from(["adult", "minor", "alone", "under12", "other"]),
        "guardian": answered,
        "assent": answered,
        "focal_point": answered,
        "second_adult": answered,
    },
)


@over(purposes, purposes)
def test_one_more_yes_never_closes_and_one_less_never_opens(held: set[Purpose], more: set[Purpose]) -> None:
    before, after = readers(held), readers(held | more)
    assert all(before[part] <= after[part] for part in before)


@over(purposes)
def test_what_stands_has_all_that_it_needs_standing(held: set[Purpose]) -> None:
    kept = effective(held)
    assert kept <= held
    assert effective(kept) == kept
    assert all(prerequisites(one) <= kept for one in kept)


@over(keys)
def test_a_case_of_one_mandate_carries_nothing_of_another(held: set[Key]) -> None:
    kept = effective_keys(held)
    assert effective_keys(kept) == kept
    for key in kept & {Key(purpose, one) for purpose in (Purpose.UN_LETTER, Purpose.UN_REPORT) for one in "ab"}:
        assert Key(Purpose.UN_CASE, key.recipient) in kept


@over(st.dictionaries(st.sampled_from([Key(p, r) for p in Purpose for r in "ab"]), lives, max_size=12))
def test_nobody_is_given_anything_but_what_was_agreed_to_and_not_longer(held: dict[Key, int | None]) -> None:
    found = given_purposes(held, DAY)
    assert {Key(one.purpose, one.recipient) for one in found} == effective_keys(held)
    for one in found:
        months = held[Key(one.purpose, one.recipient)]
        assert (one.until is None) == (months is None)
        assert one.until is None or DAY < one.until <= DAY + timedelta(days=31 * (months or 0))


@over(circumstances, st.sampled_from([str(one) for one in Purpose]))
@settings(max_examples=500)
def test_no_circumstances_pass_that_are_not_wholly_in_order(held: dict[str, Any], purpose: str) -> None:
    found = obstacles(held, purpose, TOLD)
    assert list(found) == [code for code in OBSTACLES if code in found]
    if found:
        return
    assert set(TOLD) <= set(held["told"])
    assert [held["teach_back"][name] for name in ("q1", "q2", "q3")] == ["understood"] * 3
    assert "officer" not in held["present"]
    assert set(held["capacity"]) <= {"none"}
    assert held["age"] != "under12"
    if held["age"] in ("minor", "alone"):
        assert held["assent"] is True
        assert purpose not in NOT_FOR_CHILDREN
    if held["age"] == "minor":
        assert held["guardian"] is True


changes = st.lists(
    st.tuples(st.sampled_from([Act.GRANT, Act.REFUSE]), st.integers(0, 40), lives), min_size=1, max_size=6
)


@over(changes, st.permutations(range(7)))
def test_a_changed_mind_ends_as_the_last_answer_said_in_whatever_order_it_is_read(
    said: list[tuple[Act, int, int | None]], order: list[int]
) -> None:
    key = Key(Purpose.RECORD, "organisation")
    events = [_event("0", Act.ASK, (), DAY, None)]
    for at, (act, later, months) in enumerate(said, 1):
        events.append(_event(str(at), act, (str(at - 1),), DAY + timedelta(days=later), months))
    read = [events[at] for at in order if at < len(events)]
    last = said[-1][0]
    (standing,) = states(read, DAY).values()
    assert standing.state in ({ConsentState.GRANTED} if last is Act.GRANT else {ConsentState.REFUSED})
    assert usable(read, DAY) == ({key} if last is Act.GRANT else set())
    assert [event.id for event in in_order(read, key)] == [event.id for event in events]


def test_the_end_of_a_life_is_that_of_the_grant_that_stands() -> None:
    key = Key(Purpose.RECORD, "organisation")
    events = [_event("1", Act.GRANT, (), DAY, 24), _event("2", Act.REFUSE, ("1",), DAY, 24)]
    assert life_end(events, key) is None
    assert life_end([*events, _event("3", Act.GRANT, ("2",), DAY, 3)], key) == date(2026, 4, 5)
    assert life_end([*events, _event("3", Act.GRANT, ("2",), DAY, None)], key) is None


def _event(id: str, act: Act, after: tuple[str, ...], day: date, months: int | None) -> ConsentEvent:
    return ConsentEvent(
        id=id,
        act=act,
        purpose=Purpose.RECORD,
        recipient="organisation",
        day=day,
        after=frozenset(after),
        life_months=months,
    )
