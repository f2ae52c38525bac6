"""A date is read in the order that a person chose, and nothing else is taken for one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from testimony.services.imports import dates
from testimony.services.imports.dates import Read


@pytest.mark.parametrize(
    ("text", "order", "read", "precision"),
    [
        ("03/04/2024", "dmy", "2024-04-03", "day"),
        ("03/04/2024", "mdy", "2024-03-04", "day"),
        (" 3.4.2024 ", "dmy", "2024-04-03", "day"),
        ("31-12-2024 18:00", "dmy", "2024-12-31", "day"),
        ("31/12/2024", "mdy", None, ""),
        ("12/31/2024", "dmy", None, ""),
        ("29/02/2023", "dmy", None, ""),
        ("04/2024", "dmy", "2024-04", "month"),
        ("04/2024", "mdy", "2024-04", "month"),
        ("13/2024", "dmy", None, ""),
        ("2024", "dmy", "2024", "year"),
        ("1899", "dmy", None, ""),
        ("1900", "dmy", "1900", "year"),
        ("24", "dmy", None, ""),
        ("2024-12-31", "dmy", None, ""),
        ("2024-12-31", "ymd", "2024-12-31", "day"),
        ("2024/1/2", "ymd", "2024-01-02", "day"),
        ("2024-12-31T09:30:00Z", "ymd", "2024-12-31", "day"),
        ("2024-12", "ymd", "2024-12", "month"),
        ("2024-13", "ymd", None, ""),
        ("2024", "ymd", "2024", "year"),
        ("1899-12-31", "ymd", None, ""),
        ("03/04/2024", "ymd", None, ""),
        ("45657", "number", "2024-12-31", "day"),
        ("45657.75", "number", "2024-12-31", "day"),
        ("20000", "number", "1954-10-03", "day"),
        ("19999", "number", None, ""),
        ("70000", "number", None, ""),
        ("2024-12-31", "number", None, ""),
        ("", "ymd", None, ""),
        ("spring", "dmy", None, ""),
    ],
)
def test_a_date_is_read_in_its_order_alone(text: str, order: str, read: str | None, precision: str) -> None:
    assert dates.read(text, order) == (None if read is None else Read(text=read, precision=precision))


@pytest.mark.parametrize(
    ("values", "fitting", "chosen"),
    [
        ([], (), ""),
        (["03/04/2024"], ("dmy", "mdy"), ""),
        (["03/04/2024", "31/12/2024"], ("dmy",), "dmy"),
        (["03/04/2024", "12/31/2024"], ("mdy",), "mdy"),
        (["05/05/2024"], ("dmy", "mdy"), "dmy"),
        (["31/12/2024", "12/31/2024"], (), ""),
        (["2024-12-31"], ("ymd",), "ymd"),
        (["2024"], ("dmy", "mdy", "ymd"), "dmy"),
        (["45657"], ("number",), "number"),
        (["45657", "2024-12-31"], (), ""),
    ],
)
def test_only_an_order_that_fits_all_and_is_the_only_reading_is_chosen(
    values: Sequence[str], fitting: tuple[str, ...], chosen: str
) -> None:
    assert (dates.orders_of(values), dates.order_of(values)) == (fitting, chosen)


def test_the_year_of_a_date() -> None:
    assert Read(text="2024-12-31", precision="day").year == Read(text="2024", precision="year")


@pytest.mark.parametrize(
    ("one", "other", "swapped"),
    [
        (("2024-03-04", "day"), ("2024-04-03", "day"), True),
        (("2024-03-03", "day"), ("2024-03-03", "day"), False),
        (("2024-03-04", "day"), ("2023-04-03", "day"), False),
        (("2024-03-04", "day"), ("2024-04-04", "day"), False),
        (("2024-03", "month"), ("2024-03-04", "day"), False),
        (("2024-03-04", "day"), ("2024-04", "month"), False),
    ],
)
def test_day_and_month_are_swapped_where_nothing_else_differs(
    one: tuple[str, str], other: tuple[str, str], swapped: bool
) -> None:
    first, second = (Read(text=text, precision=precision) for text, precision in (one, other))
    assert first.is_swapped(second) is swapped
