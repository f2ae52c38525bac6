"""Which accounts are suggested, and why: each reason on its own, and how exactly a time was told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.incidents import similarity
from testimony.domain.incidents.similarity import Account, Compared, reasons_of, span_of

DAY = date(2026, 1, 10)
BRIDGE = Account(segment="HRV-BIH:north", first=DAY, last=DAY, size=7, type="pb_land")


def told(**answers: Any) -> dict[str, Any]:
    return {name: {"value": value} for name, value in answers.items()}


def codes(own: Account, other: Account) -> dict[str, int]:
    return {reason.code: reason.points for reason in reasons_of(own, other)}


@pytest.mark.parametrize(
    ("value", "precision", "span"),
    [
        ("2026-01-10", "day", ("2026-01-10", "2026-01-10")), ("2026-01-10", "hour", ("2026-01-10", "2026-01-10")),
        ("2026-01-10", "week", ("2026-01-07", "2026-01-13")), ("2026-01-10", "month", ("2026-01-01", "2026-01-31")),
        ("2026-02", "day", ("2026-02-01", "2026-02-28")), ("2026-12-10", "quarter", ("2026-10-01", "2026-12-31")),
        ("2026-04..2026-06", "quarter", ("2026-04-01", "2026-06-30")),
        ("2026-05", "year", ("2026-01-01", "2026-12-31")),
        ("2026-01-10", None, ("2026-01-01", "2026-12-31")), ("2026-01-10", ["day"], ("2026-01-01", "2026-12-31")),
        ("2026", "day", ("2026-01-01", "2026-12-31")), ("0001-01-01", "week", None), ("2026-02-30", "day", None),
        ("9999-12-31", "month", None), ("yesterday", "day", None), (7, "day", None), (None, None, None),
    ],
)  # fmt: skip
def test_a_time_is_no_more_exact_than_it_was_told(value: Any, precision: Any, span: tuple[str, str] | None) -> None:
    found = span_of(value, precision)
    assert (found and (found[0].isoformat(), found[1].isoformat())) == span


def test_a_day_and_its_month_may_be_one_time_and_give_less_than_two_equal_days() -> None:
    month = Account(segment="HRV-BIH:north", first=date(2026, 1, 1), last=date(2026, 1, 31))
    assert codes(BRIDGE, BRIDGE) == {"segment": 3, "day": 4, "size": 2, "type": 1}
    assert codes(BRIDGE, month) == {"segment": 3, "month": 2}
    assert codes(month, Account(first=date(2026, 1, 1), last=date(2026, 12, 31))) == {"year": 1}


@pytest.mark.parametrize(
    ("segment", "found"),
    [
        ("HRV-BIH:north", {"segment": 3}), ("HRV-BIH:all", {"border": 2}), ("HRV-BIH", {"border": 2}),
        ("HRV-BIH:south", {"other_part": 1}), ("SVN-HRV:kolpa", {"other_border": -3}), ("", {}),
    ],
)  # fmt: skip
def test_places_agree_as_far_as_they_are_known(segment: str, found: dict[str, int]) -> None:
    assert codes(Account(segment="HRV-BIH:north"), Account(segment=segment)) == found


@pytest.mark.parametrize(
    ("size", "found"), [(40, {"size": 2}), (50, {"near_size": 1}), (100, {}), (121, {"other_size": -1}), (None, {})]
)
def test_sizes_agree_roughly(size: int | None, found: dict[str, int]) -> None:
    assert codes(Account(size=40), Account(size=size)) == found


def test_the_rare_words_that_two_share_are_named_and_common_ones_are_not() -> None:
    compared = Compared()
    for number in range(60):
        compared.hold(f"{number:032x}", Account(), [f"they came again number{number}"])
    where = Account(segment="HRV-BIH:north")
    compared.hold("a" * 32, where, ["they had a heron on the sleeve", "un autre mot"])
    compared.hold("b" * 32, where, ["heron, sleeve! they ran."])
    compared.hold("c" * 32, where, ["they ran"])
    (found,) = compared.alike("a" * 32)
    assert (found.tid, found.points) == ("b" * 32, 5)
    assert {reason.code: reason.shared for reason in found.reasons}["words"] == ("heron", "sleeve")


def test_while_few_are_open_short_words_say_nothing() -> None:
    compared = Compared()
    compared.hold("a" * 32, BRIDGE, ["with lanterns"])
    compared.hold("b" * 32, BRIDGE, ["with lanterns"])
    (found,) = compared.alike("a" * 32)
    assert found.reasons[-1].shared == ("lanterns",)


def test_times_that_lie_far_apart_are_no_one_event_whatever_else_agrees() -> None:
    compared = Compared()
    for name, day in (("a", 1), ("b", 15), ("c", 16)):
        when = date(2026, 1, day)
        compared.hold(name * 32, Account(segment="HRV-BIH:north", first=when, last=when, size=7), ["lanterns herons"])
    assert [one.tid for one in compared.alike("a" * 32)] == ["b" * 32]


def test_what_was_decided_or_forgotten_is_suggested_no_more() -> None:
    compared = Compared()
    for name in "abc":
        compared.hold(name * 32, BRIDGE, ["lanterns"])
    assert [one.tid for one in compared.alike("a" * 32)] == ["b" * 32, "c" * 32]
    assert [one.tid for one in compared.alike("a" * 32, without={"b" * 32})] == ["c" * 32]
    compared.forget("c" * 32)
    compared.hold("b" * 32, Account(), ["other"])
    assert compared.alike("a" * 32) == compared.alike("c" * 32) == []
    assert (len(compared), "c" * 32 in compared, compared.account("a" * 32)) == (2, False, BRIDGE)


def test_what_a_dishonest_phone_sealed_says_nothing() -> None:
    for value in (None, 7, [], {}, "x" * 10_000, "<b>", ["HRV-BIH:north"], {"value": 1}, {"value": [{}]}):
        answers = told(i_segment=value, i_date=value, i_date_prec=value, i_type=value, i_from=value, i_to=value)
        assert Account.from_answers(answers) == Account.from_answers(dict.fromkeys(answers, value)) == Account()
    assert (
        Account.from_answers(told(g_size=True))
        == Account.from_answers(told(g_size=-1))
        == Account.from_answers({"g_size": {"missing": "unk"}})
    )
    assert Account.from_answers(told(i_from="HRV", i_to="BIH")).segment == "HRV-BIH"


ACCOUNTS = st.builds(
    lambda segment, first, size: Account(segment=segment, first=first, last=first, size=size),
    st.sampled_from(["", "HRV-BIH", "HRV-BIH:north", "HRV-BIH:south", "GRC-TUR:evros"]),
    st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 1, 20))),
    st.one_of(st.none(), st.integers(1, 50)),
)


@given(st.lists(ACCOUNTS, min_size=2, max_size=8))
def test_it_is_suggested_from_both_sides_or_from_none(accounts: list[Account]) -> None:
    compared = Compared()
    for number, account in enumerate(accounts):
        compared.hold(f"{number:032x}", account, ["lanterns"] if number % 2 else ["herons"])
    pairs = {(f"{number:032x}", one.tid) for number in range(len(accounts)) for one in compared.alike(f"{number:032x}")}
    assert pairs == {(other, one) for one, other in pairs}
    assert all(
        one.points >= similarity.LEAST for number in range(len(accounts)) for one in compared.alike(f"{number:032x}")
    )
