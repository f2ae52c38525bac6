"""Own tables count each testimony once, leave out what may not be counted, and say so."""

from __future__ import annotations

import pytest

from testimony.domain.testimony.inbox import Row
from testimony.domain.testimony.own_table import FIELDS, UNKNOWN, table, values

LAWYER = frozenset({"lawyer"})


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
    found = table(ROWS, "border", use="lawyer")
    assert found.lines == ("HRV-BIH", "GRC-TUR")
    assert found.cells == {("HRV-BIH", UNKNOWN): 2, ("GRC-TUR", UNKNOWN): 1}
    assert (found.total, found.left_out) == (3, 3), "no consent for this use, withdrawn, not opened"


@pytest.mark.parametrize("mark", ["withdrawn", "ended", "broken", "damaged"])
def test_what_is_gone_or_does_not_verify_is_not_counted(mark: str) -> None:
    found = table([row(1, place="HRV-BIH", flags=frozenset({mark}))], "border", use="lawyer")
    assert (found.lines, found.total, found.left_out) == ((), 0, 1)


def test_what_other_readers_may_use_is_another_table() -> None:
    found = table(ROWS, "border", use="release")
    assert (found.lines, found.total) == (("GRC-TUR",), 1)


def test_two_fields_cross_and_a_testimony_in_two_languages_is_in_both_lines_and_once_in_the_total() -> None:
    found = table(ROWS, "language", "gender", use="lawyer")
    assert found.lines == ("ar", "fr", UNKNOWN)
    assert found.columns == ("f", "m")
    assert found.cells == {("ar", "f"): 1, ("ar", "m"): 1, ("fr", "f"): 1, (UNKNOWN, "f"): 1}
    assert found.of_lines == {"ar": 2, "fr": 1, UNKNOWN: 1}
    assert found.of_columns == {"f": 2, "m": 1}
    assert found.total == 3


def test_months_stand_in_their_order_and_a_year_alone_is_no_month() -> None:
    assert table(ROWS, "month", use="lawyer").lines == ("2026-01", "2026-02", "2026-03", UNKNOWN)
    assert table(ROWS, "month", use="lawyer").of_lines["2026-02"] == 0
    assert table(ROWS, "year", use="lawyer").lines == ("2026",)
    later = [row(7, month="2025-11"), row(8, month="2028")]
    assert table([*ROWS, *later], "year", use="lawyer").lines == ("2025", "2026", "2027", "2028")
    assert table([*ROWS, *later], "month", use="lawyer").lines[:3] == ("2025-11", "2025-12", "2026-01")


def test_a_day_that_is_no_day_is_not_known_and_one_that_is_far_off_makes_no_long_table() -> None:
    odd = [row(number, month=month) for number, month in enumerate(("2026-13", "20-2611", "0001-01", "9999-12"))]
    assert table(odd, "month", use="lawyer").lines == ("0001-01", "9999-12", UNKNOWN)
    assert table(odd, "year", use="lawyer").lines == ("0001", "2026", "9999", UNKNOWN)


def test_ages_stand_in_their_order_and_not_by_their_number() -> None:
    ages = [row(number, age=age) for number, age in enumerate(("a60plus", "a18to24", "a18to24", "a0to11", ""))]
    assert table(ages, "age", use="lawyer").lines == ("a0to11", "a18to24", "a60plus", UNKNOWN)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_says_something_of_a_row_about_which_nothing_is_known(field: str) -> None:
    assert len(values(row(1), field)) == 1


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        table(ROWS, "name", use="lawyer")
