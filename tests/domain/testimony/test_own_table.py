"""Own tables count each testimony once, leave out what may not be counted, and say so."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from testimony.domain.testimony.inbox import Row
from testimony.domain.testimony.own_table import FIELDS, UNKNOWN, Ask, OwnTable, Told, Unit, table, values

LAWYER = frozenset({"lawyer"})


def counted(rows: Iterable[Row], by: str, across: str = "", *, use: str = "lawyer") -> OwnTable:
    return table([Told(row=one) for one in rows], Ask(by=by, across=across), use=use)


def row(number: int, **said: object) -> Row:
    told: dict[str, object] = {"read": True, "consent": LAWYER} | said
    return Row(tid=f"{number:064x}", manifest=f"{number:064x}", arrival=number, **told)  # type: ignore[arg-type]


ROWS = [
    row(1, place="HRV-BIH:north", month="2026-03", gender="f", languages=("ar", "fr")),
    row(2, place="HRV-BIH", month="2026", gender="m", languages=("ar",)),
    row(3, place="GRC-TUR:evros", month="2026-01", gender="f"),
    row(4, place="GRC-TUR:evros", month="2026-01", gender="f", consent=frozenset({"release"})),
    row(5, place="GRC-TUR:evros", flags=frozenset({"withdrawn"})),
    row(6, place="GRC-TUR:evros", read=False),
]


def test_a_border_is_counted_with_all_its_parts() -> None:
    found = counted(ROWS, "border")
    assert found.lines == ("HRV-BIH", "GRC-TUR")
    assert found.cells == {("HRV-BIH", UNKNOWN): 2, ("GRC-TUR", UNKNOWN): 1}
    assert (found.total, found.left_out) == (3, 3), "no consent for this use, withdrawn, not opened"


@pytest.mark.parametrize("mark", ["withdrawn", "ended", "broken", "damaged"])
def test_what_is_gone_or_does_not_verify_is_not_counted(mark: str) -> None:
    found = counted([row(1, place="HRV-BIH", flags=frozenset({mark}))], "border")
    assert (found.lines, found.total, found.left_out) == ((), 0, 1)


def test_what_other_readers_may_use_is_another_table() -> None:
    found = counted(ROWS, "border", use="release")
    assert (found.lines, found.total) == (("GRC-TUR",), 1)


def test_two_fields_cross_and_a_testimony_in_two_languages_is_in_both_lines_and_once_in_the_total() -> None:
    found = counted(ROWS, "language", "gender")
    assert found.lines == ("ar", "fr", UNKNOWN)
    assert found.columns == ("f", "m")
    assert found.cells == {("ar", "f"): 1, ("ar", "m"): 1, ("fr", "f"): 1, (UNKNOWN, "f"): 1}
    assert found.of_lines == {"ar": 2, "fr": 1, UNKNOWN: 1}
    assert found.of_columns == {"f": 2, "m": 1}
    assert found.total == 3


def test_months_stand_in_their_order_and_a_year_alone_is_no_month() -> None:
    assert counted(ROWS, "month").lines == ("2026-01", "2026-02", "2026-03", UNKNOWN)
    assert counted(ROWS, "month").of_lines["2026-02"] == 0
    assert counted(ROWS, "year").lines == ("2026",)
    later = [row(7, month="2025-11"), row(8, month="2028")]
    assert counted([*ROWS, *later], "year").lines == ("2025", "2026", "2027", "2028")
    assert counted([*ROWS, *later], "month").lines[:3] == ("2025-11", "2025-12", "2026-01")


def test_a_day_that_is_no_day_is_not_known_and_one_that_is_far_off_makes_no_long_table() -> None:
    odd = [row(number, month=month) for number, month in enumerate(("2026-13", "20-2611", "0001-01", "9999-12"))]
    assert counted(odd, "month").lines == ("0001-01", "9999-12", UNKNOWN)
    assert counted(odd, "year").lines == ("0001", "2026", "9999", UNKNOWN)


def test_ages_stand_in_their_order_and_not_by_their_number() -> None:
    ages = [row(number, age=age) for number, age in enumerate(("a60plus", "a18to24", "a18to24", "a0to11", ""))]
    assert counted(ages, "age").lines == ("a0to11", "a18to24", "a60plus", UNKNOWN)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_says_something_of_a_row_about_which_nothing_is_known(field: str) -> None:
    assert len(values(Told(row=row(1)), field)) == 1


WHO = [
    Told(row=row(1, place="HRV-BIH"), person="p", incidents={"one"}, codes={("v_acts", "dog"), ("v_acts", "beat")}),
    Told(row=row(2, place="HRV-BIH"), person="p", incidents={"one", "two"}, codes={("v_acts", "dog")}),
    Told(row=row(3, place="HRV-BIH"), person="q", incidents={"two"}),
    Told(row=row(4, place="GRC-TUR"), codes={("v_acts", "beat"), ("g_size", "s2to5")}),
]


@pytest.mark.parametrize(
    ("unit", "of_lines", "total"),
    [
        (Unit.TESTIMONIES, {"HRV-BIH": 3, "GRC-TUR": 1}, 4),
        (Unit.PERSONS, {"HRV-BIH": 2, "GRC-TUR": 1}, 3),
        (Unit.INCIDENTS, {"HRV-BIH": 2, "GRC-TUR": 1}, 3),
    ],
)
def test_a_person_and_an_incident_are_counted_once_however_many_accounts_tell_of_them(
    unit: Unit, of_lines: dict[str, int], total: int
) -> None:
    found = table(WHO, Ask(by="border", unit=unit), use="lawyer")
    assert (found.of_lines, found.total) == (of_lines, total)
    crossed = table(WHO, Ask(by="border", across="v_acts", unit=unit), use="lawyer")
    assert crossed.of_lines == of_lines
    assert crossed.cells["HRV-BIH", "dog"] == (1 if unit is Unit.PERSONS else 2)


def test_a_field_of_the_codebook_is_counted_by_its_codes_and_an_account_without_one_is_not_known() -> None:
    found = table(WHO, Ask(by="v_acts"), use="lawyer")
    assert found.of_lines == {"beat": 2, "dog": 2, UNKNOWN: 1}
    assert found.total == 4


def test_a_scale_stands_in_its_order() -> None:
    told = [Told(row=row(n), codes={("g_size", code)}) for n, code in enumerate(("s11to20", "s11to20", "s2to5"))]
    orders = {"g_size": ("s1", "s2to5", "s6to10", "s11to20")}
    assert table(told, Ask(by="g_size"), use="lawyer", orders=orders).lines == ("s2to5", "s11to20")
    assert table(told, Ask(by="g_size"), use="lawyer").lines == ("s11to20", "s2to5")


@pytest.mark.parametrize(
    ("only", "total"),
    [
        ({"v_acts": {"dog"}}, 2),
        ({"v_acts": {"dog", "beat"}}, 3),
        ({"v_acts": {"beat"}, "border": {"GRC-TUR"}}, 1),
        ({"v_acts": {UNKNOWN}}, 1),
        ({"border": {"POL-BLR"}}, 0),
    ],
)
def test_a_testimony_has_one_value_of_each_filter(only: dict[str, set[str]], total: int) -> None:
    found = table(WHO, Ask(by="border", only=only), use="lawyer")
    assert (found.total, found.left_out) == (total, 0), "what a filter leaves out was not refused"
