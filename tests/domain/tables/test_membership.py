"""What lawyers' desks read of the files of published tables: which accounts each counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.domain.tables import membership
from testimony.domain.tables import plan as tables_plan
from testimony.domain.tables.membership import AT_ONCE, Membership, PrintedFile
from testimony.domain.tables.periods import Period


@pytest.fixture(autouse=True)
def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_plan, "LEAST", {1: 1, 2: 1})


ONE = Membership(
    day=date(2026, 1, 20),
    about="a" * 64,
    period=Period.of("2025-Q3"),
    edition=1,
    layer=2,
    members=frozenset({"1" * 32, "2" * 32}),
)


def test_what_is_written_is_read_again() -> None:
    assert Membership.parse(ONE.to_value()) == ONE


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": "testimony/2/membership"},
        {"kind": "tables"},
        {"day": "2026-13-40"},
        {"about": "a" * 63},
        {"period": "2025-Q5"},
        {"period": 2025},
        {"edition": 0},
        {"layer": 9},
        {"members": []},
        {"members": ["1" * 31]},
        {"members": ["1" * 32, "1" * 32]},
        {"members": "1" * 32},
        {"more": 1},
    ],
)
def test_what_cannot_be_read_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Membership.parse({**ONE.to_value(), **wrong})


def test_a_file_is_told_in_lots_and_put_together_again() -> None:
    members = {f"{number:032x}" for number in range(AT_ONCE + 1)}
    lots = list(membership.split(members))
    assert [len(lot) for lot in lots] == [AT_ONCE, 1]
    told = [replace(ONE, members=lot) for lot in lots]
    found = membership.files(("mara", one) for one in reversed(told))
    assert found == [PrintedFile(period=ONE.period, layer=2, members=frozenset(members))]


def test_two_editions_of_a_year_are_two_files() -> None:
    year = replace(ONE, period=Period.of("2025"))
    again = replace(year, about="b" * 64, edition=2, members=frozenset({"3" * 32}))
    told = [("mara", one) for one in (again, year, ONE)]
    assert [one.members for one in membership.files(told)] == [year.members, again.members, ONE.members]


def test_nobody_changes_what_somebody_else_told() -> None:
    """Neither by more accounts, nor under another period; what both say alike is one file."""
    more = replace(ONE, members=ONE.members | {"3" * 32})
    moved = replace(ONE, period=Period.of("1999"))
    found = membership.files([("mara", ONE), ("ilir", more), ("ilir", moved), ("ana", ONE)])
    assert sorted((one.period.label, len(one.members)) for one in found) == [
        ("1999", 2),
        ("2025-Q3", 2),
        ("2025-Q3", 3),
    ]


def test_a_file_that_is_too_small_to_be_printed_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables_plan, "LEAST", {2: 3})
    assert membership.files([("mara", ONE)]) == []


def test_a_file_says_whether_it_counts_an_account() -> None:
    (file,) = membership.files([("mara", ONE)])
    assert file.counts("1" * 64)
    assert not file.counts("3" * 64)
