"""Published tables against somebody who reckons: with all numbers of a year, a month against its quarter, two editions.

Nothing but the printed numbers is known. One number leaves nine counts, and the likeliest of them is right one time in
five: `ALONE`.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from testimony.domain.tables.offsets import BASES, Unit
from testimony.domain.tables.plan import TIMETABLE
from testimony.publication.tables import file
from tests.support.domain.linear_attack import Solved, attack
from tests.support.each_time import each_time
from tests.support.publication.published_tables import PLAN, of_year

BASE = BASES[Unit.ACCOUNTS]
ALONE = Fraction(1, BASE)
SEEDS = (101, 102, 103)


def solved(accounts: int) -> list[Solved]:
    layers = next(layers for least, layers in TIMETABLE if least <= accounts)
    return [attack(layers, accounts=accounts, seed=seed) for seed in SEEDS]


@pytest.mark.parametrize("accounts", each_time([300, 700, 1000, 2000], 300, 700, 1000))
def test_the_linear_system_of_all_numbers_of_a_year_leaves_no_count_known(accounts: int) -> None:
    found = solved(accounts)
    assert min(one.narrowest for one in found) >= 2
    assert sum(one.width for one in found) / len(found) >= 8
    assert sum(one.after for one in found) / len(found) <= 0.3
    assert sum(one.totals for one in found) / len(found) <= 0.3
    assert sum(one.off for one in found) / len(found) >= 1


def likely(count: int, number: int) -> Fraction:
    """That a count is printed as `number`, over all offsets."""
    return Fraction(max(0, BASE - abs(count - number)), BASE) if number % BASE == 0 else Fraction(0)


def best(weights: list[Fraction]) -> Fraction:
    """How often the likeliest guess is right, of what could be behind the same numbers."""
    return max(weights) / sum(weights)


def numbers(count: int) -> list[int]:
    """Those that a count may be printed as."""
    return sorted({count // BASE * BASE, -(-count // BASE) * BASE})


def test_a_quarter_hardly_tells_more_of_a_month_than_the_month_does() -> None:
    """Over all offsets: how sure the likeliest count of the first month is, from its three months and their quarter."""
    assert surest((23,), quarter=False) == ALONE
    for months in ((23, 31, 42), (12, 10, 8), (60, 75, 90), (17, 41, 29)):
        assert ALONE < surest(months) <= Fraction(23, 100)


def surest(months: tuple[int, ...], *, quarter: bool = True) -> Fraction:
    found, whole = Fraction(0), sum(months)
    for printed in product(*map(numbers, months)):
        others = {0: Fraction(1)}
        for number in printed[1:]:
            sums: dict[int, Fraction] = {}
            for (before, chance), count in product(others.items(), near(number)):
                sums[before + count] = sums.get(before + count, Fraction(0)) + chance * likely(count, number)
            others = sums
        for of_quarter in numbers(whole) if quarter else [None]:
            weights = [
                likely(count, printed[0])
                * sum(chance * fits(count + rest, of_quarter) for rest, chance in others.items())
                for count in near(printed[0])
            ]
            how_often = fits(whole, of_quarter)
            for count, number in zip(months, printed, strict=True):
                how_often *= likely(count, number)
            found += how_often * best(weights)
    return found


def near(number: int) -> range:
    """The counts that may be printed so."""
    return range(max(0, number - BASE + 1), number + BASE)


def fits(count: int, number: int | None) -> Fraction:
    """As `likely`; 1 where nothing is printed."""
    return Fraction(1) if number is None else likely(count, number)


def test_one_account_more_shows_in_one_of_five_quarters_even_to_who_knows_all_months() -> None:
    """The rules admit it: somebody who knows the counts of the months guesses that of the quarter right in 3 of 5."""
    for count in range(60, 65):
        differs = sum(
            max(Fraction(0), likely(count + 1, number) - likely(count, number))
            for number in {*numbers(count), *numbers(count + 1)}
        )
        assert differs == ALONE
        assert Fraction(1, 2) + differs / 2 == Fraction(3, 5)


def test_a_second_edition_gives_a_count_that_did_not_change_a_second_draw_and_no_third() -> None:
    """The one place where the same accounts are rounded twice. It costs less than an edition for each change would."""
    count = 42

    def right(editions: int) -> Fraction:
        found = Fraction(0)
        for printed in product(numbers(count), repeat=editions):
            how_often, weights = Fraction(1), []
            for number in printed:
                how_often *= likely(count, number)
            for other in range(count - 9, count + 10):
                weight = Fraction(1)
                for number in printed:
                    weight *= likely(other, number)
                weights.append(weight)
            found += how_often * best(weights)
        return found

    assert right(1) == ALONE
    assert ALONE < right(2) <= Fraction(3, 10)
    assert right(12) > Fraction(2, 5), "so the attack is one that works"


def test_two_readers_have_the_same_file_and_nothing_to_compare() -> None:
    """Files for several recipients would differ by few accounts. There is one, which names no recipient."""
    one, other = file.build(of_year(), PLAN), file.build(of_year(), PLAN)
    assert one == other
    assert b"recipient" not in one
    assert "recipient" not in file.build.__code__.co_varnames
