"""The hierarchies and the tiers on a real file: as skewed as the world is."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict

import pytest

from testimony.anonymity.errors import HierarchyUnusable
from testimony.anonymity.frozen_profile import walk
from testimony.anonymity.hierarchies import MISSING, encode, from_table
from testimony.anonymity.pool import Pool
from testimony.anonymity.profile import make
from testimony.anonymity.validity import PUBLIC, TRUSTED, Preset
from tests.support.anonymity.hierarchies import weeks
from tests.support.anonymity.missing_migrants import record, rows, schema


@pytest.mark.parametrize("preset", [TRUSTED, PUBLIC], ids=lambda one: one.id)
def test_real_incidents_leave_in_classes_that_hide_them(preset: Preset) -> None:
    found = rows()
    records = [record(row) for row in found]
    pool = Pool.from_records(records, schema(found))
    made = make(pool, preset)
    batch = walk(pool, made.profile.faster(len(made.profile.tiers)), name="1")
    for frozen in batch.classes:
        of_class = [records[one] for one in frozen.members]
        assert len({one.person for one in of_class}) >= preset.k
        assert len({one.incident for one in of_class}) >= preset.m
        for one in of_class:
            ladders = [
                attribute.ladder(value) for attribute, value in zip(pool.schema.attributes, one.values, strict=True)
            ]
            levels = batch.profile.tiers[frozen.tier]
            assert frozen.labels == tuple(ladder[level] for ladder, level in zip(ladders, levels, strict=True))
    assert batch.published == made.published > 0.95 * len(records)


def test_what_is_known_of_the_file_is_found_in_it() -> None:
    """Day, country and nationality tell three in four apart; year, route and region leave one in seven below k."""
    found = rows()
    days = Counter((row["Incident date"], row["Country of Incident"], row["Country of Origin"]) for row in found)
    years = Counter((row["Incident year"], row["Route"], row["Region of Origin"]) for row in found)
    assert 0.70 < sum(number for number in days.values() if number == 1) / len(found) < 0.80
    assert 0.12 < sum(number for number in years.values() if number < 5) / len(found) < 0.18


def test_most_origins_are_read_and_the_unknown_ones_are_missing() -> None:
    found = rows()
    nations = [record(row).values[2] for row in found]
    single = [row["Country of Origin"] for row in found if "," not in row["Country of Origin"]]
    unread = Counter(row["Country of Origin"] for row, nation in zip(found, nations, strict=True) if nation == MISSING)
    assert unread["Unknown"] == single.count("Unknown")
    plain = {
        name: number for name, number in unread.items() if "," not in name and "nknown" not in name and name != "Mixed"
    }
    assert sum(plain.values()) < 60, plain


def test_weeks_of_real_dates_are_refused() -> None:
    days = [row["Incident date"] for row in rows()]
    assert all(datetime.date.fromisoformat(day) for day in days)
    with pytest.raises(HierarchyUnusable):
        encode(weeks(), days)


def test_countries_do_not_nest_in_iom_regions_and_are_refused() -> None:
    """Greece is in the Mediterranean for one incident and in Europe for another."""
    regions: dict[str, set[str]] = defaultdict(set)
    for row in rows():
        regions[row["Country of Incident"]].add(row["Region of Incident"])
    assert len(regions["Greece"]) > 1
    pairs = {f"{country} {region}": (country, region) for country, of in regions.items() for region in of}
    with pytest.raises(HierarchyUnusable):
        from_table("place", ("incident", "country", "region"), pairs)
