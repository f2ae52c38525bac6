"""Each account is counted once in a month, a quarter and a year; a recount needs many changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.tables import admission
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.periods import Period

LABELS = ("until 2025-12", "2026-01", "2026-02", "2026-Q1", "2026-04", "2026-Q2", "2026", "2027-01", "2027")


def test_what_was_counted_in_a_month_is_counted_in_its_quarter_and_in_no_other_month() -> None:
    counted = {"2026-03": {"a", "b"}, "2026-04": {"c"}}
    assert admission.admitted(Period.of("2026-Q1"), "abcd", counted) == {"a", "b", "d"}
    assert admission.admitted(Period.of("2026-05"), "abcd", counted) == {"d"}


def test_an_account_that_was_withdrawn_is_counted_in_no_later_period() -> None:
    assert admission.admitted(Period.of("2026-Q1"), "b", {"2026-03": {"a", "b"}}) == {"b"}


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sets(st.sampled_from("abcdefgh"))), max_size=12))
def test_in_whatever_order_files_are_made_each_account_stands_once_in_each_kind(
    orders: list[tuple[str, set[str]]],
) -> None:
    counted: dict[str, frozenset[str]] = {}
    for label, admissible in orders:
        if label not in counted:
            counted[label] = admission.admitted(Period.of(label), admissible, counted)
    for account in "abcdefgh":
        held = [Period.of(label) for label, members in counted.items() if account in members]
        assert len({one.kind for one in held}) == len(held)
        assert all(one.contains(other) or other.contains(one) for one in held for other in held)


def changed(rows: dict[str, int], incidents: int = 5) -> list[tuple[str, str, str]]:
    persons = [row for row, count in rows.items() for _ in range(count)]
    return [(f"person-{n}", f"incident-{n % incidents}", row) for n, row in enumerate(persons)]


def test_a_period_is_counted_again_only_where_nobody_can_be_told_from_the_difference() -> None:
    admission.require_recount(changed({"GRC-TUR": 5, "HRV-BIH": 6}), edition=2)
    for few in (
        changed({"GRC-TUR": 9}),
        changed({"GRC-TUR": 10}, incidents=4),
        changed({"GRC-TUR": 10, "HRV-BIH": 4}),
    ):
        with pytest.raises(TablesRefused) as refused:
            admission.require_recount(few, edition=2)
        assert refused.value.reason == "recount"
    with pytest.raises(TablesRefused):
        admission.require_recount(changed({"GRC-TUR": 50}), edition=3)
