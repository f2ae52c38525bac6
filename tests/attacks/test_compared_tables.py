"""Published tables against somebody who compares: files that follow each other, invented accounts, equal numbers."""

from __future__ import annotations

from tests.support.domain.series_attack import BASE, equal, newcomers, often, over, probed

SEED = 101
SEEDS = range(101, 105)


def test_the_file_of_the_next_month_tells_nothing_of_a_lone_newcomer() -> None:
    """It counts other accounts. A guess from what rose is hardly better than one at random."""
    found = newcomers(SEED, recounted=False)
    assert found.said > 50, "somebody is accused"
    assert found.precision < often(SEED) + 0.1


def test_a_register_that_is_counted_again_would_prove_what_a_lone_newcomer_told() -> None:
    """So the attack is one that works, and it is the timetable that withstands it."""
    found = newcomers(SEED, recounted=True)
    assert found.precision == 1
    assert found.right > 0


def test_invented_accounts_give_a_count_no_second_draw() -> None:
    """Adding accounts and having the numbers made again teaches no more than one number does: one guess in five."""
    assert probed(SEED, rebuilds=12, by_set=False) < 1 / BASE + 0.03
    assert probed(SEED, rebuilds=12, by_set=True) > 0.5, "a draw for each set of accounts would give the count away"


def test_equal_numbers_prove_less_than_a_draw_for_each_set_of_accounts_would() -> None:
    ours = over(SEEDS, lambda seed: equal(1000, seed, variety=0)[1])
    by_set = over(SEEDS, lambda seed: equal(1000, seed, variety=0, by_set=True)[1])
    assert by_set.recall == 1
    assert ours.recall < 0.85
    varied = over(SEEDS, lambda seed: equal(1000, seed, variety=0.1)[1])
    assert varied.precision < 0.4, "where accounts differ as real ones do, equal numbers are mostly chance"
