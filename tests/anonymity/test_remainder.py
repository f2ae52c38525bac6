"""Who waits is named by coarse labels with rounded numbers, and never where fewer than three people are meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from testimony.anonymity.frozen_profile import walk
from testimony.anonymity.pool import Pool, Record
from testimony.anonymity.profile import make
from testimony.anonymity.remainder import LEVELS, Asked, asked, by_label, rounded
from testimony.anonymity.validity import TRUSTED
from tests.support.anonymity.frozen_profile import PROFILE, alike
from tests.support.anonymity.populations import MARKS, SCHEMA, population


def waiting(records: list[Record]) -> dict[str, dict[str, int | None]]:
    pool = Pool.from_records(records, SCHEMA)
    return {name: dict(labels) for name, labels in by_label(walk(pool, PROFILE, name="1"), pool)}


def at(border: str, number: int, **changes: object) -> list[Record]:
    """Of one incident, so that they wait."""
    told = alike(number, start=100, incident="one", **changes)
    return [replace(one, values=(one.values[0], f"{border}:all", *one.values[2:])) for one in told]


@pytest.mark.parametrize(("people", "said"), [(0, {}), (2, {}), (3, {"BGR-TUR": None}), (12, {"BGR-TUR": 10})])
def test_a_border_is_named_from_three_people_on_and_counted_from_ten(people: int, said: dict[str, int | None]) -> None:
    """Others of the same border are published: those who wait were much younger."""
    others = [replace(one, values=(*one.values[:2], "a0to11", *one.values[3:])) for one in at("BGR-TUR", people)]
    assert waiting([*alike(9), *others])["place"] == said


@pytest.mark.parametrize(("people", "named"), [(2, []), (3, ["POL-BLR"]), (40, ["POL-BLR"])])
def test_a_border_of_which_nothing_is_published_is_named_and_never_counted(people: int, named: list[str]) -> None:
    assert waiting([*alike(9), *at("POL-BLR", people)])["place"] == dict.fromkeys(named)


def test_one_person_who_told_many_times_is_not_named() -> None:
    assert waiting([*alike(9), *at("POL-BLR", 7, person="the same")])["place"] == {}


def test_numbers_are_those_of_the_records_that_wait_rounded_to_ten() -> None:
    records = population(700, 3)
    pool = Pool.from_records(records, SCHEMA)
    batch = walk(pool, PROFILE, name="1")
    held = [records[place] for place in batch.waiting]
    published = {records[place].values[1].partition(":")[0] for one in batch.classes for place in one.members}
    said = waiting(records)
    assert list(said) == list(LEVELS)
    for label, number in said["place"].items():
        of_it = [one for one in held if one.values[1].partition(":")[0] == label]
        assert number == (rounded(len(of_it)) if label in published else None)
        assert len({one.person for one in of_it}) >= 3
    assert any(number for number in said["date"].values())


def test_rounding_keeps_no_unit() -> None:
    assert [rounded(number) for number in (0, 9, 10, 14, 15, 24, 25)] == [None, None, 10, 10, 20, 20, 30]


def test_no_not_known_and_not_asked_are_told_apart() -> None:
    """Of 30 accounts 12 were not asked and 10 do not know; 8 said yes or no, which is too few to be told."""
    one, other = frozenset({"dogs"}), frozenset({"dogs", "electric"})
    records = [*alike(8), *alike(12, start=50, unasked=one), *alike(10, start=90, unknown=other)]
    pool = Pool.from_records(records, SCHEMA)
    said = dict(zip(MARKS, asked(walk(pool, PROFILE, name="1"), pool), strict=True))
    assert said["dogs"] == Asked(answered=None, unknown=10, unasked=10)
    assert said["electric"] == Asked(answered=20, unknown=10, unasked=None)
    assert said["psych"] == Asked(answered=30, unknown=None, unasked=None)


@pytest.mark.parametrize(("records", "said"), [(9, None), (10, 10), (14, 10), (15, 20)])
def test_every_published_record_is_asked_about_once(records: int, said: int | None) -> None:
    pool = Pool.from_records(alike(records), SCHEMA)
    batch = walk(pool, PROFILE, name="1")
    assert batch.published == records
    assert asked(batch, pool) == (Asked(answered=said, unknown=None, unasked=None),) * len(MARKS)


def test_attributes_are_named_wherever_they_stand_and_others_are_not() -> None:
    turned = replace(SCHEMA, attributes=SCHEMA.attributes[::-1])
    records = [replace(one, values=one.values[::-1]) for one in population(300, 3)]
    profile = make(Pool.from_records(records, turned), TRUSTED).profile
    pool = Pool.from_records(records, turned)
    assert [name for name, _ in by_label(walk(pool, profile, name="1"), pool)] == [*LEVELS][::-1]


def test_every_record_that_waits_is_counted_under_its_label() -> None:
    """Of one incident each, in one year: 13 children, 27 adults, of whom four told twice."""
    children = [replace(one, values=(*one.values[:2], "a0to11", *one.values[3:])) for one in alike(13, incident="one")]
    adults = alike(23, start=100, incident="two")
    pool = Pool.from_records([*children, *adults, *adults[:4]], SCHEMA)
    said = dict(by_label(walk(pool, PROFILE, name="1"), pool))
    assert dict(said["age"]) == {"adult": 30, "child": 10}
    assert dict(said["date"]) == {"2023": 40}
    assert dict(said["gender"]) == {"m": 40}
    assert dict(said["place"]) == {"BGR-TUR": None}
