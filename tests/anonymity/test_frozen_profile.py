"""What leaves in batches hides everybody, in one table and in all of them together: counted with plain sets."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony.anonymity.class_table import table
from testimony.anonymity.errors import PresetTooWeak, ProfileUnfit
from testimony.anonymity.frozen_profile import Batch, walk
from testimony.anonymity.hierarchies import ANY, MISSING
from testimony.anonymity.invariant import Membership, broken
from testimony.anonymity.pool import Pool, Record
from testimony.anonymity.profile import Profile, make
from testimony.anonymity.validity import PUBLIC, TRUSTED, Preset
from tests.support.anonymity.frozen_profile import PROFILE, alike, hides, incidents
from tests.support.anonymity.populations import RECIPIENTS, SCHEMA, population

LABELS = len(SCHEMA.attributes)
FINER = replace(TRUSTED, opening=0.02)
"""Finer tiers come before its own in small pools too."""


def released(records: Sequence[Record], profile: Profile = PROFILE, name: str = "1") -> Batch:
    return walk(Pool.from_records(records, SCHEMA), profile, name=name)


def members(batch: Batch, records: Sequence[Record]) -> list[list[Record]]:
    return [[records[one] for one in frozen.members] for frozen in batch.classes]


def covers(labels: Sequence[str], levels: Sequence[int], record: Record) -> bool:
    return all(
        attribute.ladder(value)[level] == label
        for attribute, value, level, label in zip(SCHEMA.attributes, record.values, levels, labels, strict=True)
    )


any_population = st.builds(
    population,
    st.integers(0, 260),
    st.integers(0, 10_000),
    years=st.integers(1, 3),
    recipients=st.booleans(),
)


@settings(max_examples=16, deadline=None)
@given(any_population, st.sampled_from([TRUSTED, PUBLIC, FINER]))
def test_every_class_hides_its_people_by_plain_sets(records: list[Record], preset: Preset) -> None:
    pool = Pool.from_records(records, SCHEMA)
    profile = make(pool, preset).profile
    batch = walk(pool, profile, name="1")
    seen: set[int] = set()
    for frozen, of_class in zip(batch.classes, members(batch, records), strict=True):
        assert hides(of_class, preset)
        assert frozen.persons == len({record.person for record in of_class})
        assert frozen.incidents == len(incidents(of_class))
        assert {tuple(sorted(record.recipients)) for record in of_class} == {frozen.recipients}
        assert all(covers(frozen.labels, profile.tiers[frozen.tier], record) for record in of_class)
        assert not seen & set(frozen.members.tolist())
        seen |= set(frozen.members.tolist())
    assert seen | set(batch.waiting.tolist()) == set(range(len(records)))
    assert len({frozen.id for frozen in batch.classes}) == len(batch.classes)


@settings(max_examples=5, deadline=None)
@given(any_population, st.randoms())
def test_the_order_of_the_records_changes_nothing(records: list[Record], dice: random.Random) -> None:
    shuffled = list(records)
    dice.shuffle(shuffled)
    said = []
    for one in (records, shuffled):
        pool = Pool.from_records(one, SCHEMA)
        profile = make(pool, FINER).profile
        batch = walk(pool, profile, name="1")
        inside = [sorted((record.person, record.incident) for record in of_class) for of_class in members(batch, one)]
        said.append(repr((profile.value, table(batch, pool), inside)).encode())
    assert said[0] == said[1]


def test_three_thousand_targets_of_whom_all_is_known_are_among_enough_others() -> None:
    records = population(3_000, 21)
    batch = released(records)
    classes = [
        (frozen.labels, batch.profile.tiers[frozen.tier], {record.person for record in of_class})
        for frozen, of_class in zip(batch.classes, members(batch, records), strict=True)
    ]
    by_labels: dict[tuple[tuple[str, ...], tuple[int, ...]], set[str]] = defaultdict(set)
    for labels, levels, persons in classes:
        by_labels[labels, levels] |= persons
    matched = 0
    for target in records:
        ladders = [one.ladder(value) for one, value in zip(SCHEMA.attributes, target.values, strict=True)]
        for levels in batch.profile.tiers:
            found = by_labels.get((tuple(ladder[level] for ladder, level in zip(ladders, levels, strict=True)), levels))
            assert found is None or len(found) >= TRUSTED.k
            matched += found is not None
    assert matched > 1_500, "the attack finds the classes of most of them"


@pytest.mark.parametrize("number", [2, 13])
def test_releases_compared_hold_nothing_but_whole_classes(number: int) -> None:
    """The invariant of the ledger: grouped by their class ids over all releases, records hide each other."""
    everybody = population(260 * number, 31, recipients=True)
    waiting: list[Record] = []
    entered: dict[str, list[Record]] = defaultdict(list)
    for turn in range(number):
        new = everybody[turn * 260 : (turn + 1) * 260]
        pool = [*waiting, *new]
        batch = released(pool, name=str(turn))
        for frozen, of_class in zip(batch.classes, members(batch, pool), strict=True):
            assert frozen.id not in entered
            entered[frozen.id] = of_class
        waiting = [replace(pool[one], waited=pool[one].waited + 1) for one in batch.waiting]
    assert all(hides(of_class) for of_class in entered.values())
    assert sum(map(len, entered.values())) + len(waiting) == len(everybody)
    for colluding in (["P06"], ["P07"], ["P06", "P07"]):  # who holds what, and what lies between any two of them
        held = {one for one, of_class in entered.items() if of_class[0].recipients & set(colluding)}
        for recipient in RECIPIENTS:
            other = {one for one, of_class in entered.items() if of_class[0].recipients == recipient}
            for between in (held & other, held - other):
                assert all(hides(entered[one]) for one in between)


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=2, max_size=6))
def test_releases_by_finer_tiers_hide_everybody_together_however_first_grows_and_levels_are_renewed(
    seed: int, turns: list[tuple[int, bool]]
) -> None:
    """Who knows all of a target looks in every line of every release that may hold it: each stands for enough.

    `turns`: of each release "sooner or finer", and whether levels are chosen anew for what was not published.
    """
    everybody = population(160 * len(turns), seed, recipients=True)
    profile = make(Pool.from_records(everybody[:160], SCHEMA), FINER).profile
    waited: dict[int, int] = {}
    told: list[Membership] = []
    lines: dict[str, tuple[tuple[str, ...], tuple[int, ...], list[Record]]] = {}
    for turn, (first, anew) in enumerate(turns):
        numbers = [*waited, *range(turn * 160, (turn + 1) * 160)]
        pool = [replace(everybody[number], waited=waited.get(number, 0)) for number in numbers]
        profile = make(Pool.from_records(pool, SCHEMA), FINER).profile if anew else profile
        batch = released(pool, profile.faster(first), name=str(turn))
        for frozen, of_class in zip(batch.classes, members(batch, pool), strict=True):
            assert frozen.id not in lines
            lines[frozen.id] = frozen.labels, profile.tiers[frozen.tier], of_class
            told += [
                Membership(record=str(numbers[at]), class_id=frozen.id, person=one.person, incident=one.incident)
                for at, one in zip(frozen.members, of_class, strict=True)
            ]
        waited = {numbers[one]: pool[one].waited + 1 for one in batch.waiting}
    assert not broken(told, TRUSTED.rule)
    assert len(told) + len(waited) == len(everybody)
    for target in everybody[:: max(1, len(everybody) // 60)]:
        may_hold = [of_class for labels, levels, of_class in lines.values() if covers(labels, levels, target)]
        assert all(hides(of_class) for of_class in may_hold)


def test_a_batch_of_one_new_record_waits() -> None:
    assert released(alike(1)).classes == ()
    assert released(alike(1)).waiting.tolist() == [0]


def test_nobody_joins_a_class_that_left() -> None:
    """The same labels in a later batch are another class, or wait."""
    first, second = released(alike(8), name="1"), released(alike(8, start=100), name="2")
    assert first.classes[0].labels == second.classes[0].labels
    assert first.classes[0].id != second.classes[0].id
    assert not released(alike(3, start=200), name="3").classes


def test_an_empty_pool_and_a_pool_of_one() -> None:
    for records in ([], alike(1)):
        made = make(Pool.from_records(records, SCHEMA), TRUSTED)
        assert made.published == 0
        assert made.mean_loss == 1.0
        assert made.profile.tiers == (SCHEMA.ceilings,)
        assert released(records, made.profile).classes == ()


def test_a_single_group_of_399_is_one_incident_and_waits() -> None:
    records = alike(399, incident="the same boat")
    assert not released(records).classes
    assert not make(Pool.from_records(records, SCHEMA), TRUSTED).published


def test_the_largest_group_of_all_is_in_no_label_of_its_own() -> None:
    """Libraries that cut ranges print the true extreme as an end; bands are a closed list, and a lone one is hidden."""
    one = alike(1, start=900)[0]
    outlier = replace(one, values=(*one.values[:5], "sgt100", one.values[6]))
    records = [*alike(40), outlier]
    batch = released(records)
    assert {frozen.labels[5] for frozen in batch.classes} <= {"s6to10", "s2to10", ANY}
    held = [frozen for frozen in batch.classes if 40 in frozen.members.tolist()]
    assert all(frozen.labels[5] == ANY for frozen in held)


def test_six_testimonies_of_one_incident_wait() -> None:
    assert not released(alike(6, incident="one night")).classes


def test_accounts_of_unknown_incidents_are_no_incident_and_hide_in_classes_that_have_enough() -> None:
    unknown = alike(6, start=50, incident="")
    assert not released(unknown).classes
    assert not make(Pool.from_records(unknown, SCHEMA), TRUSTED).published
    one_night = [*unknown, *alike(3, incident="one night")]
    assert not released(one_night).classes
    (leaves,) = released([*one_night, *alike(1, start=90)]).classes
    assert (leaves.n, leaves.persons, leaves.incidents) == (10, 10, 2)


def test_one_person_six_times_waits() -> None:
    assert not released(alike(6, person="the same")).classes
    assert not released([*alike(4), *alike(6, person="p0", start=10)]).classes  # four people, ten records


def test_a_rare_nationality_is_in_no_label() -> None:
    rare = replace(alike(1, start=900)[0], values=("2023-05", "BGR-TUR:all", "a18to24", "m", "BTN", "s6to10", "p1"))
    batch = released([*population(600, 5), rare])
    assert not [frozen for frozen in batch.classes if "BTN" in frozen.labels]
    assert batch.classes


def test_a_lone_missing_value_is_held_back() -> None:
    known = alike(40)
    lone = replace(known[0], person="x", incident="y", values=(MISSING, *known[0].values[1:]))
    batch = released([*known, lone], replace(PROFILE, tiers=((0,) * LABELS, SCHEMA.ceilings)))
    assert batch.waiting.tolist() == [40]
    assert MISSING not in {label for frozen in batch.classes for label in frozen.labels}


def test_missing_answers_hide_each_other_and_nobody_else() -> None:
    unknown = [replace(one, values=(*one.values[:4], MISSING, *one.values[5:])) for one in alike(4)]
    floor = replace(PROFILE, tiers=((0,) * LABELS,))
    assert not released([*unknown, *alike(4, start=50)], floor).classes  # four and four are not eight
    named = (0, 0, 0, 0, 3, 0, 0)
    (hidden,) = released([*unknown, *alike(4, start=50)], replace(PROFILE, tiers=(named,))).classes
    assert hidden.labels[4] == ANY


def test_a_stigma_changes_nothing_of_who_is_published_and_in_which_line() -> None:
    """So that a line, or one that is missing, tells nothing of it."""
    told = population(700, 5)
    marked = [replace(one, stigma=frozenset({"sexual"})) for one in told]
    assert [one.members.tolist() for one in released(told).classes] == [
        one.members.tolist() for one in released(marked).classes
    ]
    assert make(Pool.from_records(told, SCHEMA), TRUSTED) == make(Pool.from_records(marked, SCHEMA), TRUSTED)


def test_a_record_waits_for_its_tiers() -> None:
    tiers = ((0,) * LABELS, (1,) * LABELS, (2, 1, 1, 1, 1, 1, 1), SCHEMA.ceilings)
    profile = replace(PROFILE, tiers=tiers)
    scattered = [
        replace(one, values=(f"{2022 + number % 3}-0{1 + number}", *one.values[1:]))
        for number, one in enumerate(alike(6))
    ]
    new = released(scattered, profile)
    assert not new.classes
    (later,) = released([replace(one, waited=1) for one in scattered], profile).classes
    assert later.tier == 3
    (sooner,) = released(scattered, profile.faster(4)).classes
    assert sooner.tier == 3


def test_those_who_may_not_yet_use_a_tier_fill_no_class_of_it() -> None:
    profile = replace(PROFILE, tiers=(SCHEMA.ceilings,) * 4, first=1)
    patient = [replace(one, waited=3) for one in alike(4)]
    far = replace(profile, tiers=((0,) * LABELS, *profile.tiers[1:]))
    apart = [
        replace(one, values=(f"2023-{number + 1:02d}", *one.values[1:]))
        for number, one in enumerate([*patient, *alike(3, 50)])
    ]
    assert not released(apart, far).classes


def test_recipients_share_no_class() -> None:
    one, both = alike(4, recipients=RECIPIENTS[0]), alike(4, start=50, recipients=RECIPIENTS[1])
    assert not released([*one, *both]).classes
    batch = released([*alike(6, recipients=RECIPIENTS[0]), *alike(6, start=50, recipients=RECIPIENTS[1])])
    assert [frozen.recipients for frozen in batch.classes] == [("P06",), ("P06", "P07")]


@pytest.mark.parametrize("changed", [{"k": 4}, {"m": 1}, {"alpha": 0.51}, {"alpha": -0.1}])
def test_a_preset_below_the_floors_is_refused_with_a_sentence(changed: dict[str, float]) -> None:
    with pytest.raises(PresetTooWeak, match="at least 5 people and 2 incidents"):
        replace(TRUSTED, **changed)  # type: ignore[arg-type]
    value = PROFILE.value
    value.update({name: round(one * 1_000_000) if name == "alpha" else one for name, one in changed.items()})
    with pytest.raises(PresetTooWeak):
        Profile.read(value)


def test_a_profile_comes_back_as_it_was_pinned() -> None:
    assert Profile.read(PROFILE.value) == PROFILE


@pytest.mark.parametrize(
    "spoil",
    [
        {"v": "testimony/2/profile"},
        {"tiers": []},
        {"tiers": [["week", "segment", "band", "gender", "country", "bin", "band"]]},
        {"tiers": [["month"]]},
        {"first": 0},
        {"attributes": []},
        {"k": "many"},
    ],
)
def test_what_is_no_profile_is_refused(spoil: dict[str, object]) -> None:
    with pytest.raises(ProfileUnfit):
        Profile.read({**PROFILE.value, **spoil})


def test_a_profile_of_other_attributes_is_refused() -> None:
    other = replace(SCHEMA, attributes=SCHEMA.attributes[::-1])
    with pytest.raises(ProfileUnfit):
        walk(Pool.from_records([], other), PROFILE, name="1")


def test_a_class_is_named_by_batch_recipients_tier_and_labels_alone() -> None:
    (one,) = walk(Pool.from_records(alike(6, recipients=RECIPIENTS[1]), SCHEMA), PROFILE, name="b7").classes
    said = f'["b7",["P06","P07"],{one.tier},["2023","BGR-TUR","a18to34","m","SYR","s2to10","p1"]]'
    assert one.id == hashlib.sha256(said.encode()).hexdigest()[:32]
    assert (one.n, one.persons, one.incidents, one.flagged) == (6, 6, 6, (0, 0, 0))
    assert sorted(one.members.tolist()) == list(range(6))


@pytest.mark.parametrize(
    "changed",
    [
        {"tiers": ()},
        {"tiers": ((0,),)},
        {"tiers": ((0, 0), (0, 2))},
        {"tiers": ((-1, 0),)},
        {"tiers": ((0, 0, 0),)},
        {"first": 0},
        {"attributes": ("a",)},
        {"attributes": ("a", "b", "c")},
    ],
)
def test_a_profile_s_tiers_are_levels_that_it_names(changed: dict[str, Any]) -> None:
    levels = (("x", "y"), ("z", "w"))
    fits = Profile(preset=TRUSTED, attributes=("a", "b"), levels=levels, tiers=((0, 1), (1, 1)), first=1)
    assert fits.faster(2).first == 2
    assert fits.legend() == ({"a": "x", "b": "w"}, {"a": "y", "b": "w"})
    with pytest.raises(ProfileUnfit):
        replace(fits, **changed)


def test_a_tier_with_more_names_than_attributes_is_no_tier() -> None:
    value = PROFILE.value
    value["tiers"][0] = [*value["tiers"][0], "week"]
    with pytest.raises(ProfileUnfit):
        Profile.read(value)


def test_a_record_has_a_value_for_each_attribute() -> None:
    short = [replace(one, values=one.values[:-1]) for one in alike(3)]
    for records in (short, [*alike(3), *short]):
        with pytest.raises(ValueError, match="zip"):
            Pool.from_records(records, SCHEMA)
