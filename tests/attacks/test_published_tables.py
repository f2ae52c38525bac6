"""Published tables against somebody who knows half of all accounts in full, and everything about the person accused."""

from __future__ import annotations

from typing import Any

from testimony.domain.tables.account import Counted
from testimony.domain.tables.periods import Kind
from testimony.domain.tables.plan import TIMETABLE
from tests.support.domain.membership_attack import attack
from tests.support.domain.told_accounts import population

ACCOUNTS = 1000
SEEDS = (101, 102)
HALF = range(1, 7)
"""The months of admission of those who are accused."""


def test_a_year_of_planned_files_hardly_tells_who_is_counted() -> None:
    layers = next(layers for least, layers in TIMETABLE if least <= ACCOUNTS)
    found = [attack(dict(layers), accounts=ACCOUNTS, seed=seed, only=HALF) for seed in SEEDS]
    assert sum(one.right for one in found) / len(found) <= 0.63


def test_all_tables_of_every_month_would_tell_it() -> None:
    """So the attack is one that works, and it is the timetable that withstands it."""
    found = attack({Kind.MONTH: 4, Kind.QUARTER: 4, Kind.YEAR: 4}, accounts=ACCOUNTS // 2, seed=SEEDS[0], only=[2])
    assert found.auc > 0.75


def test_a_hundred_published_stories_beside_the_tables_help_little() -> None:
    """Each is taken for an account that is known in full: a story says less."""
    layers = next(layers for least, layers in TIMETABLE if least <= ACCOUNTS)
    found = attack(dict(layers), accounts=ACCOUNTS, seed=SEEDS[0], only=HALF[:3], stories=100)
    assert found.right <= 0.68


def test_a_story_with_a_year_stands_for_many_events_and_one_with_month_and_number_often_for_one() -> None:
    """Why a small organisation publishes the year: docs/anonymity.md, "Stories beside the tables"."""
    accounts = population(300, SEEDS[0])
    exact = [(one.border, one.when, one.people) for one in accounts]
    coarse = [(one.border, one.when[:4]) for one in accounts]
    assert alone(accounts, exact) > 0.4
    assert alone(accounts, coarse) < 0.01


def alone(accounts: list[Counted], said: list[Any]) -> float:
    """The share of accounts that tell of the only event of which this can be said."""
    events: dict[Any, set[str]] = {}
    for one, told in zip(accounts, said, strict=True):
        events.setdefault(told, set()).add(one.incident)
    return sum(len(events[told]) == 1 for told in said) / len(accounts)
