"""How fine the first tiers of a profile are: as fine as the pool is large, and no coarser later than they were."""

from __future__ import annotations

from dataclasses import replace

import pytest

from testimony.anonymity.frozen_profile import walk
from testimony.anonymity.pool import Pool
from testimony.anonymity.profile import FIRST_TIERS, MOST_FINER, Made, Profile, make
from testimony.anonymity.validity import PUBLIC, SAFE, TRUSTED
from tests.support.anonymity.frozen_profile import alike
from tests.support.anonymity.populations import SCHEMA, large, population

POOL = large(12_000)
AS_THEY_ARE = replace(TRUSTED, opening=1.0)


def lost(made: Made) -> float:
    """Who is held back is wholly lost."""
    share = made.published / made.records
    return made.mean_loss * share + 1 - share


def test_a_large_pool_gets_finer_tiers_first_and_loses_less() -> None:
    finer, plain = make(POOL, TRUSTED), make(POOL, AS_THEY_ARE)
    assert plain.tiers[0].published > TRUSTED.opening * len(POOL) >= finer.tiers[0].published
    assert len(finer.profile.tiers) == len(plain.profile.tiers) + 1
    assert lost(finer) < lost(plain)


def test_a_small_pool_keeps_the_tiers_of_its_preset() -> None:
    pool = Pool.from_records(population(1_000, 11), SCHEMA)
    made = make(pool, TRUSTED)
    assert made == make(pool, AS_THEY_ARE)
    assert made.profile.first == FIRST_TIERS


def test_a_new_record_may_use_the_finer_tiers_and_as_many_of_the_others_as_before() -> None:
    """Finer lines are no reason to wait: of a first batch leaves as much, but for three in a hundred."""
    finer, plain = make(POOL, TRUSTED).profile, make(POOL, AS_THEY_ARE).profile
    assert finer.first == FIRST_TIERS + 1
    new = replace(POOL, waited=POOL.waited * 0)
    before = walk(new, plain, name="1").published
    assert walk(new, finer, name="1").published > 0.97 * before
    assert walk(new, finer.faster(FIRST_TIERS), name="1").published < 0.97 * before


def test_a_profile_with_finer_tiers_is_pinned_like_any_other() -> None:
    made = make(POOL, TRUSTED).profile
    assert Profile.read(made.value) == replace(made, preset=replace(TRUSTED, tiers=len(made.tiers)))


def test_a_pinned_profile_says_shares_in_millionths() -> None:
    preset = replace(TRUSTED, alpha=0.25, least=0.75, global_risk=0.8)
    value = replace(make(POOL, AS_THEY_ARE).profile, preset=preset).value
    assert [value[name] for name in ("alpha", "least", "global_risk")] == [250_000, 750_000, 800_000]


def test_what_everybody_may_read_is_no_finer_for_a_large_pool() -> None:
    """Finer lines have fewer people each: the mean risk would rise, and pass the limit of the strictest preset."""
    for preset in (PUBLIC, SAFE):
        assert len(make(POOL, preset).profile.tiers) == preset.tiers


def test_looking_for_finer_tiers_ends() -> None:
    one_class = Pool.from_records(alike(40), SCHEMA)
    assert make(one_class, TRUSTED).profile.tiers == ((0,) * len(SCHEMA.attributes), SCHEMA.ceilings)
    never_fine_enough = make(POOL, replace(TRUSTED, opening=0.0))
    assert len(never_fine_enough.tiers) == TRUSTED.tiers + MOST_FINER


def test_the_same_records_give_the_same_profile_on_every_desk() -> None:
    """Written down once: what is pinned must not depend on the version, the machine or the day."""
    made = make(Pool.from_records(population(1_200, 11), SCHEMA), TRUSTED)
    assert [(tier.vector, tier.published, tier.looked_at) for tier in made.tiers] == [
        ((3, 1, 1, 0, 0, 1, 0), 74, 93),
        ((3, 1, 1, 0, 2, 1, 0), 121, 107),
        ((3, 1, 2, 0, 2, 1, 0), 113, 181),
        ((3, 1, 1, 0, 2, 2, 0), 259, 148),
        ((3, 1, 2, 0, 2, 2, 1), 197, 177),
        ((4, 1, 2, 0, 3, 2, 1), 199, 126),
        ((4, 1, 2, 0, 3, 2, 2), 107, 54),
        ((4, 1, 3, 1, 2, 2, 2), 73, 30),
    ]
    assert (made.published, made.records, made.profile.first) == (1_143, 1_200, 3)
    assert [round(one, 6) for one in made.loss] == [0.375059, 0.137503, 0.416323, 0.063867, 0.530507, 0.76078, 0.229221]
    assert made.mean_loss == pytest.approx(sum(made.loss) / 7)
    assert made.profile.tiers == tuple(tier.vector for tier in made.tiers)
