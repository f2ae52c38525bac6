"""Which numbers of published tables become smaller for somebody who knows a story, and when that is too small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from testimony.domain.stories.beside_tables import LEAST_LEFT, REST, Cell, Told, cells
from testimony.domain.stories.story import Story
from testimony.domain.tables import plan as tables_plan
from testimony.domain.tables.acts import member
from testimony.domain.tables.membership import PrintedFile
from testimony.domain.tables.periods import Period

TODAY = date(2025, 12, 20)


def story(**more: object) -> Story:
    plain = {
        "id": "0" * 32,
        "of": "a" * 64,
        "lang": "en",
        "title": "At night",
        "month": "2025-07",
        "border": "HRV-BIH:all",
    }
    return Story.parse({**plain, "people": None, "answers": {}, "losses": {}, "paragraphs": ["We left."], **more})


def told(number: int, border: str = "HRV-BIH", when: str = "2025-07", start: int = 0) -> list[Told]:
    return [Told(name=f"{border}{when}{start + n}", border=border, when=when) for n in range(number)]


OWN = Told(name="a" * 64, border="HRV-BIH", when="2025-07")


def found(one: Story, counted: list[Told], known: list[str] | None = None) -> dict[tuple[str, str], tuple[int, int]]:
    """Over all years."""
    said = cells(one, counted, known or [], at=TODAY)
    return {(cell.border, cell.when): (cell.accounts, cell.left) for cell in said if not cell.period}


def in_files(
    one: Story,
    counted: list[Told],
    known: list[str] | None = None,
    *,
    files: Sequence[PrintedFile] = (),
    at: date = TODAY,
) -> dict[tuple[str, ...], Cell]:
    """In the files after that of the year before, which counts what came in it, and in `files`."""
    before = printed(str(at.year - 1), (each for each in counted if each.name[7:11] == str(at.year - 1)))
    said = cells(one, counted, known or [], {"kick": "force_body"}, files=[before, *files], at=at)
    return {(cell.period, cell.border, cell.when, *filter(None, cell.answer)): cell for cell in said if cell.period}


def printed(label: str, accounts: Iterable[Told], layer: int = 1) -> PrintedFile:
    return PrintedFile(period=Period.of(label), layer=layer, members=frozenset(member(one.name) for one in accounts))


def small(one: Story, counted: list[Told], files: Sequence[PrintedFile] = ()) -> set[tuple[str, ...]]:
    return {key for key, cell in in_files(one, counted, files=files).items() if cell.is_small}


def came(number: int, month: str, border: str = "HRV-BIH", **more: object) -> list[Told]:
    """Each of another person and incident, from two years before. Their names tell the month in which they came."""
    plain = {"border": border, "when": "2023-07"} | more
    names = [f"{border}{month}{plain['when']}{n}" for n in range(number)]
    return [Told(**({"name": one, "incident": one} | plain)) for one in names]  # type: ignore[arg-type]  # a test gives what fits


MINE = replace(OWN, incident="mine", told={"act": frozenset({"force_body"}), "custody": frozenset({"held"})})
FAR = came(590, "2025-02", "GRC-TUR")


def test_a_story_counts_out_of_every_number_that_it_stands_in() -> None:
    counted = [OWN, *told(9), *told(590, "GRC-TUR", "2025-03")]
    assert found(story(), counted) == {
        ("HRV-BIH", ""): (10, 9),
        ("", "2025-07"): (10, 9),
        ("HRV-BIH", "2025-07"): (10, 9),
    }


def test_published_stories_count_out_too() -> None:
    counted = [OWN, *told(9), *told(590, "GRC-TUR", "2025-03")]
    known = [one.name for one in counted[1:4]]
    assert found(story(), counted, known)["HRV-BIH", "2025-07"] == (10, 6)


@pytest.mark.parametrize(
    ("accounts", "places"),
    [
        (60, {("HRV-BIH", "")}),
        (120, {("HRV-BIH", ""), ("", "2025"), ("HRV-BIH", "2025")}),
        (600, {("HRV-BIH", ""), ("", "2025-07"), ("HRV-BIH", "2025-07")}),
    ],
)
def test_only_what_tables_of_so_many_accounts_print_is_named(accounts: int, places: set[tuple[str, str]]) -> None:
    assert found(story(), told(accounts)).keys() == places


def test_a_story_that_says_neither_border_nor_time_stands_in_no_number() -> None:
    assert cells(story(month="", border=""), told(600), [], at=TODAY) == ()
    assert found(story(border=""), told(600)).keys() == {("", "2025-07")}


@pytest.mark.parametrize(("others", "small"), [(0, False), (1, True), (LEAST_LEFT - 1, True), (LEAST_LEFT, False)])
def test_a_number_is_too_small_where_it_would_stand_for_a_few_others(others: int, small: bool) -> None:
    (cell,) = cells(story(month=""), [OWN, *told(others)], [], at=TODAY)
    assert (cell.left, cell.is_small) == (others, small)


def test_a_number_of_one_year_is_looked_at_though_that_of_all_years_is_large() -> None:
    counted = [MINE, *came(5, "2025-03"), *came(90, "2024-03"), *came(200, "2025-03", "GRC-TUR")]
    one = story(month="")
    assert found(one, counted)["HRV-BIH", ""] == (96, 95)
    cell = in_files(one, counted)["2025", "HRV-BIH", ""]
    assert (cell.accounts, cell.left, cell.others, cell.is_small) == (6, 5, 5, False)
    known = [counted[1].name]
    assert [cell.is_small for cell in in_files(one, counted, known).values() if cell.border == "HRV-BIH"] == [True]


@pytest.mark.parametrize(
    ("accounts", "periods"),
    [
        (120, {"2025"}),
        (599, {"2025"}),
        (999, {"2025", "2025-Q3", "2025-Q4"}),
        (1000, {"2025", "2025-Q3", "2025-Q4", "2025-11", "2025-12"}),
    ],
)
def test_the_files_to_come_are_those_of_an_organisation_with_so_many_accounts_a_year(
    accounts: int, periods: set[str]
) -> None:
    counted = [MINE, *came(accounts - 1, "2025-08"), *came(300, "2023-08")]
    older = printed("2023", counted[accounts:])
    assert {key[0] for key in in_files(story(), counted, files=[older])} == periods


def test_a_period_with_too_few_accounts_has_no_file() -> None:
    counted = [MINE, *came(998, "2025-02"), *came(30, "2025-11")]
    spring = printed("2025-Q1", counted[1:999])
    assert {key[0] for key in in_files(story(), counted, files=[spring])} == {"2025"}


def test_a_file_has_the_story_in_the_columns_of_its_time_and_of_what_it_says() -> None:
    counted = [MINE, *came(30, "2025-03"), *came(30, "2025-03", when="2025-07"), *FAR]
    one = story(answers={"v_acts": ["kick"], "v_custody": ["held"]})
    keys = {key[1:] for key in in_files(one, counted) if key[0] == "2025"}
    times = {"", "2025", "2025-Q3", "2025-07"}
    answers = {("act", "force_body"), ("custody", "held")}
    assert {key for key in keys if len(key) == 2} == {(border, time) for border in ("", "HRV-BIH") for time in times}
    assert {key for key in keys if len(key) > 2} >= {
        (border, "", *one) for border in ("", "HRV-BIH") for one in answers
    }


def test_an_older_incident_stands_in_the_column_of_earlier_ones() -> None:
    counted = [MINE, *came(2, "2026-03"), *came(120, "2026-03", when="2026-01")]
    cell = in_files(story(), counted, at=date(2026, 4, 2))["2026", "HRV-BIH", "earlier"]
    assert (cell.accounts, cell.left, cell.is_small) == (3, 2, True)


def test_an_answer_that_a_few_others_give_makes_the_story_too_telling() -> None:
    force = {"act": frozenset({"undress"})}
    mine = replace(MINE, told=force)
    counted = [mine, *came(3, "2025-04", told=force), *came(200, "2025-03")]
    one = story(month="", answers={"v_acts": ["undress"]})
    assert small(one, counted) == {("2025", place, "", "act", "undress") for place in ("", "HRV-BIH")}
    assert small(story(month=""), counted) == set()


def test_the_others_are_counted_by_who_they_are() -> None:
    """Nine accounts of two people hide nobody, nor do further ones of the same witness."""
    two = [replace(one, person=f"person-{n % 2}") for n, one in enumerate(came(9, "2025-03"))]
    mine = replace(MINE, person="person-0")
    one = story(month="")
    (cell,) = (cell for cell in cells(one, [mine, *two], [], at=TODAY) if not cell.period)
    assert (cell.left, cell.others, cell.is_small) == (9, 1, True)


def test_a_border_that_can_have_no_row_is_counted_with_the_rest() -> None:
    counted = [MINE, *came(2, "2025-03"), *came(1, "2025-03", "CYP-SYR"), *came(200, "2025-03", "GRC-TUR")]
    cell = in_files(story(month=""), counted)["2025", REST, ""]
    assert (cell.left, cell.is_small) == (3, True)
    assert ("2025", "HRV-BIH", "") not in in_files(story(month=""), counted)


@pytest.mark.parametrize(("others", "rows"), [(4, {REST}), (5, {"HRV-BIH", REST}), (9, {"HRV-BIH"})])
def test_where_a_row_depends_on_the_secret_both_are_looked_at(others: int, rows: set[str]) -> None:
    counted = [MINE, *came(others, "2025-03"), *came(200, "2025-03", "GRC-TUR")]
    assert {key[1] for key in in_files(story(month=""), counted)} - {""} == rows


def test_a_printed_file_is_looked_at_as_it_is_whatever_came_since() -> None:
    """The next file has many more of that border, and hides nobody of the last one."""
    inside, since = [MINE, *came(3, "2025-03"), *came(200, "2025-03", "GRC-TUR")], came(90, "2025-11")
    one, file = story(month=""), printed("2025-Q1", inside)
    assert ("2025-Q1", REST, "") not in small(one, [*inside, *since])
    assert ("2025-Q1", REST, "") in small(one, [*inside, *since], [file])
    cell = in_files(one, [*inside, *since], files=[file])["2025", "HRV-BIH", ""]
    assert (cell.accounts, cell.others) == (94, 93), "the year counts both"


def test_what_is_printed_hides_nobody_in_the_next_file() -> None:
    before, waits = came(90, "2025-03"), [MINE, *came(3, "2026-01"), *came(200, "2026-01", "GRC-TUR")]
    found = in_files(story(month=""), [*before, *waits], at=date(2026, 2, 1))
    assert {key for key, cell in found.items() if cell.is_small} == {("2026", REST, "")}


def test_a_quarter_to_come_counts_its_months_and_what_waits() -> None:
    summer, spring = [MINE, *came(2, "2025-08"), *came(700, "2025-08", "GRC-TUR")], came(400, "2025-02")
    months = [printed("2025-08", summer), printed("2025-02", spring)]
    cell = in_files(story(month=""), [*summer, *spring, *came(5, "2025-11")], files=months)["2025-Q3", "HRV-BIH", ""]
    assert cell.accounts == 8


def test_an_account_that_a_file_counts_is_looked_at_also_after_its_witness_took_public_numbers_back() -> None:
    others = [*came(3, "2025-03"), *came(200, "2025-03", "GRC-TUR")]
    file = printed("2025-Q1", [MINE, *others])
    found = in_files(story(month=""), others, files=[file])
    assert (found["2025-Q1", REST, ""].left, found["2025-Q1", REST, ""].is_small) == (3, True)
    assert {key[0] for key in found} == {"2025-Q1"}, "no file to come counts it"


def test_who_withdrew_since_a_file_was_printed_may_still_be_in_its_numbers() -> None:
    """Nobody else of the border is known here: the printed number may count those who are gone."""
    others, far = came(3, "2025-03"), came(200, "2025-03", "GRC-TUR")
    file = printed("2025-Q1", [MINE, *others, *far])
    cell = in_files(story(month=""), [MINE, *far], files=[file])["2025-Q1", REST, ""]
    assert (cell.left, cell.unknown, cell.is_small) == (0, 3, True)


def test_in_january_the_quarters_and_months_of_last_year_are_still_to_come() -> None:
    before, months = came(2100, "2024-03"), came(440, "2025-03")
    counted = [MINE, *came(102, "2025-11"), *before, *months]
    files = [printed("2024", before), printed("2025-03", months)]
    for day in (date(2025, 12, 30), date(2026, 1, 10)):
        said = cells(story(month=""), counted, [], files=files, at=day)
        assert {cell.period for cell in said} >= {"2025-12", "2025-Q4", "2025"}


def test_before_the_first_file_the_backlog_is_looked_at() -> None:
    counted = [MINE, *came(3, "2025-03"), *came(200, "2025-03", "GRC-TUR")]
    said = cells(story(month=""), counted, [], at=TODAY)
    assert {cell.period for cell in said if cell.is_small} == {"", "2024", "2025", "until 2025-11"}


def test_an_account_that_no_table_counts_stands_in_no_file() -> None:
    assert in_files(story(), came(300, "2025-03")) == {}


def test_losses_are_looked_at_where_tables_count_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_plan, "TIMETABLE", [(0, tables_plan.TIMETABLE[0][1])])
    monkeypatch.setattr(tables_plan, "LEAST", dict.fromkeys(tables_plan.LEAST, 6))
    dead = {"dead": frozenset({"told"})}
    counted = [replace(MINE, told=dead), *came(2, "2025-08", told=dead), *came(20, "2025-08")]
    assert ("2025", "HRV-BIH", "", "dead", "told") in small(story(month="", losses={"d_dead": 2}), counted)
