"""Counting by the plan: which cells are published, under which names, and how."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import combinations

import pytest

from testimony.domain.tables import count
from testimony.domain.tables.account import Counted
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.groups import GROUP
from testimony.domain.tables.offsets import BASES, Offsets, Unit
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.rows import rest_code
from tests.support.domain.cells import Cell, held_back, mixed, sets
from tests.support.domain.told_accounts import account, population

OFFSETS = Offsets.of(bytes(range(32)))
YEAR = Period.of("2026")


def of(accounts: list[Counted], label: str = "2026", *, size: int = 0, offsets: Offsets = OFFSETS) -> Published:
    plan = Plan.fitting(2026, size or len(accounts), borders=[], codebook="1")
    return count.publish(accounts, plan, Period.of(label), offsets)


def at(border: str, number: int, start: int, **values: object) -> list[Counted]:
    return [account(start + n, border=border, **values) for n in range(number)]


def with_held(
    accounts: list[Counted],
    held: list[tuple[str, str]],
    *,
    label: str = "2026",
    size: int = 100,
    offsets: Offsets = OFFSETS,
) -> Published:
    plan = Plan.fitting(2026, size, borders=[], codebook="1")
    return count.publish(accounts, plan, Period.of(label), offsets, held=held)


@pytest.fixture(scope="module")
def large() -> Published:
    return of(population(2400, 2))


def test_every_number_is_a_multiple_of_its_base_and_less_than_a_base_from_the_count(large: Published) -> None:
    accounts = population(2400, 2)
    assert all(number >= 0 and number % BASES[name.unit] == 0 for name, number in large.numbers.items())
    for name, number in large.numbers.items():
        cell = dict(name.cell)
        if name.unit is Unit.ACCOUNTS and set(cell) == {"border", "act"} and ":" not in cell["border"]:
            told = [a for a in accounts if a.border == cell["border"] and cell["act"] in a.told.get("act", ())]
            assert abs(len(told) - number) < 5


def test_a_total_has_one_name_over_all_tables(large: Published) -> None:
    """The total of a border, which every table of borders begins with, and the accounts of a nation."""
    assert large.number({"border": "HRV-BIH"}) is not None
    assert all("all" not in dict(name.cell).values() for name in large.numbers)
    assert len({name.to_bytes() for name in large.numbers}) == len(large.numbers)


def test_a_period_below_its_size_is_refused_and_nothing_of_it_is_counted() -> None:
    with pytest.raises(TablesRefused) as refused:
        of(population(59, 3))
    assert refused.value.reason == "small"
    with pytest.raises(TablesRefused):
        of([replace(one, incident="incident-1") for one in population(100, 3)])
    with pytest.raises(TablesRefused) as unplanned:
        of(population(100, 3), "2026-03")
    assert unplanned.value.reason == "unplanned"


def test_a_period_in_which_no_border_has_enough_people_is_refused() -> None:
    with pytest.raises(TablesRefused) as refused:
        of([account(n, border=f"AA{chr(65 + n % 25)}-BIH") for n in range(100)])
    assert refused.value.reason == "rows"


def test_an_account_that_may_tell_of_any_incident_adds_none() -> None:
    with pytest.raises(TablesRefused):
        of([replace(one, incident="") for one in population(100, 3)])


def test_a_row_is_named_from_the_rounded_number_of_persons() -> None:
    accounts = (
        at("HRV-BIH", 80, 0) + at("GRC-TUR", 5, 100) + at("HUN-SRB", 14, 200) + at("BGR-TUR", 20, 300, incident="one")
    )
    made = of(accounts, size=100)
    assert made.rows["border"] == ("HRV-BIH", "HUN-SRB"), "five are too few, and so is one incident"
    assert made.number({"border": "GRC-TUR"}) is None
    rest = rest_code(made.rows["border"])
    assert rest == "all:rest-without:HRV-BIH+HUN-SRB"
    assert abs(25 - (made.number({"border": rest}) or 0)) < 5


def test_one_person_who_tells_often_makes_no_row() -> None:
    made = of(at("HRV-BIH", 80, 0) + at("GRC-TUR", 40, 100, person="one"), size=100)
    assert made.rows["border"] == ("HRV-BIH",)


def test_an_empty_rest_prints_like_a_rest_of_one() -> None:
    accounts = population(300, 4)
    full = [one for one in accounts if one.border in ("HRV-BIH", "GRC-TUR")] * 2
    full = [replace(one, name=f"{n}", person=f"p{n}") for n, one in enumerate(full)]
    empty, single = of(full, size=300), of([*full, account(999, border="CYP-SYR")], size=300)
    assert empty.rows == single.rows
    assert empty.numbers.keys() == single.numbers.keys()
    rest = rest_code(empty.rows["border"])
    assert empty.number({"border": rest}) in (0, 5)
    assert empty.number({"border": rest, "act": "dogs"}) is None, "no columns in a small rest"


def test_nationalities_and_groups_of_persons_have_rows_of_twenty_at_least(large: Published) -> None:
    few = at("HRV-BIH", 13, 3000, nationality="ERI") + at("HRV-BIH", 40, 4000, nationality="SDN")
    made = of([*population(2400, 2), *few])
    assert "ERI" not in made.rows["nationality"]
    assert "SDN" in made.rows["nationality"]
    assert made.number({"nationality": "SDN", "border": "HRV-BIH"}) is not None
    assert "nationality" not in of(population(700, 2)).rows
    assert set(large.rows["person"]) >= {"adult-m", "child-m"}


def test_months_of_a_border_are_as_exact_as_most_of_them_print_a_number() -> None:
    spread = [replace(a, when=f"2026-{n % 12 + 1:02d}") for n, a in enumerate(at("HRV-BIH", 300, 0))]
    lumped = [replace(a, when=("2026-01", "2026-04", "2026-Q3")[n % 3]) for n, a in enumerate(at("GRC-TUR", 300, 1000))]
    early = [replace(a, when="2019") for a in at("HUN-SRB", 30, 2000)]
    made = of([*spread, *lumped, *early])
    assert dict(made.levels) | {"all": "", rest_code(made.rows["border"]): ""} == {
        "HRV-BIH": "months", "GRC-TUR": "quarters", "HUN-SRB": "years", "all": "", rest_code(made.rows["border"]): "",
    }  # fmt: skip
    assert made.number({"border": "GRC-TUR", "month": "2026-Q3"}) is not None
    assert made.number({"border": "GRC-TUR", "month": "2026-01"}) is None, "levels never overlap"
    assert abs(30 - (made.number({"border": "HUN-SRB", "month": "earlier"}) or 0)) < 5


def test_each_question_has_the_number_of_those_who_answered_it() -> None:
    asked = at("HRV-BIH", 60, 0, told={"act": frozenset({"dogs"})}) + at("HRV-BIH", 80, 100)
    made = of(asked)
    assert abs(60 - (made.number({"border": "HRV-BIH", "answered": "act"}) or 0)) < 5
    assert abs(140 - (made.number({"border": "HRV-BIH"}) or 0)) < 5


def test_incidents_persons_and_people_stand_in_the_totals_of_borders_alone(large: Published) -> None:
    cells = {tuple(dict(name.cell)) for name in large.numbers if name.unit is not Unit.ACCOUNTS}
    assert cells == {(), ("border",)}


def test_one_incident_counts_a_hundred_people_at_most_and_few_incidents_none() -> None:
    crowd = at("HRV-BIH", 60, 0, people=101)
    few = [replace(one, incident=f"incident-few-{n % 3}") for n, one in enumerate(at("GRC-TUR", 40, 100, people=50))]
    made = of(crowd + few)
    assert abs(6000 - (made.number({"border": "HRV-BIH"}, Unit.PEOPLE) or 0)) < 25
    assert made.capped
    assert made.number({"border": "GRC-TUR"}, Unit.PEOPLE) is None
    assert not of(at("HRV-BIH", 60, 0, people=100)).capped


def test_people_of_one_incident_are_counted_once() -> None:
    twice = at("HRV-BIH", 60, 0, people=30)
    made = of(twice + [replace(one, name=f"{one.name}-2", person=f"{one.person}-2", people=15) for one in twice])
    assert abs(1800 - (made.number({"border": "HRV-BIH"}, Unit.PEOPLE) or 0)) < 25


def test_deaths_are_told_of_where_several_people_of_several_incidents_tell_of_them() -> None:
    told = {"dead": frozenset({"told"})}
    many = at("HRV-BIH", 10, 0, told=told) + at("HRV-BIH", 600, 100)
    once = at("GRC-TUR", 10, 1000, told=told, incident="one") + at("GRC-TUR", 60, 1100)
    small = at("HUN-SRB", 12, 2000, told=told)
    made = of(many + once + small)
    assert made.number({"border": "HRV-BIH", "dead": "told"}) is not None
    assert made.number({"border": "GRC-TUR", "dead": "told"}) is None
    assert made.number({"border": "HUN-SRB", "dead": "told"}) is None


HELD = [("HRV-BIH", count.CONSENT)] * 30 + [("", count.REVIEW)] * 10


def test_a_year_tells_what_is_held_back_with_the_reason() -> None:
    made = with_held(at("HRV-BIH", 80, 0) + at("GRC-TUR", 7, 100, incident="one"), HELD)
    expected = {
        (("held", "taken"),): 127, (("held", "consent"),): 30, (("held", "review"),): 10,
        (("border", "HRV-BIH"), ("held", "taken")): 110, (("border", "HRV-BIH"), ("held", "consent")): 30,
    }  # fmt: skip
    for cell, number in expected.items():
        assert abs(number - (made.number(dict(cell)) or 0)) < 5


@pytest.mark.parametrize("label", ["2026-03", "2026-Q1"])
def test_a_month_and_a_quarter_say_nothing_of_what_is_held_back(label: str) -> None:
    """Nothing of it is counted for them, so each number would be false or a second draw of a number that is there."""
    made = with_held(population(300, 2), HELD, label=label, size=2000)
    assert made.numbers
    assert all(count.HELD not in dict(name.cell) for name in made.numbers)


def test_what_was_taken_in_has_a_number_only_where_a_printed_one_says_that_something_is_held_back() -> None:
    accounts = at("HRV-BIH", 80, 0) + at("GRC-TUR", 40, 100)
    for number in range(12):
        for offsets in (OFFSETS, Offsets.of(bytes(range(1, 33)))):
            made = with_held(accounts, [("HRV-BIH", count.CONSENT)] * number, offsets=offsets)
            for row in ({}, {"border": "HRV-BIH"}, {"border": "GRC-TUR"}):
                printed = [made.number({**row, count.HELD: why}) for why in (count.CONSENT, count.REVIEW)]
                assert (made.number({**row, count.HELD: count.TAKEN}) is not None) == any(printed)


@pytest.mark.parametrize(("label", "layer"), [("2026", 4), ("2026", 2), ("2026-03", 1), ("until 2026-03", 3)])
def test_no_two_names_of_one_file_stand_for_the_same_accounts_by_construction(label: str, layer: int) -> None:
    """Two draws for one count would halve its doubt. The same accounts may be under two names by chance alone."""
    files, alike = list[dict[Cell, frozenset[str]]](), Counter[tuple[Cell, Cell]]()
    period, plan = Period.of(label), Plan.fitting(2026, 2400, borders=[], codebook="1")
    for seed in range(4):
        accounts, held = mixed(400, seed), held_back(60, seed)
        made = count.Count(accounts, plan, period, layer, OFFSETS, 1).published(held)
        files.append(dict(sets(made, accounts, held)))
        of_set = defaultdict[frozenset[str], set[Cell]](set)
        for cell, members in files[-1].items():
            of_set[members].add(cell)
        alike.update(pair for found, cells in of_set.items() if found for pair in combinations(sorted(cells), 2))
    often = [pair for pair, times in alike.items() if times > 1]
    both = {(one, two): [file for file in files if one in file and two in file] for one, two in often}
    assert [(one, two) for (one, two), held in both.items() if all(file[one] == file[two] for file in held)] == []


def test_without_a_row_of_a_nation_there_is_no_rest_of_all_nations() -> None:
    made = of([replace(one, nationality="") for one in population(2400, 2)])
    assert made.rows["nationality"] == ()
    assert not [name for name in made.numbers if "nationality" in dict(name.cell)]


def test_the_same_accounts_give_the_same_numbers_in_any_order() -> None:
    accounts = population(300, 5)
    assert of(accounts).to_value() == of(accounts[::-1]).to_value()


def of_groups(made: Published) -> dict[str, tuple[int | None, int | None]]:
    codes = {code for name in made.numbers for dimension, code in name.cell if dimension == GROUP}
    cells = [{GROUP: code, count.HELD: count.COUNTED} for code in codes]
    return {cell[GROUP]: (made.number(cell), made.number({**cell, count.HELD: count.BACK})) for cell in cells}


def test_a_year_counts_of_each_group_who_is_in_the_file_and_who_is_held_back() -> None:
    told = {"act": frozenset({"dogs"})}
    accounts = at("HRV-BIH", 60, 0, told=told) + at("GRC-TUR", 40, 100, who="adult-f", nationality="MAR")
    back = {"gender:f": 90, "gender:x": 3, "region:m002": 90, "violence:yes": 30}
    made = count.publish(accounts, Plan.fitting(2026, 100, borders=[], codebook="1"), YEAR, OFFSETS, back=back)
    expected = {
        "gender:m": (60, 0), "gender:f": (40, 90), "stage:adult": (100, 0), "region:m142": (60, 0),
        "region:m002": (40, 90), "violence:yes": (60, 30),
    }  # fmt: skip
    found = of_groups(made)
    assert found.keys() == expected.keys(), "three people are too few for a sentence"
    for code, numbers in expected.items():
        assert all(abs(true - (number or 0)) < 5 for true, number in zip(numbers, found[code], strict=True))


def test_a_month_and_a_quarter_count_no_groups() -> None:
    assert of_groups(of(population(300, 2), "2026-03", size=2000)) == {}
