"""Published tables against somebody who knows half of all accounts in full, and everything about the person accused."""

from __future__ import annotations

from testimony.domain.tables.periods import Kind
from testimony.domain.tables.plan import TIMETABLE
from tests.support.domain.membership_attack import attack

ACCOUNTS = 1000
SEEDS = (101, 102)


def test_a_year_of_planned_files_hardly_tells_who_is_counted() -> None:
    layers = next(layers for least, layers in TIMETABLE if least <= ACCOUNTS)
    found = [attack(dict(layers), accounts=ACCOUNTS, seed=seed) for seed in SEEDS]
    assert sum(one.right for one in found) / len(found) <= 0.63


def test_all_tables_of_every_month_would_tell_it() -> None:
    """So the attack is one that works, and it is the timetable that withstands it."""
    found = attack({Kind.MONTH: 4, Kind.QUARTER: 4, Kind.YEAR: 4}, accounts=ACCOUNTS, seed=SEEDS[0], only=[2])
    assert found.auc > 0.75
