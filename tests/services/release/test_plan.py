"""What a release would be: refusals with a sentence, files that depend on nothing but what they say, and attacks on
many of them together."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from testimony.anonymity.errors import RiskTooHigh
from testimony.anonymity.invariant import Membership, broken
from testimony.anonymity.pool import Record
from testimony.anonymity.profile import Profile
from testimony.anonymity.validity import PRESETS, PUBLIC, TRUSTED
from testimony.services.release import plan as release_plan
from testimony.services.release.errors import ReleaseRefused
from testimony.services.release.plan import Material, Order, Plan
from tests.support.anonymity.populations import SCHEMA, population
from tests.support.each_time import each_time

MECHANISM = Order(recipients=("P07",), first=8)
BOTH = frozenset({"P06", "P07"})


def material(records: Mapping[str, Record]) -> Material:
    return Material(records=records, schema=SCHEMA, organisation="Border Watch")


def people(number: int, *, seed: int = 0, recipients: frozenset[str] = frozenset({"P07"})) -> dict[str, Record]:
    return {
        f"{seed}-{at}": replace(record, person=f"{seed}-{record.person}", recipients=recipients)
        for at, record in enumerate(population(number, seed))
    }


def alike(number: int, **changes: object) -> dict[str, Record]:
    """`number` people of one incident each, who differ in nothing that leaves."""
    (one,) = population(1)
    return {
        str(at): replace(
            one,
            person=f"p{at}",
            incident=f"i{at}",
            marks=frozenset(),
            stigma=frozenset(),
            recipients=frozenset({"P07"}),
            **changes,
        )
        for at in range(number)
    }


def compose(
    records: Mapping[str, Record], order: Order = MECHANISM, profile: Profile | None = None, name: str = "0" * 32
) -> Plan:
    made = None if profile else release_plan.make_profile(material(records), release_plan.preset_of(order, "trusted"))
    used = profile or (made and made.profile)
    assert used is not None
    return release_plan.compose(material(records), order, used, name=name, made=made)


def reason(records: Mapping[str, Record], order: Order = MECHANISM) -> str:
    with pytest.raises(ReleaseRefused) as refused:
        compose(records, order)
    assert str(refused.value).endswith(".")
    return refused.value.reason


def no_preset(order: Order, floor: str = "trusted") -> str:
    with pytest.raises(ReleaseRefused) as refused:
        release_plan.preset_of(order, floor)
    return refused.value.reason


def test_what_matters_most_stays_more_exact_and_the_rest_gives_way() -> None:
    held, preset = material(people(600)), release_plan.preset_of(MECHANISM, "trusted")
    alike, preferred = (release_plan.make_profile(held, preset, prefer) for prefer in ("alike", "where_when"))
    both = zip(alike.loss, preferred.loss, strict=True)
    lost = dict(zip(alike.profile.attributes, both, strict=True))
    where_when = [sum(lost[name][at] for name in ("date", "place")) for at in (0, 1)]
    others = [sum(one[at] for name, one in lost.items() if name not in ("date", "place")) for at in (0, 1)]
    assert where_when[1] < where_when[0] * 0.9
    assert others[1] >= others[0]
    assert preferred.published >= 0.9 * alike.published
    preferred.profile.fits(SCHEMA)


def test_nobody_one_alone_and_too_few_are_refused_with_a_sentence() -> None:
    assert reason({}) == "none"
    assert reason(alike(1)) == "one"
    assert reason(alike(4)) == "small"
    assert len(compose(alike(5)).batch.classes) == 1


@pytest.mark.parametrize(
    ("same", "no_person", "no_incident", "said"),
    [
        ({"person": "p"}, True, True, "people"),
        ({"incident": "i"}, True, True, "incidents"),
        ({"person": "p", "incident": "i"}, True, True, "links"),
        ({"person": "p"}, False, True, "small"),
        ({"person": "p", "incident": "i"}, True, False, "small"),
    ],
)
def test_a_refusal_says_whether_it_would_help_if_lawyers_said_who_told_what(
    same: Mapping[str, str], no_person: bool, no_incident: bool, said: str
) -> None:
    """Nine accounts that count as one person, as one incident, or as both, and of which nobody said so, or somebody."""
    records = {name: replace(one, **same) for name, one in alike(9).items()}
    held = replace(
        material(records),
        no_person=frozenset(records) if no_person else frozenset(),
        no_incident=frozenset(records) if no_incident else frozenset(),
    )
    profile = release_plan.make_profile(material(alike(9)), release_plan.preset_of(MECHANISM, "trusted")).profile
    with pytest.raises(ReleaseRefused) as refused:
        release_plan.compose(held, MECHANISM, profile, name="0" * 32)
    assert refused.value.reason == said
    assert "Nothing leaves" in str(refused.value)


def test_the_same_records_in_any_order_give_the_same_bytes() -> None:
    records = people(300)
    shuffled = list(records.items())
    random.Random(1).shuffle(shuffled)
    first, second = compose(records), compose(dict(shuffled))
    assert first.files == second.files
    assert first.published == second.published
    assert first.waiting == second.waiting


def test_a_pinned_profile_is_taken_and_no_other_is_searched() -> None:
    first = compose(people(300))
    assert first.made is not None
    second = compose(people(200, seed=1), profile=first.made.profile)
    assert (second.made, second.profile.tiers) == (None, first.profile.tiers)


def test_what_everybody_may_read_needs_more_than_what_a_mechanism_keeps() -> None:
    assert release_plan.preset_of(Order(recipients=("P07",)), TRUSTED.id) is TRUSTED
    assert release_plan.preset_of(Order(recipients=("P07", "P06")), TRUSTED.id) is PUBLIC
    assert no_preset(Order(recipients=("P06",), preset="trusted")) == "preset"


@pytest.mark.parametrize("preset", ["trusted", "public", "unheard of"])
def test_no_preset_is_below_the_floor_of_the_organisation(preset: str) -> None:
    assert no_preset(Order(recipients=("P07",), preset=preset), floor="safe") == "preset"


def test_the_least_preset_of_an_organisation_is_the_default() -> None:
    assert release_plan.preset_of(Order(recipients=("P10:lighthouse",)), "safe") is PRESETS["safe"]


@pytest.mark.parametrize("recipients", [(), ("P09",), ("P06", "P09"), ("",)])
def test_a_release_is_for_numbers_a_mechanism_or_a_network(recipients: tuple[str, ...]) -> None:
    assert no_preset(Order(recipients=recipients)) == "recipient"


def test_a_risk_above_the_preset_is_refused() -> None:
    records = {str(at): replace(one, recipients=frozenset({"P07"})) for at, one in enumerate(population(300, 3))}
    with pytest.raises((RiskTooHigh, ReleaseRefused)):
        compose(records, Order(recipients=("P07",), preset="safe", first=8))


def test_a_value_that_this_version_does_not_know_is_refused_and_not_read_as_missing() -> None:
    records = alike(9)
    strange = replace(records["0"], values=("2022-13", *records["0"].values[1:]))
    assert reason(records | {"0": strange}) == "value"


@pytest.mark.parametrize("period", ["2022-03", "2022-02..2022-04", "2022-01..2022-12", "2023-01..2025-12", "soon", "*"])
def test_a_period_is_a_whole_quarter_half_year_or_three_years(period: str) -> None:
    with pytest.raises(ReleaseRefused) as refused:
        release_plan.require_period(period)
    assert refused.value.reason == "period"


@pytest.mark.parametrize(
    ("period", "within"),
    [
        ("2022", {"2022", "2022-03", "2022-01..2022-03", "2022-05"}),
        ("2022-01..2022-03", {"2022-03", "2022-01..2022-03"}),
        ("2022-01..2022-06", {"2022-03", "2022-01..2022-03", "2022-05"}),
        ("2022-01..2024-12", {"2022", "2022-03", "2022-01..2022-03", "2022-05", "2023"}),
    ],
)
def test_who_is_not_known_to_be_in_the_period_waits(period: str, within: set[str]) -> None:
    dates = ("2022", "2022-03", "2022-01..2022-03", "2022-05", "2023", "2021-12", "missing")
    release_plan.require_period(period)
    assert {date for date in dates if release_plan.in_period(date, period)} == within


def test_each_recipient_gets_its_rows_and_figures_of_these_alone() -> None:
    records = people(300, recipients=BOTH) | people(300, seed=1, recipients=frozenset({"P07"}))
    plan = compose(records, Order(recipients=("P06", "P07"), first=8))
    assert set(plan.files) == {"P06", "P07"}
    assert {row.recipients for row in plan.table.for_recipient("P06").rows} == {("P06", "P07")}


def test_sooner_publishes_more_and_finer_waits() -> None:
    records = people(300)
    profile = compose(records).profile
    finer = compose(records, replace(MECHANISM, first=1), profile=profile)
    sooner = compose(records, replace(MECHANISM, first=8), profile=profile)
    assert finer.batch.published < sooner.batch.published


def entered(plan: Plan) -> list[Membership]:
    records = dict(zip(plan.members, plan.records, strict=True))
    return [
        Membership(record=one, class_id=id, person=records[one].person, incident=records[one].incident)
        for id, inside in plan.published.items()
        for one in inside
    ]


def test_two_who_got_different_presets_hold_nothing_together_but_whole_classes() -> None:
    """One record, one class: what the other recipient got before is out of the pool, whatever its preset was."""
    everybody = people(500, recipients=BOTH)
    first = compose(everybody, Order(recipients=("P06",), first=8))
    left = {
        one: everybody[one]
        for one in everybody
        if one not in {m for inside in first.published.values() for m in inside}
    }
    second = compose(left, Order(recipients=("P07",), first=8))
    assert (first.profile.preset.id, second.profile.preset.id) == ("public", "trusted")
    assert not set(first.published) & set(second.published)
    assert not broken([*entered(first), *entered(second)], TRUSTED.rule)
    assert not broken(entered(first), PUBLIC.rule)


@pytest.mark.parametrize("size", each_time([60, 250, 1_000], 60))
def test_thirteen_releases_that_withdrawals_come_between_hold_the_invariant(size: int) -> None:
    dice = random.Random(size)
    waiting: dict[str, Record] = {}
    published: list[Membership] = []
    profile = None
    for turn in range(13):
        pool = waiting | people(size, seed=100 + turn)
        pool = {one: record for one, record in pool.items() if dice.random() < 0.98}
        plan = compose(pool, replace(MECHANISM, first=2), profile, name=f"{turn:032x}")
        profile = plan.made.profile if plan.made else profile
        published += entered(plan)
        waiting = {one: replace(pool[one], waited=pool[one].waited + 1) for one in plan.waiting}
    assert len(published) > size
    assert not broken(published, TRUSTED.rule)
