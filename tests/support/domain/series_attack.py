"""Somebody compares published numbers: of two files, after invented accounts, and with each other in one row.

Each attack is also tried on what nobody publishes: a register that is counted again every month, and rounding whose
draw follows the accounts that are counted. There it must succeed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from testimony.domain.tables.account import Counted
from testimony.domain.tables.count import Count
from testimony.domain.tables.offsets import BASES, CellName, Offsets, Unit
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, QUESTIONS, STIGMATISED
from testimony.domain.tables.shares import Say, share
from tests.support.domain.membership_attack import YEAR
from tests.support.domain.told_accounts import population
from tests.support.domain.what_readers_see import of_year

BASE: Final = BASES[Unit.ACCOUNTS]
OF_ACTS: Final = 2
"""The layer with the acts by border."""
BEFORE: Final = 300
"""Accounts of the register before the first newcomer."""
LEAST_ANSWERS: Final = 10
"""The printed number of those who answer, from which equal numbers are compared."""


@dataclass(frozen=True, kw_only=True)
class Guessed:
    """`said`: how often it was guessed. `right`: of these, `true`: of what there was to find."""

    said: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 0.0

    def __add__(self, other: Guessed) -> Guessed:
        return Guessed(said=self.said + other.said, right=self.right + other.right, true=self.true + other.true)


NOTHING: Final = Guessed(said=0, right=0, true=0)


def newcomers(seed: int, *, recounted: bool) -> Guessed:
    """Sixty people who come alone to their border's row, one after the other: which acts did each tell of?

    The attacker says: those whose number rose from the file before to the file with the newcomer. `recounted`: both
    files count the whole register. Else each counts its own accounts, as the plan has it, the second with the newcomer.
    Read backwards, the same files are those of somebody who withdraws.
    """
    random, everybody = Random(seed), population(2 * BEFORE + 60, seed)
    random.shuffle(everybody)
    first, second, alone = everybody[:BEFORE], everybody[BEFORE : 2 * BEFORE], everybody[2 * BEFORE :]
    offsets, found = Offsets.of(random.randbytes(32)), NOTHING
    months = ("2026-01", "2026-02")
    for one in alone:
        if recounted:
            counted, labels = (first, [*first, one]), (months[0], months[0])
        else:
            counted, labels = (first, [*second, one]), months
        files = [_of(accounts, offsets, label) for accounts, label in zip(counted, labels, strict=True)]
        found += _risen(files[0], files[1], one)
    return found


def _of(accounts: Sequence[Counted], offsets: Offsets, label: str) -> Published:
    """A month with acts by border, whatever its size."""
    plan = Plan(year=YEAR, layers={}, borders=(), codebook="1")
    return Count(accounts, plan, Period.of(label), OF_ACTS, offsets, 1).published(())


def _risen(before: Published, after: Published, one: Counted) -> Guessed:
    """The acts of the person's border whose number is higher than before."""
    if one.border not in set(before.rows[BORDER]) & set(after.rows[BORDER]):
        return NOTHING
    told = one.told.get("act", frozenset())
    said = {
        column
        for column in QUESTIONS["act"].columns
        if _act(after, one.border, column) > _act(before, one.border, column)
    }
    return Guessed(said=len(said), right=len(said & told), true=len(told))


def _act(made: Published, border: str, column: str) -> int:
    return made.numbers[CellName.of({BORDER: border, "act": column}, period=made.period)]


def often(seed: int) -> float:
    """How often a guess is right that takes acts at random: the share of acts that an account tells of."""
    accounts = population(2 * BEFORE + 60, seed)
    told = [len(one.told.get("act", ())) for one in accounts]
    return sum(told) / len(told) / len(QUESTIONS["act"].columns)


def probed(seed: int, *, rebuilds: int, by_set: bool, cells: int = 2000) -> float:
    """How often the count of a cell is guessed from `rebuilds` numbers, each with one more invented account.

    `by_set`: each set of accounts has a draw of its own. Else the numbers are those of published tables. The attacker
    reckons with either rule, and the better guesses count.
    """
    random, right = Random(seed), {True: 0, False: 0}
    offsets = Offsets.of(random.randbytes(32))
    for cell in range(cells):
        count, name = random.randint(20, 60), CellName.of({BORDER: f"cell-{cell}"}, period=str(YEAR))
        if by_set:
            seen = [BASE * ((count + extra + random.randrange(BASE)) // BASE) for extra in range(rebuilds)]
        else:
            seen = [offsets.published(name, count + extra) for extra in range(rebuilds)]
        for believed in right:
            right[believed] += random.choice(_likeliest(seen, by_set=believed)) == count
    return max(right.values()) / cells


def _likeliest(seen: Sequence[int], *, by_set: bool) -> list[int]:
    def ways(count: int) -> int:
        if not by_set:
            return sum(
                all(BASE * ((count + extra + draw) // BASE) == number for extra, number in enumerate(seen))
                for draw in range(BASE)
            )
        product = 1
        for extra, number in enumerate(seen):
            product *= max(0, BASE - abs(count + extra - number))
        return product

    possible = {count: ways(count) for count in range(max(0, seen[0] - BASE + 1), seen[0] + BASE)}
    most = max(possible.values())
    return [count for count, number in possible.items() if number == most]


def equal(accounts: int, seed: int, *, variety: float, by_set: bool = False) -> tuple[Guessed, Guessed]:
    """In a row whose answer has the number of all who answer: did all of them give it? Stigmatised answers, and others.

    `by_set`: the same accounts always have the same number, whatever the cell is called.
    """
    everybody, random = population(accounts, seed, variety=variety), Random(seed)
    offsets = Offsets.of(random.randbytes(32))
    made, draws = of_year(everybody, offsets), dict[frozenset[str], int]()
    found = {True: NOTHING, False: NOTHING}

    def number(cell: dict[str, str], who: frozenset[str]) -> int:
        if by_set:
            return BASE * ((len(who) + draws.setdefault(who, random.randrange(BASE))) // BASE)
        return made.numbers[CellName.of(cell, period=made.period)]

    for border in made.rows[BORDER]:
        row = [one for one in everybody if one.border == border]
        for question, asked in QUESTIONS.items():
            answered = frozenset(one.name for one in row if question in one.told)
            whole = {BORDER: border, "answered": question}
            if CellName.of(whole, period=made.period) not in made.numbers:
                continue
            of = number(whole, answered)
            for column in asked.columns if of >= LEAST_ANSWERS and not asked.gravest else ():
                who = frozenset(one.name for one in row if column in one.told.get(question, ()))
                part, stigma = number({BORDER: border, question: column}, who), (question, column) in STIGMATISED
                said, true = part == of and not (stigma and _hidden(part, of)), who == answered
                found[stigma] += Guessed(said=said, right=said and true, true=true)
    return found[True], found[False]


def _hidden(part: int, of: int) -> bool:
    """Whether a stigmatised answer has a sentence in place of its number (`publication/tables/lines.py`)."""
    said = share(part, of)
    return said is not None and said.say is Say.MOST


def over(seeds: Iterable[int], attack: Callable[[int], Guessed]) -> Guessed:
    return sum((attack(seed) for seed in seeds), NOTHING)
