"""Two recipients who put lines and tables of the same accounts together learn little more than the better of them."""

from __future__ import annotations

import pytest

from tests.support.domain.collusion_attack import attack
from tests.support.each_time import each_time

SEEDS = (101, 102)


@pytest.mark.parametrize("accounts", each_time([300, 1000], 300))
def test_lines_and_tables_together_tell_little_more_of_who_is_counted_than_one_of_them(accounts: int) -> None:
    found = [attack(accounts=accounts, seed=seed) for seed in SEEDS]
    alone = [max(one.by_lines.auc, one.by_tables.auc) for one in found]
    both = [one.by_both.auc for one in found]
    assert sum(both) <= sum(alone) + 0.08 * len(found)
    assert sum(one.by_both.right for one in found) / len(found) <= 0.65
    assert min(one.lines for one in found) > 0.1, "there are lines to collude with"


def test_exact_tables_beside_lines_would_tell_more() -> None:
    """So the attack is one that works, and it is the rounding that withstands it."""
    exact, rounded = (attack(accounts=300, seed=101, exact=one).by_both.auc for one in (True, False))
    assert exact > rounded + 0.01
