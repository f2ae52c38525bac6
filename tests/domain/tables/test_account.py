"""What of a coded account published tables count by: its border, time and persons, and "" for what is not known."""

from __future__ import annotations

import pytest

from testimony.domain.release.columns import Line
from testimony.domain.tables import account
from testimony.domain.tables.account import Counted

COUNTRIES = frozenset({"HRV", "BIH", "GRC", "MEX"})


def counted(date: str = "2026-03", place: str = "HRV-BIH:north", age: str = "a18to24", size: str = "s6to10") -> Counted:
    line = Line(values=(date, place, age, "f", "SYR", size, "p0"), marks=frozenset(), stigma=frozenset())
    return account.counted(line, {}, name="n", person="p", incident="i", countries=COUNTRIES)


def test_a_part_of_a_border_is_counted_at_its_border() -> None:
    found = counted()
    assert (found.border, found.when, found.nationality, found.who, found.people) == (
        "HRV-BIH", "2026-03", "SYR", "adult-f", 6,
    )  # fmt: skip
    assert [found.row(dimension) for dimension in ("border", "nationality", "person")] == ["HRV-BIH", "SYR", "adult-f"]


@pytest.mark.parametrize(
    ("date", "when"), [("2026", "2026"), ("2026-04..2026-06", "2026-Q2"), ("missing", ""), ("2026-12", "2026-12")]
)
def test_the_time_is_as_exact_as_it_is_known(date: str, when: str) -> None:
    assert counted(date=date).when == when


def test_people_are_those_that_lawyers_counted_or_the_fewest_of_the_size_that_was_told() -> None:
    line = Line(
        values=("2026-03", "HRV-BIH:all", "a18to24", "f", "SYR", "s21to50", "p0"), marks=frozenset(), stigma=frozenset()
    )
    said = {"name": "n", "person": "p", "incident": "i", "countries": COUNTRIES}
    assert account.counted(line, {}, **said).people == 21  # type: ignore[arg-type]
    assert account.counted(line, {}, **said, people=40).people == 40  # type: ignore[arg-type]


def test_what_is_not_known_has_no_row() -> None:
    found = counted(place="missing", age="missing", size="missing")
    assert (found.border, found.who, found.people) == ("", "", 0)


def test_any_two_different_countries_are_a_border_and_nothing_else_stops_a_table() -> None:
    assert counted(place="GRC-MEX:all").border == "GRC-MEX"
    assert [counted(place=place).border for place in ("GRC-GRC:all", "GRC-XXX:all", "Evros", "GRC")] == ["", "", "", ""]
