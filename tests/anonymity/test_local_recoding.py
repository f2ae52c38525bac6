"""Local recoding, which tiers are measured against, keeps the same rule; else the comparison would be worth nothing."""

from __future__ import annotations

from collections import defaultdict

import pytest

from testimony.anonymity.pool import Pool, Record
from testimony.anonymity.validity import PUBLIC, TRUSTED, Preset
from tests.bench.others.recoding import lost, recode
from tests.support.anonymity.frozen_profile import alike, hides
from tests.support.anonymity.populations import SCHEMA, population


@pytest.mark.parametrize("preset", [TRUSTED, PUBLIC])
@pytest.mark.parametrize("seed", range(3))
def test_every_group_hides_its_people_by_plain_sets(seed: int, preset: Preset) -> None:
    records = population(700, seed)
    levels, published = recode(Pool.from_records(records, SCHEMA), preset.rule)
    groups: dict[tuple[tuple[int, str], ...], list[Record]] = defaultdict(list)
    for record, of_record, leaves in zip(records, levels.tolist(), published.tolist(), strict=True):
        if leaves:
            ladders = [one.ladder(value) for one, value in zip(SCHEMA.attributes, record.values, strict=True)]
            labels = ((level, ladder[level]) for level, ladder in zip(of_record, ladders, strict=True))
            groups[tuple(labels)].append(record)
    assert len(groups) > 10
    assert all(hides(of_group, preset) for of_group in groups.values())


def test_who_are_alike_lose_nothing_and_who_is_held_back_loses_all() -> None:
    for records, loss in ((alike(9), 0.0), (alike(4), 1.0)):
        pool = Pool.from_records(records, SCHEMA)
        assert lost(pool, *recode(pool, TRUSTED.rule)) == loss
