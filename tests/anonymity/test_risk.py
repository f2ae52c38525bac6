"""What is said of a release is counted from its classes, and a preset that promises more than they keep refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from testimony.anonymity.class_table import table
from testimony.anonymity.errors import RiskTooHigh
from testimony.anonymity.frozen_profile import walk
from testimony.anonymity.pool import Pool
from testimony.anonymity.profile import make
from testimony.anonymity.risk import Risk, allowed, assess
from testimony.anonymity.validity import PRESETS, PUBLIC, SAFE, TRUSTED, Preset
from tests.support.anonymity.frozen_profile import PROFILE, alike
from tests.support.anonymity.populations import SCHEMA, population


def assessed(size: int, preset: Preset) -> Risk:
    pool = Pool.from_records(population(size, 4), SCHEMA)
    batch = walk(pool, make(pool, preset).profile.faster(9), name="1")
    found = assess(batch, pool, table(batch, pool))
    allowed(batch, found)
    return found


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda one: one.id)
def test_no_preset_promises_more_than_its_classes_keep(preset: Preset) -> None:
    found = assessed(5_000, preset)
    assert found.smallest >= preset.k
    assert found.prosecutor == 1 / found.smallest
    assert found.marketer <= min(found.prosecutor, preset.global_risk)
    assert max(found.stigma) <= preset.alpha
    assert sum(found.tiers) == found.published
    assert found.published + sum(number for _, number in found.waiting) == found.records == 5_000


def test_public_risk_is_at_most_nine_percent() -> None:
    assert assessed(2_500, PUBLIC).prosecutor <= 1 / 11


@pytest.mark.parametrize("size", [300, 1_000])
def test_the_safest_preset_says_that_it_cannot_with_few_records(size: int) -> None:
    with pytest.raises(RiskTooHigh, match=r"right in [34]\.\d\d % of cases; this preset allows 3 %"):
        assessed(size, SAFE)


def test_a_global_risk_above_the_limit_is_refused_with_a_sentence() -> None:
    pool = Pool.from_records(population(1_000, 4), SCHEMA)
    strict = replace(TRUSTED, id="strict", global_risk=0.01)
    batch = walk(pool, make(pool, strict).profile, name="1")
    with pytest.raises(RiskTooHigh, match=r"right in \d+\.\d\d % of cases; this preset allows 1 %"):
        allowed(batch, assess(batch, pool, table(batch, pool)))


def test_nothing_published_is_no_risk_and_says_nothing() -> None:
    pool = Pool.from_records([], SCHEMA)
    batch = walk(pool, make(pool, TRUSTED).profile, name="1")
    found = assess(batch, pool, table(batch, pool))
    assert (found.prosecutor, found.marketer, found.loss) == (0.0, 0.0, (1.0,) * 7)


def test_stricter_presets_publish_less_and_lose_more() -> None:
    loose, strict = (make(Pool.from_records(population(1_000, 6), SCHEMA), preset) for preset in (TRUSTED, PUBLIC))
    assert strict.published < loose.published
    assert strict.mean_loss > loose.mean_loss


def test_every_figure_is_counted_from_the_classes() -> None:
    """Six who are alike; eight of another border, in two parts of it, three with a stigma; two who wait."""
    other = [
        replace(one, values=("2023-05", f"GRC-TUR:{('evros', 'samos')[number % 2]}", *one.values[2:]))
        for number, one in enumerate(alike(8, start=50))
    ]
    told = [replace(one, stigma=frozenset({"sexual"}), marks=frozenset({"sexual"})) for one in other[:3]]
    late = [
        replace(one, values=(one.values[0], "POL-BLR:all", *one.values[2:])) for one in alike(2, start=90, waited=1)
    ]
    pool = Pool.from_records([*alike(6), *told, *other[3:], *late], SCHEMA)
    batch = walk(pool, PROFILE, name="1")
    found = assess(batch, pool, table(batch, pool))
    assert (found.records, found.published, found.classes, found.persons, found.smallest) == (16, 14, 2, 14, 6)
    assert (found.prosecutor, found.marketer) == (1 / 6, 2 / 14)
    assert found.stigma == (3 / 8, 0.0, 0.0)
    assert (found.shown, found.blanks) == (1, 19 / 20)
    assert found.tiers == (14, *[0] * (len(PROFILE.tiers) - 1))
    assert found.waiting == ((1, 2),)
    assert found.loss == (0.0, 8 * 333_333 / (1_000_000 * 14), *[0.0] * 5)


@pytest.mark.parametrize(("risk", "fits"), [(0.03, True), (0.0301, False)])
def test_a_risk_may_be_as_high_as_the_preset_says(risk: float, fits: bool) -> None:
    pool = Pool.from_records(alike(6), SCHEMA)
    batch = walk(pool, replace(PROFILE, preset=SAFE), name="1")
    found = replace(assess(batch, pool, table(batch, pool)), marketer=risk)
    if fits:
        allowed(batch, found)
    else:
        with pytest.raises(RiskTooHigh, match=r"3\.01.*3"):
            allowed(batch, found)
