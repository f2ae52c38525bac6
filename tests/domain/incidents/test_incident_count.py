"""Incidents are never more than there can have been, whatever accounts leave out and whatever lawyers linked."""

from __future__ import annotations

import itertools
import random

from testimony.domain.incidents.incident_count import ANY, Told, names

NORTH = Told(month="2022-03", border="HRV-BIH", part="north")
SOUTH = Told(month="2022-03", border="HRV-BIH", part="south")
SOMEWHERE = Told(month="2022-03", border="HRV-BIH", part="")
LATER = Told(month="2022-04", border="HRV-BIH", part="")
WHOLE = Told(month="2022-03", border="POL-BLR", part="")


def number(told: dict[str, Told | None], linked: dict[str, set[str]] | None = None) -> int:
    return len(set(names(told, linked or {}).values()) - {ANY})


def test_month_and_segment_tell_incidents_apart() -> None:
    assert number({"a": NORTH, "b": NORTH, "c": SOUTH}) == 2


def test_what_does_not_say_both_counts_for_no_incident_until_a_lawyer_says_of_which_it_tells() -> None:
    assert names({"a": None, "b": NORTH}, {})["a"] == ANY
    assert names({"a": None}, {"a": {"1"}})["a"] == ANY, "a lawyer named it, and nobody knows where that was"
    found = names({"a": None, "b": NORTH}, {"a": {"1"}, "b": {"1"}})
    assert found["a"] == found["b"] != ANY


def test_where_the_segment_is_not_known_it_counts_only_beside_none_that_is() -> None:
    """ "2022-03, which part is not known" beside "2022-03, north": one incident at least."""
    assert number({"a": SOMEWHERE, "b": NORTH}) == 1
    assert number({"a": SOMEWHERE, "b": NORTH, "c": SOUTH}) == 2
    assert number({"a": SOMEWHERE, "b": SOMEWHERE, "c": LATER, "d": WHOLE}) == 3


def test_what_lawyers_told_apart_is_two_and_may_still_be_what_nobody_spoke_of() -> None:
    assert number({"a": SOMEWHERE, "b": NORTH}, {"a": {"1"}, "b": {"2"}}) == 2
    assert number({"a": SOMEWHERE, "b": NORTH}, {"a": {"1"}}) == 1


def test_in_every_group_there_are_no_more_names_than_incidents() -> None:
    """Random truths: accounts leave out what they like and say nothing false, and a lawyer who speaks knows."""
    counted = 0
    for seed in range(400):
        chance = random.Random(seed)
        places = [
            (f"2022-0{chance.randint(1, 2)}", chance.choice(["HRV-BIH", "POL-BLR"]), chance.choice(["north", "south"]))
            for _ in range(4)
        ]
        happened = list(dict.fromkeys(places))
        truth = {str(each): chance.randrange(len(happened)) for each in range(8)}
        told: dict[str, Told | None] = {}
        for tid, one in truth.items():
            month, border, part = happened[one]
            kept = chance.choice([part, "", None])
            told[tid] = None if kept is None else Told(month=month, border=border, part=kept)
        linked = {tid: {f"{one:032x}"} for tid, one in truth.items() if chance.random() < 0.4}
        found = names(told, linked)
        for size in (2, 3, 8):
            for group in itertools.combinations(truth, size):
                apart = {found[tid] for tid in group} - {ANY}
                counted += len(apart) > 1
                assert len(apart) <= len({truth[tid] for tid in group})
    assert counted > 1_000


def test_several_incidents_of_one_month_and_segment_are_one_where_nobody_spoke() -> None:
    assert number({str(one): NORTH for one in range(6)}) == 1
    linked = {str(one): {f"{one}"} for one in range(6)}
    assert number({str(one): NORTH for one in range(6)}, linked) == 6
