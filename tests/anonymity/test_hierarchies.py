"""Hierarchies nest, agree with the codebook, cover what they stand for, and take no missing answer for any other."""

from __future__ import annotations

import pytest

from testimony.anonymity.errors import HierarchyUnusable
from testimony.anonymity.field_hierarchies import (
    AGES,
    DISTANCES,
    PLACE_KINDS,
    PREVIOUS,
    SIZES,
    dates,
    distances,
    place_kinds,
    places,
    span,
    standard,
)
from testimony.anonymity.hierarchies import ANY, MISSING, Hierarchy, encode, from_table, nested
from testimony.answer import MISSING as REASONS
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.codebook import read_json as questionnaire
from tests.support.anonymity.hierarchies import weeks

CODEBOOK = Codebook.load()
ALL = (*standard(tuple(CODEBOOK.segments)), place_kinds(), distances())
MONTHS = [f"{year}-{month:02d}" for year in range(1998, 2040) for month in range(1, 13)]
QUARTERS = [f"{year}-{month:02d}..{year}-{month + 2:02d}" for year in range(1998, 2040) for month in (1, 4, 7, 10)]
YEARS = [str(year) for year in range(1998, 2040)]


@pytest.mark.parametrize("hierarchy", ALL, ids=lambda one: one.name)
def test_the_levels_are_those_of_the_codebook(hierarchy: Hierarchy) -> None:
    assert hierarchy.levels == CODEBOOK.hierarchies[hierarchy.name]


def test_every_level_that_the_codebook_names_is_explained() -> None:
    assert {*CODEBOOK.hierarchies, "missing"} == set(questionnaire("codebook.json")["levels"])


@pytest.mark.parametrize(
    ("name", "table"),
    [("age", AGES), ("size_band", SIZES), ("prev", PREVIOUS), ("place_kind", PLACE_KINDS), ("dist_band", DISTANCES)],
)
def test_every_code_of_a_list_has_its_ladder(name: str, table: dict[str, tuple[str, ...]]) -> None:
    assert set(table) == set(CODEBOOK.codes(name)) - set(REASONS)


def test_every_country_has_a_region_and_none_is_invented() -> None:
    nations = next(one for one in ALL if one.name == "nat")
    assert set(nations.domain) == {*CODEBOOK.countries, "XXA"}
    assert nations.ladder("AFG") == ("AFG", "m034", "m142", ANY)
    assert nations.ladder("MLI") == ("MLI", "m011", "m002", ANY)
    assert nations.ladder("XXA") == ("XXA", "XXA", "XXA", ANY)
    assert nations.ladder("XXX")[0] == MISSING  # "not known" is no country


def test_ages_have_eight_bands_and_every_level_keeps_eighteen() -> None:
    ages = next(one for one in ALL if one.name == "age")
    children = {"a0to11", "a12to14", "a15to17"}
    assert len(ages.domain) == 8
    for level in range(len(ages.levels) - 1):
        young = {ages.ladder(one)[level] for one in children}
        assert not young & {ages.ladder(one)[level] for one in set(ages.domain) - children}


def test_group_sizes_have_seven_bins_and_an_open_top() -> None:
    assert len(SIZES) == 7
    assert CODEBOOK.lists["size_band"].options[6].at_most is None


def test_dates_nest_from_month_to_three_years() -> None:
    ladders = nested(dates(), [*MONTHS, *QUARTERS, *YEARS])
    assert ladders["2022-05"] == ("2022-05", "2022-04..2022-06", "2022-01..2022-06", "2022", "2022-01..2024-12")
    assert ladders["2022-04..2022-06"][:2] == ("2022-04..2022-06",) * 2
    assert ladders["2022-04..2022-06"][1:] == ladders["2022-05"][1:]
    assert ladders["2022"] == ("2022", "2022", "2022", "2022", "2022-01..2024-12")


def test_every_label_of_a_date_covers_what_it_stands_for() -> None:
    for value, ladder in nested(dates(), [*MONTHS, *QUARTERS, *YEARS]).items():
        widths = []
        for label in ladder:
            first, last = span(label)
            assert first <= span(value)[0] <= span(value)[1] <= last
            widths.append(MONTHS.index(last) - MONTHS.index(first) + 1)
        assert widths == sorted(widths)
        assert widths[-1] == 36


def test_places_are_segments_and_borders_and_nothing_above() -> None:
    for code, segment in CODEBOOK.segments.items():
        assert places().ladder(code) == (code, segment.border)
    assert places().ladder("HRV-SVN:drava") == ("HRV-SVN:drava", "HRV-SVN")  # of an organisation's own gazetteer


@pytest.mark.parametrize("value", ["2022-W05", "2022-13", "2022-02..2022-04", "2022-01-15", "yesterday", "", "٢٠٢٢"])
def test_what_is_no_date_is_missing(value: str) -> None:
    assert dates().ladder(value) == (MISSING,) * 5


@pytest.mark.parametrize("hierarchy", ALL, ids=lambda one: one.name)
@pytest.mark.parametrize("value", [MISSING, *REASONS, "", ANY, "Amina told me"])
def test_missing_is_a_value_of_its_own_below_any(hierarchy: Hierarchy, value: str) -> None:
    *below, top = hierarchy.ladder(value)
    assert set(below) == {MISSING}
    assert top == (ANY if hierarchy.has_star else MISSING)


def test_weeks_do_not_nest_in_months_and_are_refused_with_a_sentence() -> None:
    with pytest.raises(HierarchyUnusable, match=r"do not lie in each other.*2022-W05.*more than one month") as refused:
        encode(weeks(), ["2022-01-31", "2022-02-01"])
    assert refused.value.code == "hierarchy.unusable"


def test_ages_of_five_years_across_eighteen_are_refused() -> None:
    of_age = {str(age): (f"a{age // 5 * 5}", "child" if age < 18 else "adult") for age in range(12, 30)}
    with pytest.raises(HierarchyUnusable, match="a15"):
        from_table("age", ("year", "five", "majority"), of_age)


def test_a_ladder_with_too_few_steps_is_refused() -> None:
    with pytest.raises(HierarchyUnusable, match="incomplete"):
        from_table("age", ("band", "majority"), {"a18to24": ("adult",), "a0to11": ()})


def test_a_value_cannot_take_the_name_of_missing() -> None:
    with pytest.raises(HierarchyUnusable):
        from_table("age", ("band",), {"a18to24": (MISSING,)})


def test_numbers_of_values_do_not_depend_on_their_order() -> None:
    first, second = encode(dates(), MONTHS[:30]), encode(dates(), MONTHS[29::-1])
    assert first.labels == second.labels
    assert first.base.tolist() == second.base.tolist()[::-1]
